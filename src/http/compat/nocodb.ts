import { numberOf as numberOfId, toNodeId } from "../../domain/node-id";
import type { Repository } from "../../domain/repository";
import type { Token } from "../../domain/token";
import { AppError, type ErrorCode } from "../../errors";
import type { ErrorForm } from "../answers";
import { gather, numberOf } from "./lists";
import { deleteToken, idOf, idOrSecret, ownAccount, type Owner, tokensOf } from "./tokens";
import { statusOf, type Vendor, type Visit, type VisitAnswer } from "./vendor";

const LABEL = "NocoDB API token";
const MOST_ROWS = 1000;
const MOST_OFFSET = 10_000;

const names: Partial<Record<ErrorCode, string>> = {
  FORBIDDEN: "ERR_FORBIDDEN",
  NOT_FOUND: "ERR_NOT_FOUND",
  LIMIT_EXCEEDED: "ERR_PLAN_LIMIT_EXCEEDED",
  RATE_LIMITED: "ERR_TOO_MANY_REQUESTS",
  UNAVAILABLE: "ERR_DATABASE_OP_FAILED",
  INTERNAL_SERVER_ERROR: "ERR_INTERNAL_SERVER",
};

const errors: ErrorForm = (error) => {
  const status = statusOf(error);
  if (error.code === "UNAUTHENTICATED") return { status, body: { msg: "Invalid token" } };
  const message = error.code === "FORBIDDEN" ? "Forbidden - Unauthorized access" : error.message;
  return { status, body: { error: names[error.code] ?? "ERR_INVALID_REQUEST_BODY", message } };
};

type OwnerAt = (visit: Visit) => Owner | Promise<Owner>;
const ofAccount: OwnerAt = ({ caller }) => ({ account: ownAccount(caller) });
const ofBase: OwnerAt = async (visit) => ({ repository: await baseOf(visit) });

const bases = ["/api/v2/meta/bases/:baseId/api-tokens", "/api/v1/db/meta/projects/:baseId/api-tokens"];

/** NocoDB's token paths, v1 to v3. A base is a repository. */
export const nocodb: Vendor = {
  errors,
  prefixes: ["/api/v3/meta", "/api/v2/meta", "/api/v1/tokens", "/api/v1/db"],
  headers: [],
  paths: [
    ...[{ url: "/api/v1/tokens", owner: ofAccount }, ...bases.map((url) => ({ url, owner: ofBase }))].flatMap(
      ({ url, owner }) => [
        {
          url,
          methods: {
            GET: (visit: Visit) => list(visit, owner, rowJson),
            POST: async (visit: Visit) => ({ status: 200, body: await create(visit, owner) }),
          },
        },
        { url: `${url}/:token`, methods: { DELETE: (visit: Visit) => deleteByAny(visit, owner) } },
      ],
    ),
    {
      url: "/api/v3/meta/tokens",
      methods: { GET: (visit) => list(visit, ofAccount, tokenJson), POST: createTitled },
    },
    { url: "/api/v3/meta/tokens/:id", methods: { PATCH: refuseChange, DELETE: deleteById } },
  ],
};

/** By its id, or by its slug, URL-encoded. */
async function baseOf({ caller, param }: Visit): Promise<Repository> {
  const text = param("baseId");
  const id = numberOfId("Repository", text);
  const repository = id === 0 ? await caller.sight.repositoryBySlug(text) : await caller.sight.repository(id);
  if (repository === null) throw new AppError("NOT_FOUND", "Base not found");
  return repository;
}

async function list(
  visit: Visit,
  ownerAt: OwnerAt,
  json: (visit: Visit, token: Token) => Promise<object>,
): Promise<VisitAnswer> {
  const limit = Math.min(
    MOST_ROWS,
    numberOf(visit.request, "limit", { fallback: 25, least: 1, most: 1e15 - 1 }),
  );
  const offset = numberOf(visit.request, "offset", { fallback: 0, least: 0, most: MOST_OFFSET });
  // Lists are cut by key: what lies before the offset is read too.
  const { items, total } = await gather(tokensOf(visit, await ownerAt(visit)), offset + limit);
  const rows = await Promise.all(items.slice(offset).map((token) => json(visit, token)));
  const pageInfo = {
    totalRows: total,
    page: Math.floor(offset / limit) + 1,
    pageSize: limit,
    isFirstPage: offset === 0,
    isLastPage: offset + limit >= total,
  };
  return { status: 200, body: { list: rows, pageInfo } };
}

async function create(visit: Visit, ownerAt: OwnerAt): Promise<object> {
  const { services, caller, body } = visit;
  const label = body.label("description", LABEL);
  const owner = await ownerAt(visit);
  const { token, secret } =
    "account" in owner
      ? await services.tokens.createAccountToken(caller, { label })
      : await services.tokens.createRepositoryToken(caller, {
          repository: owner.repository.slug,
          scope: "ADMIN",
          label,
        });
  return { ...(await rowJson(visit, token)), token: secret };
}

async function createTitled(visit: Visit): Promise<VisitAnswer> {
  const { services, caller, body } = visit;
  const input = { label: body.label("title", LABEL), expiresAt: body.instant("expiry") };
  const { token, secret } = await services.tokens.createAccountToken(caller, input);
  return { status: 201, body: { ...(await tokenJson(visit, token)), token: secret } };
}

async function deleteByAny(visit: Visit, ownerAt: OwnerAt): Promise<VisitAnswer> {
  const owner = await ownerAt(visit);
  await deleteToken(visit, owner, await idOrSecret(visit, visit.param("token")));
  return { status: 200, body: 1 };
}

async function deleteById(visit: Visit): Promise<VisitAnswer> {
  await deleteToken(visit, { account: ownAccount(visit.caller) }, idOf(visit.param("id")));
  return { status: 200, body: { deleted: true } };
}

function refuseChange(): Promise<VisitAnswer> {
  const message = "tokens cannot be changed: rotate it, or delete it and create another";
  return Promise.reject(new AppError("BAD_REQUEST", message, { http: 422 }));
}

async function rowJson({ caller }: Visit, token: Token): Promise<object> {
  // As far as it is visible: a repository token sees no accounts.
  const owner = await caller.sight.account(token.accountId ?? token.createdById);
  return {
    id: token.id,
    fk_user_id: owner === null ? null : toNodeId("Account", owner.id),
    description: token.label,
    token: token.hint,
    created_at: token.createdAt,
    expiry: token.expiresAt,
    last_used_at: token.lastUsedAt,
    token_prefix: token.hint,
  };
}

const tokenJson = async (_visit: Visit, token: Token): Promise<object> => ({
  id: String(token.id),
  title: token.label,
  token: token.hint,
  token_prefix: token.hint,
  created_at: token.createdAt,
  expiry: token.expiresAt,
  last_used_at: token.lastUsedAt,
});
