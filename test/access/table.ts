/**
 * The access table, written from the product's promise and not from its code: nothing in this folder's oracle imports
 * anything of src/. One row is a field, a mutation, or an object; one column is an actor, as it stands to the object.
 * Where several columns fit an actor, the best of their cells holds.
 *
 *   V  it gets it                        L  a list without what is hidden from it
 *   S  as far as the object is visible   N  null, without an error
 *   F  FORBIDDEN, with the scope needed (third part of the row) and the scope held
 *   f  FORBIDDEN, scopes do not decide
 *   0  hidden: null for a query, NOT_FOUND for a mutation, left out of a list
 *   U  UNAUTHENTICATED, the whole request
 *   .  cannot be: the actor does not come to such an object
 */
export const columns = [
  "anonymous",
  "status",
  "read",
  "admin",
  "elsewhere",
  "outsider",
  "collaborator(STATUS)",
  "collaborator(READ_ONLY)",
  "collaborator(ADMIN)",
  "member",
  "org admin",
  "itself",
  "service",
  "site admin",
] as const;
export type Column = (typeof columns)[number];

/** Who sees an object at all. */
const objects = `
  U V V V 0 0 V V V V V . 0 V | | Repository
  U 0 V V 0 0 0 V V V V . 0 V | | Build
  U 0 0 0 0 0 V V V V V . 0 V | | Organization
  U 0 0 0 0 0 0 0 V V V V 0 V | | Account
  U 0 0 0 0 0 0 0 0 0 0 V 0 V | | Token of an account
  U 0 0 V 0 0 0 0 V 0 V V 0 V | | Token of a repository
  U 0 0 V 0 0 0 0 V 0 V . 0 V | | AuditEvent about a repository
  U 0 0 0 0 0 0 0 0 0 V . 0 V | | AuditEvent about an organization
  U 0 0 0 0 0 0 0 0 0 0 V 0 V | | AuditEvent about an account
  . . . . . . . . . . . V . . | | AuditEvent of its own
`;

