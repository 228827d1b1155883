import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { toNodeId } from "../../domain/node-id";
import type { Repository } from "../../domain/repository";
import type { RepositoryScope } from "../../domain/scope";
import type { Token } from "../../domain/token";
import { AppError, badInput } from "../../errors";
import type { CreatedToken } from "../../services/minting";
import type { Services } from "../../services/services";
import type { ErrorForm } from "../answers";
import { refuseOtherMethods } from "../methods";
import { queryOf } from "../query";
import { sendBadge } from "../routes/badge";
import { gather } from "./lists";
import { deleteToken, idOrSecret, ownAccount, type Owner, repositoryAt, tokensOf } from "./tokens";
import { statusOf, type Vendor, type Visit, type VisitAnswer } from "./vendor";

const LABEL = "CircleCI API token";
const MOST = 1000;
const PROJECT_TOKENS = "/api/v1.1/project/:vcs/:organization/:repository/token";
const PERSONAL_TOKENS = "/api/v1/user/token";

const providers: ReadonlyMap<string, string> = new Map([
  ["gh", "gh"],
  ["github", "gh"],
  ["bb", "bb"],
  ["bitbucket", "bb"],
]);
const scopes = { status: "STATUS", "view-builds": "READ_ONLY", all: "ADMIN" } as const;
const scopeNames = { STATUS: "status", READ_ONLY: "view-builds", ADMIN: "all" } as const;

const errors: ErrorForm = (error) => {
  const message = error.code === "UNAUTHENTICATED" ? "You must log in first." : error.message;
  return { status: statusOf(error), body: { message } };
};

/** CircleCI's APIs v1.1 and v2, as far as they are about tokens; and its badges. */
export const circleci: Vendor = {
  errors,
  prefixes: ["/api/v1.1", "/api/v1/user", "/api/v2/me"],
  headers: [],
  paths: [
    { url: "/api/v2/me", methods: { GET: whoAmI } },
    { url: "/api/v1.1/me", methods: { GET: whoAmI } },
    { url: PROJECT_TOKENS, methods: { GET: listProjectTokens, POST: createProjectToken } },
    {
      url: `${PROJECT_TOKENS}/:token`,
      methods: { DELETE: async (visit) => deleteOne(visit, { repository: await projectOf(visit) }) },
    },
    { url: PERSONAL_TOKENS, methods: { GET: listPersonalTokens, POST: createPersonalToken } },
    {
      url: `${PERSONAL_TOKENS}/:token`,
      methods: { DELETE: (visit) => deleteOne(visit, { account: ownAccount(visit.caller) }) },
    },
  ],
  others: badges,
};

const projectOf = (visit: Visit): Promise<Repository> => {
  const provider = providers.get(visit.param("vcs")) ?? "";
  const slug = `${provider}/${visit.param("organization")}/${visit.param("repository")}`;
  return repositoryAt(visit, slug, "Project");
};

async function whoAmI({ caller: { authority } }: Visit): Promise<VisitAnswer> {
  const { actor } = authority;
  if (actor.kind !== "account") throw new AppError("NOT_FOUND", "Not found");
  const { id, login, name } = actor.account;
  return { status: 200, body: { id: toNodeId("Account", id), login, name: name ?? login } };
}

async function listProjectTokens(visit: Visit): Promise<VisitAnswer> {
  const { items } = await gather(tokensOf(visit, { repository: await projectOf(visit) }), MOST);
  return { status: 200, body: items.map((token) => tokenJson(token)) };
}

async function createProjectToken(visit: Visit): Promise<VisitAnswer> {
  const { services, caller, body } = visit;
  const scope = readScope(body.text("scope") ?? "status");
  const label = body.label("label", LABEL);
  const { slug } = await projectOf(visit);
  const created = await services.tokens.createRepositoryToken(caller, { repository: slug, scope, label });
  return { status: 201, body: createdJson(created) };
}

async function listPersonalTokens(visit: Visit): Promise<VisitAnswer> {
  const { items } = await gather(tokensOf(visit, { account: ownAccount(visit.caller) }), MOST);
  return { status: 200, body: items.map((token) => tokenJson(token)) };
}

async function createPersonalToken({ services, caller, body }: Visit): Promise<VisitAnswer> {
  const created = await services.tokens.createAccountToken(caller, { label: body.label("label", LABEL) });
  return { status: 201, body: createdJson(created) };
}

async function deleteOne(visit: Visit, owner: Owner): Promise<VisitAnswer> {
  await deleteToken(visit, owner, await idOrSecret(visit, visit.param("token")));
  return { status: 200, body: { message: "ok" } };
}

function readScope(text: string): RepositoryScope {
  if (!Object.hasOwn(scopes, text)) throw badInput("scope", "must be status, view-builds or all");
  return scopes[text as keyof typeof scopes];
}

const tokenJson = ({ id, hint, label, scope, createdAt }: Token): object => ({
  id,
  token: hint,
  label,
  ...(scope === null ? {} : { scope: scopeNames[scope] }),
  time: createdAt,
});
const createdJson = ({ token, secret }: CreatedToken): object => ({ ...tokenJson(token), token: secret });

type BadgeRequest = FastifyRequest<{
  Params: { organization: string; file?: string; repository?: string; "*"?: string };
}>;

/** GET /{vcs}/{org}/{repo}.svg, and the same of a branch below /tree/. */
function badges(scope: FastifyInstance, services: Services): void {
  for (const [vcs, provider] of providers) {
    const answer = (request: BadgeRequest, reply: FastifyReply): void => {
      const { organization, file, repository, "*": branch } = request.params;
      const [name, branchName] = repository === undefined ? [cut(file), null] : [repository, cut(branch)];
      sendBadge(services, request, reply, `${provider}/${organization}/${name}`, {
        tokenIn: "circle-token",
        branch: () => branchName,
        style: () => (queryOf(request, "style") === "shield" ? "flat" : "flat-square"),
      });
    };
    for (const url of [`/${vcs}/:organization/:file`, `/${vcs}/:organization/:repository/tree/*`]) {
      refuseOtherMethods(scope, url, ["GET"]);
      scope.get(url, answer);
    }
  }
}

/** The name of a badge's file without its ending. NOT_FOUND for another file. */
function cut(file = ""): string {
  if (!file.endsWith(".svg")) throw new AppError("NOT_FOUND", "Not found");
  return file.slice(0, -".svg".length);
}
