import type { FastifyInstance } from "fastify";
import { AppError } from "../../errors";
import { sendError } from "../answers";
import { refuseOtherMethods } from "../methods";

// Load balancers ask with HEAD too.
const both: ("GET" | "HEAD")[] = ["GET", "HEAD"];

/** /healthz: the process is alive. /readyz: its database answers and the migrations are done. Credentials are ignored. */
export function healthRoutes(app: FastifyInstance, ready: () => Promise<void>): void {
  refuseOtherMethods(app, "/healthz", both);
  refuseOtherMethods(app, "/readyz", both);
  app.route({ method: both, url: "/healthz", handler: (_request, reply) => reply.send({ status: "ok" }) });
  app.route({
    method: both,
    url: "/readyz",
    handler: async (request, reply) => {
      try {
        await ready();
        return await reply.send({ status: "ready" });
      } catch {
        return sendError(request, reply, new AppError("UNAVAILABLE", "not ready"));
      }
    },
  });
}