const fields = `
  U V V V . V V V V V V . V V | | Query.viewer
  U S S S . S S S S S S . S S | | Query.node, account, organization, repository
  U f f f . f f f f f f . f V | | Query.accounts, organizations, auditEvents
  U f f f . f f f f f f . V V | | Query.verifyToken, verifyTokens

  U V V V . V V V V V V . V V | | Viewer.token, account, organizations
  U L L L . L L L L L L . L L | | Viewer.repositories

  U V V V . . V V V V V . . V | | Repository.id, slug, name, viewerScope, status
  U S S S . . S S S S S . . S | | Repository.organization
  U F V V . . F V V V V . . V | READ_ONLY | Repository.description, defaultBranch, createdAt, builds
  U F F V . . F F V F V . . V | ADMIN | Repository.tokens, auditEvents
  U F F f . . F F V F V . . V | ADMIN | Repository.collaborators

  U . V V . . . V V V V . . V | | Build.id, number, branch, commit, status, url, reportedAt

  U . . . . . V V V V V . . V | | Organization.id, slug, name, viewerRole
  U . . . . . L L L L L . . L | | Organization.repositories
  U . . . . . f f f V V . . V | | Organization.members, createdAt
  U . . . . . f f f f V . . V | | Organization.tokens, auditEvents

  U . . . . . . . V V V V . V | | Account.id, login, name, kind
  U . . . . . . . f f f V . V | | Account.isSiteAdmin, createdAt, suspendedAt
  U . . . . . . . f f f V . V | | Account.tokens, organizations, auditEvents

  U . . . . . . . . . . V . V | | Token.id, kind, scope, label, hint, state of an account
  U . . V . . . . V . V V . V | | Token.id, kind, scope, label, hint, state of a repository
  U . . . . . . . . . . V . V | | Token.createdAt, expiresAt, lastUsedAt, revokedAt, revokeReason, imported of an account
  U . . V . . . . V . V V . V | | Token.createdAt, expiresAt, lastUsedAt, revokedAt, revokeReason, imported of a repository
  U . . . . . . . . . . S . S | | Token.account, createdBy, createdByToken, revokedBy, replaces, replacedBy of an account
  U . . S . . . . S . S S . S | | Token.account, createdBy, createdByToken, revokedBy, replaces, replacedBy of a repository
  U . . . . . . . . . . V . V | | Token.usage, handover of an account
  U . . f . . . . V . V f . V | | Token.usage, handover of a repository
  U . . . . . . . . . . S . S | | Token.repository of an account
  U . . S . . . . S . S S . S | | Token.repository of a repository

  U . . V . . . . V . V . . V | | AuditEvent.id, at, action, requestId, scope, role, reason about a repository
  U . . . . . . . . . V . . V | | AuditEvent.id, at, action, requestId, scope, role, reason about an organization
  U . . . . . . . . . . V . V | | AuditEvent.id, at, action, requestId, scope, role, reason about an account
  . . . . . . . . . . . V . . | | AuditEvent.id, at, action, requestId, scope, role, reason of its own
  U . . S . . . . S . S . . S | | AuditEvent.actor, actorToken, account, organization, repository, token about a repository
  U . . . . . . . . . S . . S | | AuditEvent.actor, actorToken, account, organization, repository, token about an organization
  U . . . . . . . . . . S . S | | AuditEvent.actor, actorToken, account, organization, repository, token about an account
  . . . . . . . . . . . S . . | | AuditEvent.actor, actorToken, account, organization, repository, token of its own
  U . . N . . . . V . V . . V | | AuditEvent.ip, userAgent about a repository
  U . . . . . . . . . V . . V | | AuditEvent.ip, userAgent about an organization
  U . . . . . . . . . . N . V | | AuditEvent.ip, userAgent about an account
  . . . . . . . . . . . V . . | | AuditEvent.ip, userAgent of its own

  U . . . . . . . . V V V . V | | Membership.account, organization, role
  U . . . . . . . V . V . . V | | Collaborator.account, repository, scope

  U . . . . . . . . . . . V V | | TokenVerification.valid, code, scope, token, account, repository, expiresAt
  . . . . . . . . . . . . V V | | Token.id, kind, scope, label, hint, state in a TokenVerification
  . . . . . . . . . . . . V V | | Token.createdAt, expiresAt, lastUsedAt, revokedAt, revokeReason, imported in a TokenVerification
  . . . . . . . . . . . . S S | | Token.account, repository, createdBy, createdByToken in a TokenVerification
  . . . . . . . . . . . . S S | | Token.revokedBy, replaces, replacedBy in a TokenVerification
  . . . . . . . . . . . . f V | | Token.usage, handover in a TokenVerification
  . . . . . . . . . . . . V V | | Account.id, login, name, kind in a TokenVerification
  . . . . . . . . . . . . f . | | Account.isSiteAdmin, createdAt, suspendedAt in a TokenVerification
  . . . . . . . . . . . . f . | | Account.tokens, organizations, auditEvents in a TokenVerification
  . . . . . . . . . . . . V V | | Repository.id, slug, name, viewerScope, status in a TokenVerification
  . . . . . . . . . . . . S S | | Repository.organization in a TokenVerification
  . . . . . . . . . . . . F . | READ_ONLY | Repository.description, defaultBranch, createdAt, builds in a TokenVerification
  . . . . . . . . . . . . F . | ADMIN | Repository.tokens, auditEvents, collaborators in a TokenVerification
`;

/** What only holds other things together: whoever has it may read all of it. */
const scaffold = `
  U V V V V V V V V V V V V V | | Node.id
  U V V V V V V V V V V V V V | | PageInfo.hasNextPage, hasPreviousPage, startCursor, endCursor
  U V V V V V V V V V V V V V | | TokenHandover.startedAt, firstUseOfNewAt, oldUsesSinceStart, overlapSeconds, endsAt
  U V V V V V V V V V V V V V | | TokenUsage.days, clients
  U V V V V V V V V V V V V V | | TokenUsageDay.date, count
  U V V V V V V V V V V V V V | | TokenUsageClient.ip, userAgent, lastUsedAt, count
${["Account", "Organization", "Repository", "Token", "Build", "AuditEvent", "Membership", "Collaborator"]
  .map(
    (node) => `
  U V V V V V V V V V V V V V | | ${node}Connection.edges, nodes, pageInfo, totalCount
  U V V V V V V V V V V V V V | | ${node}Edge.cursor, node`,
  )
  .join("")}
`;

