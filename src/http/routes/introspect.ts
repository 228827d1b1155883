import type { FastifyInstance } from "fastify";
import { REPOSITORY_SCOPES, type RepositoryScope } from "../../domain/scope";
import type { KnownVerdict, Verdict } from "../../domain/verdict";
import { AppError } from "../../errors";
import type { Services } from "../../services/services";
import { toNodeId } from "../../domain/node-id";
import { formOf, optional, required, takeForms } from "../form";
import { identify } from "../identify";
import { refuseOtherMethods } from "../methods";

const LONGEST_SECRET = 1024;

/** POST /introspect: token introspection (RFC 7662) for gateways that do not speak GraphQL. */
export function introspectRoute(app: FastifyInstance, services: Services): void {
  app.register((scope, _options, done) => {
    takeForms(scope);
    scope.post("/introspect", async (request, reply) => {
      reply.header("cache-control", "no-store");
      const form = formOf(request.body);
      const caller = await identify(services, request);
      if (caller.authority.actor.kind === "anonymous")
        throw new AppError("UNAUTHENTICATED", "authentication required");
      if (!services.isVerifier(caller)) {
        // RFC 6750, 3.1.
        reply.header("www-authenticate", 'Bearer realm="tokenward", error="insufficient_scope"');
        await services.rates.count(caller.subject, 1);
        throw new AppError("FORBIDDEN", "insufficient_scope", { http: 403 });
      }
      const secret = required(form, "token").slice(0, LONGEST_SECRET);
      const repository = optional(form, "repository") ?? undefined;
      const scope = readScope(optional(form, "scope"));
      if (scope !== "STATUS" && repository === undefined)
        throw new AppError("BAD_REQUEST", "invalid_request");
      await services.verification.recordUse(caller);
      const verdict = await services.verification.verifyToken(caller, { secret, repository, scope });
      reply.type("application/json; charset=utf-8");
      return JSON.stringify(describe(verdict));
    });
    refuseOtherMethods(scope, "/introspect", ["POST"]);
    done();
  });
}

/** `status`, `read_only` or `admin`; left out: `status`. */
function readScope(text: string | null): RepositoryScope {
  if (text === null) return "STATUS";
  const scope = REPOSITORY_SCOPES.find((one) => one.toLowerCase() === text);
  if (scope === undefined) throw new AppError("BAD_REQUEST", "invalid_request");
  return scope;
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
