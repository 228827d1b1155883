import type { Server } from "node:http";
import fastify, { type FastifyInstance, type FastifyHttpOptions } from "fastify";
import { AppError, notFound } from "../errors";
import { redact } from "../secrets/parse";
import type { Services } from "../services/services";
import { fromFastify, isGraphQL, sendError } from "./answers";
import { bareProtection, protection, share } from "./browsers";
import { compatRoutes } from "./compat/compat";
import { setRateHeaders } from "./identify";
import { knowAllMethods } from "./methods";
import { responsesWith } from "./response";
import { badgeRoute } from "./routes/badge";
import { consoleRoutes, playgroundPage } from "./routes/console";
import { graphqlRoute, type GraphQLHandler } from "./routes/graphql";
import { healthRoutes } from "./routes/health";
import { introspectRoute } from "./routes/introspect";
import { metricsRoute } from "./routes/metrics";
import { revokeRoute } from "./routes/revoke";

/** An answered request. `requestId`: a UUID; `route`: the pattern; `ms`: until the answer was ready. */
export interface AnsweredRequest {
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly ms?: number;
}

/** One line of the log. The objects given never hold a secret. */
export interface Log {
  request(answered: AnsweredRequest): void;
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
  /** Whether the clients of other vendors are served at their own paths. */
  readonly compat: boolean;
  /** The folder of the console and the playground as built; null: there are none. */
  readonly web: string | null;
  /** Resolves when the server can do its work. */
  ready(): Promise<void>;
}

const KEEP_ALIVE_MS = 65_000;
const SMALL_BODY = 64 * 1024;
/** How long requests that have begun may take to end when the server stops. */
const LAST_ANSWERS_MS = 5_000;
const LOOK_FOR_IDLE_MS = 20;

/** The HTTP server, not listening yet. */
export function createHttpServer(options: HttpOptions): FastifyInstance {
  const app = fastify(settingsOf(options));
  app.server.headersTimeout = 10_000;
  app.removeAllContentTypeParsers();
  takeEveryRequest(app);

  observe(app, options);
  share(app, options.corsOrigins);
  refusePacked(app);
  closeBehindAnswers(app);
  app.setNotFoundHandler((request, reply) => sendError(request, reply, notFound()));
  app.setErrorHandler((error, request, reply) => {
    const answer = error instanceof AppError ? error : fromFastify(error as { statusCode?: number });
    if (answer === null || answer.cause !== undefined) {
      options.log.error({ requestId: request.id, error: describeError(error) }, "request failed");
    }
    return sendError(request, reply, answer ?? new AppError("INTERNAL_SERVER_ERROR", "internal error"));
  });

  const { services } = options;
  graphqlRoute(app, options.graphql, services, options.web === null ? null : playgroundPage(options.web));
  introspectRoute(app, services);
  revokeRoute(app, services);
  badgeRoute(app, services);
  if (options.metrics !== "off") metricsRoute(app, services, options.metrics);
  if (options.compat) compatRoutes(app, services);
  if (options.web !== null) consoleRoutes(app, options.web);
  healthRoutes(app, () => options.ready());
  return app;
}

function settingsOf(options: HttpOptions): FastifyHttpOptions<Server> {
  return {
    logger: false,
    trustProxy: proxyTrust(options.trustProxy),
    bodyLimit: SMALL_BODY,
    genReqId: () => crypto.randomUUID(),
    requestIdHeader: false,
    exposeHeadRoutes: false,
    // While it stops, what is in flight is finished: see closeBehindAnswers.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    // Slow clients are cut off: in milliseconds, for a whole request and for a connection without one.
    requestTimeout: 30_000,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: 1024 },
    clientErrorHandler: (_error, socket) => {
      if (socket.writable) socket.end(answerToNoHttp());
      else socket.destroy();
    },
    // A path that does not decode: Fastify's own words repeat it. No hook has run.
    frameworkErrors: (_error, request, reply) => {
      reply.header("x-request-id", request.id);
      options.log.request({ requestId: request.id, method: request.method, route: "none", status: 400 });
      void sendError(request, reply, new AppError("BAD_REQUEST", "bad request"));
    },
    // Refused below, with an id as every answer has it.
    http: {
      requireHostHeader: false,
      connectionsCheckingInterval: 1_000,
      ServerResponse: responsesWith(protection, KEEP_ALIVE_MS),
    },
  };
}

