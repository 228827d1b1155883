import fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { AppError } from "../errors";
import { redact } from "../secrets/parse";
import type { Caller, Origin } from "../services/caller";
import type { Services } from "../services/services";
import { anonymous } from "../domain/actor";
import { fromFastify, GRAPHQL_PATH, sendError } from "./answers";
import { readCredential } from "./credential";
import { graphqlRoute, type GraphQLHandler } from "./routes/graphql";
import { healthRoutes } from "./routes/health";

/** One line of the log. The objects given never hold a secret. */
export interface Log {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface HttpOptions {
  readonly services: Services;
  readonly graphql: GraphQLHandler;
  readonly log: Log;
  readonly trustProxy: false | number | readonly string[];
  /** Resolves when the server can do its work. */
  ready(): Promise<void>;
}

const SMALL_BODY = 64 * 1024;

/** The HTTP server, not listening yet. */
export function createHttpServer(options: HttpOptions): FastifyInstance {
  const app: FastifyInstance = fastify({
    logger: false,
    trustProxy: proxyTrust(options.trustProxy),
    bodyLimit: SMALL_BODY,
    genReqId: () => crypto.randomUUID(),
    requestIdHeader: false,
    exposeHeadRoutes: false,
    // While it stops, what is in flight is finished; a connection that is kept alive gets its answer and is closed.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    // Slow clients are cut off: in milliseconds, for a whole request and for a connection without one.
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 1024 },
    clientErrorHandler: (_error, socket) => {
      if (socket.writable)
        socket.end(
          'HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 23\r\n\r\n{"error":"bad request"}',
        );
      else socket.destroy();
    },
  });
  app.server.headersTimeout = 10_000;
  app.removeAllContentTypeParsers();

  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    if (request.url.startsWith(GRAPHQL_PATH)) reply.header("cache-control", "no-store");
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    options.log.info(
      {
        requestId: request.id,
        method: request.method,
        // The route, not the URL: a secret may have been put there by mistake.
        route: request.routeOptions.url ?? "none",
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 100) / 100,
      },
      "request",
    );
    done();
  });
  app.setNotFoundHandler((request, reply) =>
    sendError(request, reply, new AppError("NOT_FOUND", "not found")),
  );
  app.setErrorHandler((error, request, reply) => {
    const answer = error instanceof AppError ? error : fromFastify(error as { statusCode?: number });
    if (answer === null || answer.cause !== undefined) {
      options.log.error({ requestId: request.id, error: describeError(error) }, "request failed");
    }
    return sendError(request, reply, answer ?? new AppError("INTERNAL_SERVER_ERROR", "internal error"));
  });

  graphqlRoute(app, options.graphql, (request) => identify(options.services, request));
  healthRoutes(app, () => options.ready());
  return app;
}

/** Whose X-Forwarded-For is believed: nobody's, that of so many hops, or that of the addresses named. */
function proxyTrust(
  trust: HttpOptions["trustProxy"],
): false | string[] | ((address: string, hop: number) => boolean) {
  if (typeof trust === "number") return (_address, hop) => hop < trust;
  return trust === false ? false : [...trust];
}

/** Who sends a request. Throws BAD_REQUEST for two credentials, UNAUTHENTICATED for a bad one. */
async function identify(services: Services, request: FastifyRequest): Promise<Caller> {
  const secret = readCredential(request.raw.rawHeaders);
  const actor = secret === null ? anonymous : await services.verification.authenticate(secret);
  return services.callerFor(actor, originOf(request));
}

function originOf(request: FastifyRequest): Origin {
  const userAgent = request.headers["user-agent"];
  return {
    requestId: request.id,
    ip: request.ip,
    userAgent: userAgent === undefined ? null : redact(userAgent.slice(0, 1024)),
  };
}

/** An error for the log: its kind, message and stack, with everything shaped like a secret taken out. */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: redact(String(error)) };
  const { name, message, stack, cause } = error;
  return {
    name,
    message: redact(message),
    stack: redact(stack ?? ""),
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}
