import type { FastifyInstance } from "fastify";
import { AppError } from "../errors";

const ALL = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"] as const;

/** Answers every other method on a path with 405, before the body or the credential is looked at. */
export function refuseOtherMethods(
  app: FastifyInstance,
  url: string,
  allowed: readonly (typeof ALL)[number][],
): void {
  const allow = allowed.join(", ");
  app.route({
    method: ALL.filter((method) => !allowed.includes(method)),
    url,
    onRequest: (_request, _reply, next) => {
      next(new AppError("BAD_REQUEST", `use ${allow}`, { http: 405, allow }));
    },
    handler: (_request, reply) => reply,
  });
}
