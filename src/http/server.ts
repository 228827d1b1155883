import cors from "@fastify/cors";
import helmet from "@fastify/helmet";
import fastify, { type FastifyInstance } from "fastify";
import { AppError } from "../errors";
import { redact } from "../secrets/parse";
import type { Services } from "../services/services";
import { fromFastify, GRAPHQL_PATH, sendError } from "./answers";
import { plainHeaders } from "./credential";
import { identify, setRateHeaders } from "./identify";
import { badgeRoute } from "./routes/badge";
import { graphqlRoute, type GraphQLHandler } from "./routes/graphql";
import { healthRoutes } from "./routes/health";
import { introspectRoute } from "./routes/introspect";
import { metricsRoute } from "./routes/metrics";
import { revokeRoute } from "./routes/revoke";

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
  readonly corsOrigins: readonly string[];
  readonly metrics: "open" | "authenticated" | "off";
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

  protect(app, options.corsOrigins);
  observe(app, options);
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

  const { services } = options;
  graphqlRoute(app, options.graphql, (request) => {
    const idempotencyKey = request.headers["idempotency-key"];
    return identify(services, request, { idempotencyKey: idempotencyKey?.toString() });
  });
  introspectRoute(app, services);
  revokeRoute(app, services);
  badgeRoute(app, services);
  if (options.metrics !== "off") metricsRoute(app, services, options.metrics);
  healthRoutes(app, () => options.ready());
  return app;
}

/** What every answer says to browsers: nothing of ours runs scripts, is framed, or is guessed at. */
function protect(app: FastifyInstance, origins: readonly string[]): void {
  app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    // A badge is shown on other sites.
    crossOriginResourcePolicy: { policy: "cross-origin" },
    frameguard: { action: "deny" },
  });
  if (origins.length === 0) return;
  app.register(cors, {
    origin: origins.includes("*") ? "*" : [...origins],
    methods: ["GET", "POST"],
    allowedHeaders: [
      "authorization",
      "content-type",
      "apollo-require-preflight",
      "idempotency-key",
      ...plainHeaders,
    ],
    exposedHeaders: [
      "x-request-id",
      "retry-after",
      "ratelimit-limit",
      "ratelimit-remaining",
      "ratelimit-reset",
    ],
    // Tokens are sent by the page's own code, never by the browser.
    credentials: false,
    maxAge: 600,
  });
}

/** A request's id, its line in the log, its place in the metrics. */
function observe(app: FastifyInstance, { services, log }: HttpOptions): void {
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    if (request.url.startsWith(GRAPHQL_PATH)) reply.header("cache-control", "no-store");
    done();
  });
  app.addHook("onSend", async (request, reply) => {
    await setRateHeaders(services, request, reply);
  });
  app.addHook("onResponse", (request, reply, done) => {
    // The route, not the URL: a secret may have been put there by mistake.
    const route = request.routeOptions.url ?? "none";
    const { statusCode: status, elapsedTime } = reply;
    services.metrics.answered(request.method, route, status, elapsedTime / 1000);
    const ms = Math.round(elapsedTime * 100) / 100;
    log.info({ requestId: request.id, method: request.method, route, status, ms }, "request");
    done();
  });
}

/** Whose X-Forwarded-For is believed: nobody's, that of so many hops, or that of the addresses named. */
function proxyTrust(
  trust: HttpOptions["trustProxy"],
): false | string[] | ((address: string, hop: number) => boolean) {
  if (typeof trust === "number") return (_address, hop) => hop < trust;
  return trust === false ? false : [...trust];
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
