import type { FastifyInstance } from "fastify";
import { AppError } from "../errors";

const invalid = (): AppError => new AppError("BAD_REQUEST", "invalid_request");

/** Takes application/x-www-form-urlencoded bodies, and no others, on the routes of this scope. */
export function takeForms(scope: FastifyInstance): void {
  scope.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, parsed) => {
      parsed(null, new URLSearchParams(String(body)));
    },
  );
}

/** The parameters of a form body. Throws 415 when there is none of that type. */
export function formOf(body: unknown): URLSearchParams {
  if (body instanceof URLSearchParams) return body;
  throw new AppError("BAD_REQUEST", "the body must be application/x-www-form-urlencoded", { http: 415 });
}

/** A parameter that must be there, once and not empty (RFC 6749, 3.1): else 400 invalid_request. */
export function required(form: URLSearchParams, name: string): string {
  const value = optional(form, name);
  if (value === null) throw invalid();
  return value;
}

/** A parameter that may be left out; empty or twice it is 400 invalid_request. */
export function optional(form: URLSearchParams, name: string): string | null {
  const values = form.getAll(name);
  if (values.length > 1 || values[0] === "") throw invalid();
  return values[0] ?? null;
}
