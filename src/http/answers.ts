import type { FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../errors";

export const GRAPHQL_PATH = "/graphql";
export const GRAPHQL_RESPONSE = "application/graphql-response+json";

/** The media type of a GraphQL answer: the newer one only where it is asked for by its name. */
export function graphqlMediaType(accept: string | undefined): string {
  return accept?.toLowerCase().includes(GRAPHQL_RESPONSE) === true ? GRAPHQL_RESPONSE : "application/json";
}

/** How the clients of a place are told of an error. */
export type ErrorForm = (error: AppError) => { readonly status: number; readonly body: object };
const forms = new WeakMap<FastifyRequest, ErrorForm>();

/** From now on a refusal of this request is answered in that form. */
export function answerErrorsAs(request: FastifyRequest, form: ErrorForm): void {
  forms.set(request, form);
}

const plainForm: ErrorForm = (error) => ({ status: nothingRanStatus(error), body: { error: error.message } });

/** Answers a refusal of the HTTP layer in the form of the place: GraphQL's on /graphql, the seeds' elsewhere. */
export function sendError(request: FastifyRequest, reply: FastifyReply, error: AppError): FastifyReply {
  const { status, body } = (forms.get(request) ?? plainForm)(error);
  reply.code(status);
  if (error.details.allow !== undefined) reply.header("allow", error.details.allow);
  if (error.code === "UNAUTHENTICATED" || error.details.bearerError !== undefined) {
    reply.header("www-authenticate", challenge(error));
  }
  if (!isGraphQL(request)) {
    return reply.type("application/json; charset=utf-8").send(JSON.stringify(body));
  }
  const extensions = {
    code: error.code,
    ...(error.code === "INTERNAL_SERVER_ERROR" ? { requestId: request.id } : {}),
  };
  return reply
    .type(`${graphqlMediaType(request.headers.accept)}; charset=utf-8`)
    .send(JSON.stringify({ errors: [{ message: error.message, extensions }] }));
}

/** RFC 6750, 3: the error attribute only where a credential was sent. */
export function challenge(error: AppError): string {
  const realm = 'Bearer realm="tokenward"';
  if (error.message === "authentication required") return realm;
  return `${realm}, error="${error.details.bearerError ?? "invalid_token"}"`;
}

/** The status of a request of which nothing ran: a path that is unknown has one of its own. */
export function nothingRanStatus(error: AppError): number {
  return error.code === "NOT_FOUND" ? 404 : error.httpStatus;
}

/** By the route that was found: a path can be written in many ways (`/%67raphql`, `http://host/graphql`). */
export const isGraphQL = (request: FastifyRequest): boolean => request.route === GRAPHQL_PATH;

/** What Fastify itself refuses, in our words: its own repeat parts of the request. */
export function fromFastify(error: {
  readonly statusCode?: number;
  readonly code?: string;
}): AppError | null {
  const status = error.statusCode ?? 500;
  if (status === 413) return new AppError("BAD_REQUEST", "the body is too large", { http: 413 });
  if (status === 415)
    return new AppError("BAD_REQUEST", "this content type is not taken here", { http: 415 });
  if (status === 405) return new AppError("BAD_REQUEST", "this method is not taken here", { http: 405 });
  return status >= 400 && status < 500 ? new AppError("BAD_REQUEST", "bad request") : null;
}
