import type { Repository } from "../../domain/repository";
import type { Token } from "../../domain/token";
import { type AppError, type ErrorCode, notFound } from "../../errors";
import type { CreatedToken } from "../../services/minting";
import type { ErrorForm } from "../answers";
import { queryOf } from "../query";
import { gather, numberOf } from "./lists";
import { belongs, deleteToken, idOf, ownAccount, type Owner, repositoryAt, tokensOf } from "./tokens";
import { statusOf, type Vendor, type Visit, type VisitAnswer } from "./vendor";

const LABEL = "Codacy API token";
const MOST = 1000;
const ORGANIZATION = "/api/v3/organizations/:provider/:organization";
const REPOSITORY_TOKENS = `${ORGANIZATION}/repositories/:repository/tokens`;

const names: Partial<Record<ErrorCode, string>> = {
  UNAUTHENTICATED: "Unauthorized",
  FORBIDDEN: "Forbidden",
  NOT_FOUND: "NotFound",
  CONFLICT: "Conflict",
  LIMIT_EXCEEDED: "UnprocessableEntity",
  RATE_LIMITED: "TooManyRequests",
  UNAVAILABLE: "InternalServerError",
  INTERNAL_SERVER_ERROR: "InternalServerError",
};

const errors: ErrorForm = (error) => {
  const status = statusOf(error);
  if (isBadCredential(error)) return { status, body: { error: error.message } };
  return { status, body: { message: error.message, actions: [], error: names[error.code] ?? "BadRequest" } };
};

const isBadCredential = ({ code, message }: AppError): boolean =>
  code === "UNAUTHENTICATED" && message !== "authentication required";

/** Codacy's API v3: the repositories of an organization, tokens of repositories and of accounts. */
export const codacy: Vendor = {
  errors,
  // All that is nobody else's: to this vendor's clients, and to those of none.
  prefixes: ["/api"],
  headers: ["api_token", "project_token"],
  paths: [
    { url: `${ORGANIZATION}/repositories`, methods: { GET: listRepositories } },
    { url: REPOSITORY_TOKENS, methods: { GET: listRepositoryTokens, POST: createRepositoryToken } },
    { url: `${REPOSITORY_TOKENS}/delete`, methods: { POST: deleteRepositoryTokens } },
    {
      url: `${REPOSITORY_TOKENS}/:tokenId`,
      methods: { DELETE: async (visit) => deleteOne(visit, { repository: await repositoryOf(visit) }) },
    },
    { url: "/api/v3/user/tokens", methods: { GET: listUserTokens, POST: createUserToken } },
    {
      url: "/api/v3/user/tokens/:tokenId",
      methods: { DELETE: (visit) => deleteOne(visit, { account: ownAccount(visit.caller) }) },
    },
  ],
};

const organizationSlug = ({ param }: Visit): string => `${param("provider")}/${param("organization")}`;
const repositorySlug = (visit: Visit): string => `${organizationSlug(visit)}/${visit.param("repository")}`;
const repositoryOf = (visit: Visit): Promise<Repository> =>
  repositoryAt(visit, repositorySlug(visit), "Repository");

async function listRepositories(visit: Visit): Promise<VisitAnswer> {
  const { services, caller, request } = visit;
  const { limit, cursor } = pageOf(visit);
  const query = queryOf(request, "search") ?? null;
  const organization = await caller.sight.organizationBySlug(organizationSlug(visit));
  if (organization === null) throw notFound();
  const part = await gather(
    (args) => services.repositories.listRepositories(caller, organization, { ...args, query }),
    limit,
    cursor,
  );
  return { status: 200, body: { data: part.items.map(repositoryJson), pagination: pagination(part, limit) } };
}

async function listRepositoryTokens(visit: Visit): Promise<VisitAnswer> {
  const { items } = await gather(tokensOf(visit, { repository: await repositoryOf(visit) }), MOST);
  return { status: 200, body: { data: items.map(tokenJson) } };
}

async function createRepositoryToken(visit: Visit): Promise<VisitAnswer> {
  const { services, caller, body } = visit;
  const created = await services.tokens.createRepositoryToken(caller, {
    repository: repositorySlug(visit),
    scope: "ADMIN",
    label: body.label("name", LABEL),
    expiresAt: body.instant("expiresAt"),
  });
  return { status: 201, body: { data: createdJson(created) } };
}

async function deleteRepositoryTokens(visit: Visit): Promise<VisitAnswer> {
  const { services, caller, body } = visit;
  const ids = body.numbers("ids");
  const repository = await repositoryOf(visit);
  const named = await Promise.all(ids.slice(0, MOST).map((id) => caller.sight.token(id)));
  if (named.some((token) => token === null || !belongs(token, { repository }))) throw notFound();
  await services.revocation.revokeTokens(caller, { repository: repository.slug, ids });
  return { status: 204 };
}

async function listUserTokens(visit: Visit): Promise<VisitAnswer> {
  const { limit, cursor } = pageOf(visit);
  const part = await gather(tokensOf(visit, { account: ownAccount(visit.caller) }), limit, cursor);
  return { status: 200, body: { data: part.items.map(tokenJson), pagination: pagination(part, limit) } };
}

async function createUserToken({ services, caller, body }: Visit): Promise<VisitAnswer> {
  const created = await services.tokens.createAccountToken(caller, {
    label: body.label("name", LABEL),
    expiresAt: body.instant("expiresAt"),
  });
  return { status: 200, body: createdJson(created) };
}

async function deleteOne(visit: Visit, owner: Owner): Promise<VisitAnswer> {
  await deleteToken(visit, owner, idOf(visit.param("tokenId")));
  return { status: 204 };
}

function pageOf({ request }: Visit): { limit: number; cursor: string | null } {
  const limit = numberOf(request, "limit", { fallback: 100, least: 1, most: MOST });
  const cursor = queryOf(request, "cursor") ?? "";
  return { limit, cursor: cursor === "" ? null : cursor };
}

/** Without a cursor, a page is the last. */
const pagination = ({ cursor, total }: { cursor: string | null; total: number }, limit: number): object => ({
  ...(cursor === null ? {} : { cursor }),
  limit,
  total,
});

function repositoryJson({ id, slug, name }: Repository): object {
  const [provider = "", owner = ""] = slug.split("/");
  return { repositoryId: id, provider, owner, name, fullPath: `${owner}/${name}` };
}

const expiryJson = ({ expiresAt }: Token): object => (expiresAt === null ? {} : { expiresAt });
const tokenJson = (token: Token): object => ({
  id: token.id,
  token: token.hint,
  name: token.label,
  ...expiryJson(token),
});
const createdJson = ({ token, secret }: CreatedToken): object => ({
  id: token.id,
  token: secret,
  ...expiryJson(token),
});