/** The choices of an input that other people may make stand in brackets, with the object that is meant behind them. */
const mutations = `
  U f f f . V V V V V V . V V | | Mutation.createAccountToken [for itself]
  U 0 0 0 0 0 0 0 f f f V 0 V | | Mutation.createAccountToken [account]
  U F F V 0 0 F F V F V . 0 V | ADMIN | Mutation.createRepositoryToken
  U F F V 0 0 F F V F V . 0 V | ADMIN | Mutation.createRepositoryTokens [named]
  U 0 0 0 0 0 f f f f V . 0 V | | Mutation.createRepositoryTokens [all]
  U V V V . V V V V V V . V V | | Mutation.rotateToken [the token presented]
  U 0 0 0 0 0 0 0 0 0 0 V 0 V | | Mutation.rotateToken [id] of an account
  U 0 0 V 0 0 0 0 V 0 V V 0 V | | Mutation.rotateToken [id] of a repository
  U 0 0 0 0 0 0 0 0 0 0 V 0 V | | Mutation.rotateTokens [ids] of an account
  U 0 0 V 0 0 0 0 V 0 V . 0 V | | Mutation.rotateTokens [ids] of a repository
  U F F V 0 0 F F V F V . 0 V | ADMIN | Mutation.rotateTokens [repository]
  U 0 0 0 0 0 f f f f V . 0 V | | Mutation.rotateTokens [organization]
  U 0 0 0 0 0 0 0 f f f V 0 V | | Mutation.rotateTokens [account]
  U 0 0 0 0 0 0 0 0 0 0 V 0 V | | Mutation.finishHandover of an account
  U 0 0 V 0 0 0 0 V 0 V V 0 V | | Mutation.finishHandover of a repository
  U V V V . . . . . . . V . . | | Mutation.finishHandover [by its successor]
  U V V V . . . . . . . V . . | | Mutation.cancelHandover [by its successor]
  U 0 0 0 0 0 0 0 0 0 0 V 0 V | | Mutation.cancelHandover of an account
  U 0 0 V 0 0 0 0 V 0 V V 0 V | | Mutation.cancelHandover of a repository
  U V V V . V V V V V V . V V | | Mutation.revokeToken [the token presented]
  U 0 0 0 0 0 0 0 0 0 0 V 0 V | | Mutation.revokeToken [id] of an account
  U 0 0 V 0 0 0 0 V 0 V V 0 V | | Mutation.revokeToken [id] of a repository
  U 0 0 0 0 0 0 0 0 0 0 V 0 V | | Mutation.revokeTokens [ids] of an account
  U 0 0 V 0 0 0 0 V 0 V V 0 V | | Mutation.revokeTokens [ids] of a repository
  U F F V 0 0 F F V F V . 0 V | ADMIN | Mutation.revokeTokens [repository]
  U 0 0 0 0 0 f f f f V . 0 V | | Mutation.revokeTokens [organization]
  U 0 0 0 0 0 0 0 f f f V 0 V | | Mutation.revokeTokens [account]
  V V V V . V V V V V V . V V | | Mutation.reportLeakedToken
  U f f f . f f f f f f . f V | | Mutation.importTokens

  U f f f . f f f f f f . f V | | Mutation.createAccount
  U 0 0 0 0 0 0 0 f f f V 0 V | | Mutation.updateAccount [name]
  U 0 0 0 0 0 0 0 f f f f 0 V | | Mutation.updateAccount [isSiteAdmin]
  U 0 0 0 0 0 0 0 f f f f 0 V | | Mutation.suspendAccount
  U 0 0 0 0 0 0 0 f f f f 0 V | | Mutation.resumeAccount
  U f f f . f f f f f f . f V | | Mutation.createOrganization
  U 0 0 0 0 0 f f f f V . 0 V | | Mutation.setMembership
  U 0 0 0 0 0 f f f f V . 0 V | | Mutation.removeMembership [another]
  . . . . . 0 V V V V V . 0 V | | Mutation.removeMembership [itself]
  U 0 0 0 0 0 f f f f V . 0 V | | Mutation.createRepository
  U 0 0 0 0 0 f f f f V . 0 V | | Mutation.importRepositories [into an organization]
  U 0 0 0 . 0 0 0 0 0 0 . 0 V | | Mutation.importRepositories [into a new organization]
  U F F V 0 0 F F V F V . 0 V | ADMIN | Mutation.updateRepository
  U F F f 0 0 F F V F V . 0 V | ADMIN | Mutation.renameRepository
  U F F f 0 0 F F V F V . 0 V | ADMIN | Mutation.deleteRepository
  U F F f 0 0 F F V F V . 0 V | ADMIN | Mutation.setCollaborator
  U F F f 0 0 F F V F V . 0 V | ADMIN | Mutation.removeCollaborator
  U F F V 0 0 F F V F V . 0 V | ADMIN | Mutation.reportBuild
`;

