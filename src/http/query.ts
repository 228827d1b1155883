import type { FastifyRequest } from "fastify";
import { AppError } from "../errors";

/** A parameter of the query; sent twice, it is refused: which one was meant? */
export function queryOf(request: FastifyRequest, name: string): string | undefined {
  const value = (request.query as Record<string, unknown>)[name];
  if (value !== undefined && typeof value !== "string") {
    throw new AppError("BAD_REQUEST", `${name}: must be given once`);
  }
  return value;
}