/** Bodies are taken as they come: nothing is unpacked, so nothing small gets large. */
function refusePacked(app: FastifyInstance): void {
  app.addHook("preValidation", (request, _reply, done) => {
    const encoding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
    const isPacked = request.body !== undefined && encoding !== "identity";
    done(
      isPacked ? new AppError("BAD_REQUEST", "the body must not be compressed", { http: 415 }) : undefined,
    );
  });
}

/** What Node and the router would answer themselves, without an id, gets to us. */
function takeEveryRequest(app: FastifyInstance): void {
  knowAllMethods(app);
  // An expectation that we do not know is ignored (RFC 9110, 10.1.1).
  app.server.on(
    "checkExpectation",
    (request, response) => void app.server.emit("request", request, response),
  );
}

/** What comes before there is a request: its path is not known, so nobody may keep the answer. */
function answerToNoHttp(): string {
  const body = '{"error":"bad request"}';
  return [
    "HTTP/1.1 400 Bad Request",
    `X-Request-Id: ${crypto.randomUUID()}`,
    "Cache-Control: no-store",
    ...Object.entries(bareProtection).map(([name, value]) => `${name}: ${value}`),
    "Content-Type: application/json; charset=utf-8",
    `Content-Length: ${body.length}`,
    "Connection: close",
    `\r\n${body}`,
  ].join("\r\n");
}

/** A request's id, its line in the log, its place in the metrics. */
function observe(app: FastifyInstance, { services, log }: HttpOptions): void {
  app.decorateRequest("rateSubject", null);
  app.decorateRequest("receivedAt", 0);
  app.decorateRequest("route", "none");
  app.addHook("onRequest", (request, reply, done) => {
    request.receivedAt = performance.now();
    request.route = request.routeOptions.url ?? "none";
    reply.header("x-request-id", request.id);
    if (isGraphQL(request)) reply.header("cache-control", "no-store");
    const hasHost = request.headers.host !== undefined || request.raw.httpVersion === "1.0";
    done(hasHost ? undefined : new AppError("BAD_REQUEST", "bad request"));
  });
  // When the answer is ready, not when it has left: to be told of that costs six listeners a request.
  app.addHook("onSend", async (request, reply) => {
    const { id: requestId, method, route, rateSubject } = request;
    const state = rateSubject && services.rates.stateOf(rateSubject);
    if (state !== null) setRateHeaders(reply, await state);
    const status = reply.statusCode;
    const elapsed = performance.now() - request.receivedAt;
    services.metrics.answered(method, route, status, elapsed / 1000);
    log.request({ requestId, method, route, status, ms: Math.round(elapsed * 100) / 100 });
  });
}

/**
 * While the server stops, a connection is closed behind the answer that it waited for. Node closes those that are idle
 * when the stop begins, and no longer looks at timeouts: one that is kept alive, or never sends the rest of its
 * request, would hold the server up.
 */
function closeBehindAnswers(app: FastifyInstance): void {
  let stopping = false;
  app.addHook("preClose", (done) => {
    stopping = true;
    const idle = setInterval(() => {
      app.server.closeIdleConnections();
    }, LOOK_FOR_IDLE_MS);
    const last = setTimeout(() => {
      app.server.closeAllConnections();
    }, LAST_ANSWERS_MS).unref();
    app.server.once("close", () => {
      clearInterval(idle);
      clearTimeout(last);
    });
    done();
  });
  app.addHook("onSend", (_request, reply, _payload, done) => {
    if (stopping) reply.header("connection", "close");
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
