import { METHODS } from "node:http";
import type { FastifyInstance } from "fastify";
import { AppError } from "../errors";

/** Makes the router know every method that can come, so that each is refused alike. */
export function knowAllMethods(app: FastifyInstance): void {
  for (const method of METHODS) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method);
}

/** Answers every other method on a path with 405, before the body or the credential is looked at. */
export function refuseOtherMethods(app: FastifyInstance, url: string, allowed: readonly string[]): void {
  const allow = allowed.join(", ");
  app.route({
    method: app.supportedMethods.filter((method) => !allowed.includes(method)),
    url,
    onRequest: (_request, _reply, next) => {
      next(new AppError("BAD_REQUEST", `use ${allow}`, { http: 405, allow }));
    },
    handler: (_request, reply) => reply,
  });
}
