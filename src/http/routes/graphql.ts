import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AppError } from "../../errors";
import type { Caller } from "../../services/caller";
import type { Services } from "../../services/services";
import { identify } from "../identify";
import { refuseOtherMethods } from "../methods";
import type { SendPage } from "./console";
import { challenge, GRAPHQL_PATH, graphqlMediaType } from "../answers";

/** The GraphQL engine, as HTTP sees it. */
export interface GraphQLHandler {
  /** Runs the one operation of a body. */
  post(operation: Operation, caller: Caller): Promise<Answer>;
  /** Takes a GET as it came: headers in lower case, the query string with its question mark. */
  get(
    request: { readonly headers: Iterable<readonly [string, string]>; readonly search: string },
    caller: Caller,
  ): Promise<Answer>;
}

interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  readonly body: string;
}

const BYTE_ORDER_MARK = "\ufeff";
const LARGE_BODY = 1024 * 1024;

/** POST and GET /graphql (wire.md, "Endpoints"), the playground for browsers, and how every other method is refused. */
export function graphqlRoute(
  app: FastifyInstance,
  engine: GraphQLHandler,
  services: Services,
  playground: SendPage | null,
): void {
  app.register((scope, _options, done) => {
    // Kept as bytes: who asks is looked at before what is asked.
    scope.addContentTypeParser(
      "application/json",
      { parseAs: "buffer", bodyLimit: LARGE_BODY },
      (_request, body, parsed) => {
        parsed(null, body);
      },
    );
    scope.route({
      method: ["POST", "GET"],
      url: GRAPHQL_PATH,
      bodyLimit: LARGE_BODY,
      handler: (request, reply) =>
        playground !== null && isForReading(request)
          ? playground(reply)
          : answer(request, reply, engine, services),
    });
    refuseOtherMethods(scope, GRAPHQL_PATH, ["GET", "POST"]);
    done();
  });
}

/** Whether a browser opens it as a page. */
const isForReading = ({ method, headers }: FastifyRequest): boolean =>
  method === "GET" && /(^|,)\s*text\/html\s*(;|,|$)/i.test(headers.accept ?? "");

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  engine: GraphQLHandler,
  services: Services,
): Promise<string> {
  if (request.method === "POST" && !isJson(request.headers["content-type"])) {
    throw new AppError("BAD_REQUEST", "the body must be application/json in UTF-8", { http: 415 });
  }
  const idempotencyKey = request.headers["idempotency-key"]?.toString();
  const caller = await identify(services, request, { idempotencyKey });
  const mediaType = graphqlMediaType(request.headers.accept);
  const { status, headers, body } = await (request.method === "GET"
    ? engine.get({ headers: headersFor(request, mediaType), search: searchOf(request.url) }, caller)
    : engine.post(parseBody(request.body), caller));
  if (status === 401) {
    const credential = caller.authority.actor.kind === "anonymous" ? "authentication required" : "not found";
    reply.header("www-authenticate", challenge(new AppError("UNAUTHENTICATED", credential)));
  }
  for (const [name, value] of headers) if (passedOn.has(name)) reply.header(name, value);
  reply.code(status).type(`${mediaType}; charset=utf-8`);
  return body;
}

const passedOn: ReadonlySet<string> = new Set(["allow"]);

/** What the engine looks at: its own CSRF check reads these, and nothing else of the request reaches it. */
function* headersFor(request: FastifyRequest, mediaType: string): Generator<readonly [string, string]> {
  yield ["accept", mediaType];
  for (const name of ["content-type", "apollo-require-preflight", "x-apollo-operation-name"]) {
    const value = request.headers[name];
    if (typeof value === "string") yield [name, value];
  }
}

/** Split, not matched as a whole: a pattern would try 15,000 spaces in every possible way. */
function isJson(contentType = ""): boolean {
  if (contentType === "application/json") return true;
  const [type, ...parameters] = contentType.split(";").map((part) => part.trim().toLowerCase());
  const isUtf8 = (parameter: string): boolean => /^charset=("?)utf-8\1$/.test(parameter);
  return type === "application/json" && parameters.every((one) => one === "" || isUtf8(one));
}

function searchOf(url: string): string {
  const question = url.indexOf("?");
  const search = question === -1 ? "" : url.slice(question);
  refusePersistedQuery(new URLSearchParams(search).getAll("extensions"));
  return search;
}

/** The engine would answer these with 200. What is not JSON is its to refuse. */
function refusePersistedQuery(extensions: readonly string[]): void {
  for (const text of extensions) {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      continue;
    }
    if (isObject(value) && "persistedQuery" in value)
      throw notARequest("persisted queries are not supported");
  }
}

/** One operation, as an object of the four keys that GraphQL over HTTP knows. */
function parseBody(bytes: unknown): Operation {
  const body = parseJson(bytes);
  if (Array.isArray(body))
    throw new AppError("BAD_REQUEST", "one operation a request: batches are not taken");
  if (typeof body !== "object" || body === null) throw notARequest("the body must be a JSON object");
  const {
    query,
    variables = null,
    operationName = null,
    extensions = null,
  } = body as Record<string, unknown>;
  if (isObject(extensions) && "persistedQuery" in extensions)
    throw notARequest("persisted queries are not supported");
  if (typeof query !== "string" || query === "") throw notARequest("query must be a document");
  if (variables !== null && !isObject(variables)) throw notARequest("variables must be an object");
  if (extensions !== null && !isObject(extensions)) throw notARequest("extensions must be an object");
  if (operationName !== null && typeof operationName !== "string")
    throw notARequest("operationName must be a string");
  return {
    query,
    variables: (variables ?? undefined) as Record<string, unknown> | undefined,
    operationName: operationName === "" ? undefined : (operationName ?? undefined),
  };
}

function parseJson(bytes: unknown): unknown {
  if (!Buffer.isBuffer(bytes)) throw notARequest("the body must be a JSON object");
  try {
    if (!isUtf8(bytes)) throw new TypeError("not UTF-8");
    const text = bytes.toString("utf8");
    return JSON.parse(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
  } catch {
    throw notARequest("the body is not JSON in UTF-8");
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const notARequest = (message: string): AppError => new AppError("BAD_REQUEST", message);
