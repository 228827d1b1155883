import type { FastifyInstance } from "fastify";
import { AppError } from "../../errors";
import { sendError } from "../answers";

/** /healthz: the process is alive. /readyz: its database answers and the migrations are done. Credentials are ignored. */
export function healthRoutes(app: FastifyInstance, ready: () => Promise<void>): void {
  app.get("/healthz", (_request, reply) => reply.send({ status: "ok" }));
  app.get("/readyz", async (request, reply) => {
    try {
      await ready();
      return await reply.send({ status: "ready" });
    } catch {
      return sendError(request, reply, new AppError("UNAVAILABLE", "not ready"));
    }
  });
}
