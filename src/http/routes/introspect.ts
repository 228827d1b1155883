import type { FastifyInstance, FastifyReply } from "fastify";
import { REPOSITORY_SCOPES, type RepositoryScope } from "../../domain/scope";
import type { KnownVerdict, Verdict } from "../../domain/verdict";
import { AppError } from "../../errors";
import type { Caller } from "../../services/caller";
import type { Services } from "../../services/services";
import { after, type Soon } from "../../soon";
import { toNodeId } from "../../domain/node-id";
import { formOf, optional, required, takeForms } from "../form";
import { identify } from "../identify";
import { refuseOtherMethods } from "../methods";

/** POST /introspect: token introspection (RFC 7662) for gateways that do not speak GraphQL. */
export function introspectRoute(app: FastifyInstance, services: Services): void {
  app.register((scope, _options, done) => {
    takeForms(scope);
    scope.post("/introspect", (request, reply) => {
      reply.header("cache-control", "no-store");
      const form = formOf(request.body);
      const verdict = after(identify(services, request), (caller) =>
        introspect(services, caller, form, reply),
      );
      const body = after(verdict, (known) => {
        reply.type("application/json; charset=utf-8");
        return textOf(known);
      });
      return body instanceof Promise ? body : void reply.send(body);
    });
    refuseOtherMethods(scope, "/introspect", ["POST"]);
    done();
  });
}

function introspect(
  services: Services,
  caller: Caller,
  form: URLSearchParams,
  reply: FastifyReply,
): Soon<Verdict> {
  if (caller.authority.actor.kind === "anonymous")
    throw new AppError("UNAUTHENTICATED", "authentication required");
  if (!services.isVerifier(caller)) {
    // RFC 6750, 3.1.
    reply.header("www-authenticate", 'Bearer realm="tokenward", error="insufficient_scope"');
    return services.rates.count(caller.subject, 1).then(() => {
      throw new AppError("FORBIDDEN", "insufficient_scope", { http: 403 });
    });
  }
  const secret = required(form, "token");
  const repository = optional(form, "repository") ?? undefined;
  const scope = readScope(optional(form, "scope"));
  if (scope !== "STATUS" && repository === undefined) throw new AppError("BAD_REQUEST", "invalid_request");
  return after(services.verification.recordUse(caller), () =>
    services.verification.verifyToken(caller, { secret, repository, scope }),
  );
}

/** `status`, `read_only` or `admin`; left out: `status`. */
function readScope(text: string | null): RepositoryScope {
  if (text === null) return "STATUS";
  const scope = REPOSITORY_SCOPES.find((one) => one.toLowerCase() === text);
  if (scope === undefined) throw new AppError("BAD_REQUEST", "invalid_request");
  return scope;
}

const texts = new WeakMap<Verdict, string>();
/** A verdict that is remembered is written once. */
function textOf(verdict: Verdict): string {
  let text = texts.get(verdict);
  if (text === undefined) texts.set(verdict, (text = JSON.stringify(describe(verdict))));
  return text;
}

/** RFC 7662, 2.2. A token that is not good is inactive, without a reason. */
function describe(verdict: Verdict): object {
  if (verdict.code !== "VALID") return { active: false };
  return {
    active: true,
    scope: verdict.scope?.toLowerCase(),
    sub: subjectOf(verdict),
    username: verdict.login ?? undefined,
    iat: seconds(verdict.createdAt),
    exp: verdict.expiresAt === null ? undefined : seconds(verdict.expiresAt),
    token_type: "Bearer",
  };
}

const subjectOf = ({ accountId, ownRepositoryId }: KnownVerdict): string =>
  accountId === null ? toNodeId("Repository", ownRepositoryId ?? 0) : toNodeId("Account", accountId);

const seconds = (instant: Date): number => Math.floor(instant.getTime() / 1000);
