import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { AppError, notFound } from "../../errors";
import type { Caller } from "../../services/caller";
import type { Services } from "../../services/services";
import { answerErrorsAs, type ErrorForm, nothingRanStatus } from "../answers";
import { identify } from "../identify";
import { refuseOtherMethods } from "../methods";
import { Fields } from "./fields";

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** One request of a vendor's client, let in: who asks, and what is asked. */
export interface Visit {
  readonly services: Services;
  readonly caller: Caller;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** A parameter of the path, decoded. */
  readonly param: (name: string) => string;
  readonly body: Fields;
}

/** What a call answers: a status, and a body unless there is none. */
export interface VisitAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** One path of a vendor, and what its methods do. */
export interface Path {
  readonly url: string;
  readonly methods: Partial<Record<Method, (visit: Visit) => Promise<VisitAnswer>>>;
}

/** A vendor whose clients are served: its paths, its words for what goes wrong, its spellings. */
export interface Vendor {
  readonly paths: readonly Path[];
  /** Below these, an unknown path is answered in the vendor's words too. */
  readonly prefixes: readonly string[];
  readonly errors: ErrorForm;
  /** Headers that hold a secret here and nowhere else, in lower case. */
  readonly headers: readonly string[];
  /** Routes that answer something else than JSON. */
  readonly others?: (scope: FastifyInstance, services: Services) => void;
}

/** Serves the paths of a vendor. */
export function open(app: FastifyInstance, services: Services, vendor: Vendor): void {
  app.register((scope, _options, done) => {
    scope.addHook("onRequest", (request, reply, next) => {
      answerErrorsAs(request, vendor.errors);
      reply.header("cache-control", "no-store");
      next();
    });
    // Kept as bytes: who asks is looked at before what is asked.
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, parsed) => {
      parsed(null, body);
    });
    for (const { url, methods } of vendor.paths) {
      refuseOtherMethods(scope, url, Object.keys(methods));
      for (const [method, act] of Object.entries(methods)) {
        scope.route({
          method,
          url,
          handler: async (request, reply) => {
            const { status, body } = await act(await admit(services, vendor, request, reply));
            reply.code(status);
            return body === undefined ? reply.send() : sendJson(reply, body);
          },
        });
      }
    }
    vendor.others?.(scope, services);
    for (const prefix of vendor.prefixes) {
      scope.register(answerUnknownPaths, { prefix });
    }
    done();
  });
}

/** Nobody is served here without a good token; what comes this far counts as a use of it. */
async function admit(
  services: Services,
  vendor: Vendor,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Visit> {
  Fields.refuseOtherTypes(request);
  const caller = await identify(services, request, { moreHeaders: vendor.headers });
  await services.rates.count(caller.subject, 1);
  if (caller.authority.actor.kind === "anonymous")
    throw new AppError("UNAUTHENTICATED", "authentication required");
  const body = Fields.of(request);
  await services.verification.recordUse(caller);
  const params = request.params as Readonly<Record<string, string>>;
  return { services, caller, request, reply, body, param: (name) => params[name] ?? "" };
}

const sendJson = (reply: FastifyReply, body: unknown): FastifyReply =>
  reply.type("application/json; charset=utf-8").send(JSON.stringify(body));

function answerUnknownPaths(scope: FastifyInstance, _options: object, done: () => void): void {
  scope.setNotFoundHandler(() => {
    throw notFound();
  });
  done();
}

/** The status of a refusal as these clients expect it: GraphQL's 200 for what a rule refuses is no news to them. */
export function statusOf(error: AppError): number {
  switch (error.code) {
    case "FORBIDDEN":
      return 403;
    case "CONFLICT":
      return 409;
    case "BAD_USER_INPUT":
      return 400;
    case "LIMIT_EXCEEDED":
      return 422;
    default:
      return nothingRanStatus(error);
  }
}
