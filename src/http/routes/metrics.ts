import type { FastifyInstance } from "fastify";
import { AppError } from "../../errors";
import type { Services } from "../../services/services";
import { identify } from "../identify";
import { refuseOtherMethods } from "../methods";

/** GET /metrics, for Prometheus. `open`: credentials are ignored; else service accounts and site administrators. */
export function metricsRoute(
  app: FastifyInstance,
  services: Services,
  access: "open" | "authenticated",
): void {
  refuseOtherMethods(app, "/metrics", ["GET"]);
  app.get("/metrics", async (request, reply) => {
    if (access === "authenticated") {
      const caller = await identify(services, request);
      await services.rates.count(caller.subject, 1);
      if (caller.authority.actor.kind === "anonymous")
        throw new AppError("UNAUTHENTICATED", "authentication required");
      if (!services.isVerifier(caller)) {
        reply.header("www-authenticate", 'Bearer realm="tokenward", error="insufficient_scope"');
        throw new AppError("FORBIDDEN", "insufficient_scope", { http: 403 });
      }
      await services.verification.recordUse(caller);
    }
    const { type, text } = await services.metrics.page();
    return reply.header("cache-control", "no-store").type(type).send(text);
  });
}