/** What a mutation answers is its caller's own. */
const payloads = `
  U V V V V V V V V V V V V V | | CreateTokenPayload.token, secret
  U V V V V V V V V V V V V V | | CreateRepositoryTokensPayload.tokens
  U V V V V V V V V V V V V V | | RotateTokenPayload.token, secret, replaced
  U V V V V V V V V V V V V V | | RotateTokensPayload.rotatedCount, tokens
  U V V V V V V V V V V V V V | | TokenPayload.token
  U V V V V V V V V V V V V V | | RevokeTokenPayload.token, revokedCount
  U V V V V V V V V V V V V V | | RevokeTokensPayload.revokedCount
  V V V V V V V V V V V V V V | | ReportLeakedTokenPayload.accepted
  U V V V V V V V V V V V V V | | ImportTokensPayload.tokens
  U V V V V V V V V V V V V V | | AccountPayload.account
  U V V V V V V V V V V V V V | | OrganizationPayload.organization
  U V V V V V V V V V V V V V | | RepositoryPayload.repository
  U V V V V V V V V V V V V V | | DeleteRepositoryPayload.revokedCount
  U V V V V V V V V V V V V V | | ImportRepositoriesPayload.createdCount, existingCount
  U V V V V V V V V V V V V V | | ReportBuildPayload.build
`;

export type Outcome = "V" | "S" | "L" | "N" | "F" | "f" | "0" | "U" | ".";
export type Scope = "STATUS" | "READ_ONLY" | "ADMIN";

export interface Row {
  readonly name: string;
  readonly cells: Readonly<Record<Column, Outcome>>;
  /** Where a cell is F: the scope needed. */
  readonly scope: Scope | null;
  /** Whether each of its cells has to be met by the whole run; scaffold is not asked for by itself. */
  readonly counts: boolean;
}

/** `Token.id, kind of an account` is two rows: `Token.id of an account`, `Token.kind of an account`. */
function namesIn(text: string): string[] {
  const [, type, list = "", kind = ""] =
    /^(\w+)\.(\w+(?:, \w+)*)((?: \[[^\]]+\])?(?: (?:of|about|in) .+)?)$/.exec(text) ?? [];
  if (type === undefined) return [text];
  return list.split(", ").map((field) => `${type}.${field}${kind}`);
}

function parse(text: string, counts: boolean): Row[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.flatMap((line) => {
    const [cells = "", scope = "", names = ""] = line.split("|").map((part) => part.trim());
    const outcomes = cells.split(" ");
    if (outcomes.length !== columns.length || /[^VSLNFf0U.]/.test(outcomes.join("")))
      throw new Error(`not a row: ${line}`);
    const row = Object.fromEntries(columns.map((column, at) => [column, outcomes[at]]));
    return namesIn(names).map((name) => ({
      name,
      cells: row as Row["cells"],
      scope: scope === "" ? null : (scope as Scope),
      counts,
    }));
  });
}

const rows = [
  ...[objects, fields, mutations].flatMap((text) => parse(text, true)),
  ...[scaffold, payloads].flatMap((text) => parse(text, false)),
];

/** Every row by its name: `Token.id of an account`, `Mutation.rotateToken [id] of an account`. */
export const table: ReadonlyMap<string, Row> = new Map(rows.map((row) => [row.name, row]));
if (table.size < rows.length) throw new Error("a row stands twice in the access table");

/** The coordinate of the schema that a row is about; null for a row about an object. */
export function coordinateOf(row: Row): string | null {
  return /^\w+\.\w+/.exec(row.name)?.[0] ?? null;
}
