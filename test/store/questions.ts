import type { DataSource } from "typeorm";
import type { Account } from "../../src/domain/account";
import type { Build } from "../../src/domain/build";
import type { Repository } from "../../src/domain/repository";
import * as accounts from "../../src/store/account-store";
import * as audit from "../../src/store/audit-store";
import * as builds from "../../src/store/build-store";
import * as collaborators from "../../src/store/collaborator-store";
import type { Database, Tx } from "../../src/store/database";
import * as grants from "../../src/store/grant-store";
import * as answers from "../../src/store/idempotency-store";
import * as imported from "../../src/store/imported-token-store";
import * as lines from "../../src/store/line-store";
import * as organizations from "../../src/store/organization-store";
import * as repositoryLists from "../../src/store/repository-lists";
import * as repositories from "../../src/store/repository-store";
import type { Slice } from "../../src/store/slice";
import * as tokens from "../../src/store/token-store";
import * as usage from "../../src/store/usage-store";

/** All functions of the stores, by name. */
export const stores = {
  ...{
    ...accounts,
    ...audit,
    ...builds,
    ...collaborators,
    ...grants,
    ...organizations,
    ...repositories,
    ...repositoryLists,
    ...tokens,
  },
  ...{ ...answers, ...imported, ...lines, ...usage },
};
const at = new Date(0);
const now = 1;
const texts = { after: "m", limit: 51 };
const numbers = { after: 9, limit: 51 };
const textSlices: Slice<string>[] = [texts, { after: null, limit: 51 }];
const auditSlices: Slice<audit.AuditKey>[] = [
  { after: { at: 5, id: 5 }, limit: 51 },
  { after: null, limit: 51 },
];
const numberSlices: Slice<number>[] = [numbers, { after: null, limit: 51 }];
const organization = { noun: "Organization", id: 1, slug: "gh/acme", name: "acme", createdAt: at } as const;
const all = <T>(...many: T[]): T[] => many;

/** Every question that the stores ask, in each of its forms: what is left out, given, and given together. */
export const questions: Readonly<Record<string, readonly ((db: Tx) => Promise<unknown>)[]>> = {
  anyAccountExists: [(db) => accounts.anyAccountExists(db)],
  anyImportedTokenExists: [(db) => imported.anyImportedTokenExists(db)],
  collaboratesIn: [(db) => collaborators.collaboratesIn(db, 1, 1)],
  countAccounts: all<string | null>(null, "x").map((query) => (db) => accounts.countAccounts(db, query)),
  countAllRepositories: all<string | null>(null, "x").map(
    (query) => (db) => repositoryLists.countAllRepositories(db, query),
  ),
  countAuditEvents: auditFilters().map((filter) => (db) => audit.countAuditEvents(db, filter)),
  countBuilds: all<string | null>(null, "main").map((branch) => (db) => builds.countBuilds(db, 1, branch)),
  countCollaborators: [(db) => collaborators.countCollaborators(db, 1)],
  countHandoverUses: [(db) => usage.countHandoverUses(db, 1)],
  countLiveByKind: [(db) => tokens.countLiveByKind(db, now)],
  countLiveOfAccount: [(db) => tokens.countLiveOfAccount(db, 1, now)],
  countMemberships: [
    (db) => organizations.countMemberships(db, { organizationId: 1 }),
    (db) => organizations.countMemberships(db, { accountId: 1 }),
  ],
  countOrganizations: all<string | null>(null, "x").map(
    (query) => (db) => organizations.countOrganizations(db, query),
  ),
  countReachableRepositories: reaches().map(
    (reach) => (db) => repositoryLists.countReachableRepositories(db, reach),
  ),
  countRepositories: repositoryFilters().map(
    (filter) => (db) => repositoryLists.countRepositories(db, filter),
  ),
  countTokens: tokenFilters().map((filter) => (db) => tokens.countTokens(db, filter, now)),
  findAccountByLogin: [(db) => accounts.findAccountByLogin(db, "x")],
  findAccounts: [(db) => accounts.findAccounts(db, [1, 2])],
  findAcquaintances: [[2], [2, 3]].map((ids) => (db) => accounts.findAcquaintances(db, 1, ids)),
  findAnswer: [(db) => answers.findAnswer(db, "x")],
  findAuditEvents: [(db) => audit.findAuditEvents(db, [1, 2])],
  findBuildByNumber: [(db) => builds.findBuildByNumber(db, 1, 1)],
  findBuilds: [(db) => builds.findBuilds(db, [1, 2])],
  findCollaboration: [(db) => collaborators.findCollaboration(db, 1, 1)],
  findCollaborations: [(db) => collaborators.findCollaborations(db, 1, [1, 2])],
  findFullRepository: [(db) => tokens.findFullRepository(db, [1, 2], 100, now)],
  findGrantByDigest: [(db) => grants.findGrantByDigest(db, "x")],
  findGrantById: [(db) => grants.findGrantById(db, 1)],
  findLineage: [(db) => tokens.findLineage(db, [1, 2])],
  findLines: [(db) => lines.findLines(db, [1, 2])],
  findOrganizationBySlug: [(db) => organizations.findOrganizationBySlug(db, "x")],
  findOrganizations: [(db) => organizations.findOrganizations(db, [1, 2])],
  findRepositories: [(db) => repositories.findRepositories(db, [1, 2])],
  findRepositoriesBySlug: [(db) => repositories.findRepositoriesBySlug(db, ["x", "y"])],
  findRepositoryBySlug: [(db) => repositories.findRepositoryBySlug(db, "x")],
  findRole: [(db) => organizations.findRole(db, 1, 1)],
  findRoles: [(db) => organizations.findRoles(db, 1, [1, 2])],
  findStatuses: [(db) => builds.findStatuses(db, "main", [1, 2])],
  findTakenDigests: [(db) => imported.findTakenDigests(db, ["x", "y"])],
  findTokens: [(db) => tokens.findTokens(db, [1, 2])],
  findUnsettled: [(db) => lines.findUnsettled(db, now, 9)],
  isReuseNews: [(db) => lines.isReuseNews(db, 1, now, 9)],
  listAccounts: all<string | null>(null, "x").flatMap((query) =>
    textSlices.map((slice) => (db) => accounts.listAccounts(db, query, slice)),
  ),
  listAllRepositories: all<string | null>(null, "x").flatMap((query) =>
    textSlices.map((slice) => (db) => repositoryLists.listAllRepositories(db, query, slice)),
  ),
  listAuditEvents: auditFilters().flatMap((filter) =>
    auditSlices.map((slice) => (db) => audit.listAuditEvents(db, filter, slice)),
  ),
  listBuilds: all<string | null>(null, "main").flatMap((branch) =>
    numberSlices.map((slice) => (db) => builds.listBuilds(db, 1, branch, slice)),
  ),
  listCollaborators: [(db) => collaborators.listCollaborators(db, 1, texts)],
  listLiveTokenIds: liveTokenFilters().map((filter) => (db) => tokens.listLiveTokenIds(db, filter, now)),
  listMembers: [(db) => organizations.listMembers(db, 1, texts)],
  listMemberships: [(db) => organizations.listMemberships(db, 1, texts)],
  listOrganizations: all<string | null>(null, "x").flatMap((query) =>
    textSlices.map((slice) => (db) => organizations.listOrganizations(db, query, slice)),
  ),
  listReachableRepositories: reaches().flatMap((reach) =>
    textSlices.map((slice) => (db) => repositoryLists.listReachableRepositories(db, reach, slice)),
  ),
  listRepositories: repositoryFilters().flatMap((filter) =>
    textSlices.map((slice) => (db) => repositoryLists.listRepositories(db, filter, slice)),
  ),
  listTokens: tokenFilters().flatMap((filter) =>
    numberSlices.map((slice) => (db) => tokens.listTokens(db, filter, now, slice)),
  ),
  listUsageClients: [(db) => usage.listUsageClients(db, 1)],
  listUsageDays: [(db) => usage.listUsageDays(db, 1, 0)],
  otherAdminExists: [(db) => organizations.otherAdminExists(db, 1, 1)],
  otherSiteAdminExists: [(db) => accounts.otherSiteAdminExists(db, 1)],
};

const account: Account = {
  ...{
    noun: "Account" as const,
    id: 1,
    login: "admin",
    name: null,
    kind: "USER" as const,
    isSiteAdmin: true,
  },
  ...{ createdAt: at, suspendedAt: null },
};
const repository: Repository = {
  ...{ noun: "Repository" as const, id: 1, organizationId: 1, slug: "gh/acme/one", name: "one" },
  ...{ description: null, defaultBranch: "main", createdAt: at },
};
const build: Build = {
  ...{ noun: "Build" as const, id: 1, number: 1, repositoryId: 1, branch: "main", commit: "c0ffee" },
  ...{ status: "SUCCESS" as const, url: null, reportedAt: at },
};
const life = {
  ...{ expiresAt: at, rotatedAt: null, replacedById: null, handoverStartedAt: null, handoverEndsAt: null },
  ...{
    overlapSeconds: null,
    successorUsedAt: null,
    overlapEndsAt: null,
    awaitsFirstUse: false,
    lapsesAt: null,
  },
};
const answer = { keyDigest: "x", tokenId: 1, inputDigest: "x", answer: "x", sealed: "x", createdAt: at };
const uses = {
  ...{ lastUsedAt: 9, count: 1, days: new Map([[1, 1]]) },
  clients: new Map([["x", { ip: null, userAgent: null, lastUsedAt: 9, count: 1 }]]),
};

/** Every change that looks for rows first. They want an account, a repository and a token, each the first of its kind. */
export const changes: Readonly<Record<string, readonly ((db: Tx) => Promise<unknown>)[]>> = {
  addUses: [(db) => usage.addUses(db, new Map([[1, uses]]))],
  awaitFirstUse: [(db) => lines.awaitFirstUse(db, [1, 2])],
  claimReuse: [(db) => lines.claimReuse(db, 1, now, 9)],
  deleteCollaborator: [(db) => collaborators.deleteCollaborator(db, 1, 1)],
  deleteMembership: [(db) => organizations.deleteMembership(db, 1, 1)],
  deleteRepository: [(db) => repositories.deleteRepository(db, 1)],
  detachTokens: [(db) => tokens.detachTokens(db, 1)],
  forgetAnswers: [
    async (db) => {
      await answers.keepAnswer(db, answer);
      const open: unknown = { reader: db, write: (work: (tx: Tx) => unknown) => work(db) };
      await answers.forgetAnswers(open as Database, 5);
    },
  ],
  insertBuild: [(db) => builds.insertBuild(db, build)],
  keepAnswer: [(db) => answers.keepAnswer(db, answer)],
  putCollaborator: [
    (db) => collaborators.putCollaborator(db, { repositoryId: 1, accountId: 1, scope: "ADMIN" }),
  ],
  putMembership: [
    (db) => organizations.putMembership(db, { organizationId: 1, accountId: 1, role: "ADMIN" }),
  ],
  renameRepository: [(db) => repositories.renameRepository(db, repository, "other")],
  revokeTokens: [(db) => tokens.revokeTokens(db, [1, 2], { at, byId: 1, reason: null })],
  startHandoverCount: [(db) => lines.startHandoverCount(db, 1)],
  touchToken: [(db) => lines.touchToken(db, 1, now)],
  updateAccount: [(db) => accounts.updateAccount(db, account, { name: "x" })],
  updateBuild: [(db) => builds.updateBuild(db, build, { status: "FAILED", url: "x", reportedAt: at })],
  updateLife: [(db) => lines.updateLife(db, 1, life)],
  updateRepository: [(db) => repositories.updateRepository(db, repository, { description: "x" })],
};

/** The names of the stores' functions that neither ask nor look: they make a plain row, or are no queries. */
export const plain = new Set([
  ...[
    "insertAccount",
    "insertAuditEvents",
    "insertOrganization",
    "insertRepositories",
    "insertTokens",
    "toAccount",
  ],
]);

function auditFilters(): audit.AuditFilter[] {
  const nothing = { about: null, actions: null, since: null, until: null };
  const whose = all<audit.AuditFilter["about"]>(
    null,
    { column: "accountId", id: 1 },
    { column: "organizationId", id: 1 },
    { column: "repositoryId", id: 1 },
  );
  return whose.flatMap((about) => [
    { ...nothing, about },
    { ...nothing, about, actions: ["TOKEN_CREATED", "TOKEN_REVOKED"] },
    { about, actions: ["TOKEN_CREATED"], since: at, until: new Date(1e6) },
  ]);
}

function repositoryFilters(): repositoryLists.RepositoryFilter[] {
  return all<number | null>(null, 1).flatMap((collaboratorId) =>
    all<string | null>(null, "x").map((query) => ({ organization, collaboratorId, query })),
  );
}

function reaches(): repositoryLists.Reach[] {
  return all<"STATUS" | "ADMIN">("STATUS", "ADMIN").flatMap((least) =>
    all<string | null>(null, "x").map((query) => ({ accountId: 1, least, query })),
  );
}

function tokenFilters(): tokens.TokenFilter[] {
  const nothing = { scope: null, createdById: null, expiresBefore: null, unusedSince: null };
  const owners = all<tokens.TokenFilter["of"]["column"]>("accountId", "repositoryId", "organizationId");
  return owners.flatMap((column) => {
    const of = { column, id: 1 };
    return [
      { ...nothing, of, states: ["ACTIVE", "RETIRING"] },
      { ...nothing, of, states: ["EXPIRED"] },
      { ...nothing, of, states: ["REVOKED", "ROTATED"] },
      { ...nothing, of, states: ["ACTIVE", "RETIRING", "ROTATED", "EXPIRED", "REVOKED"] },
      { of, states: ["ACTIVE"], scope: "ADMIN", createdById: 1, expiresBefore: at, unusedSince: at },
      { ...nothing, of, states: ["REVOKED"], createdById: 1 },
    ];
  });
}

function liveTokenFilters(): tokens.LiveTokenFilter[] {
  const nothing = {
    ids: null,
    repositoryId: null,
    organizationId: null,
    createdById: null,
    ownerId: null,
    createdBefore: null,
  };
  const whose = [
    { ids: [1, 2] },
    { repositoryId: 1 },
    { organizationId: 1 },
    { createdById: 1, ownerId: 1 },
    { createdById: 1, repositoryId: 1 },
    { createdById: 1, organizationId: 1 },
    { ids: [1, 2], repositoryId: 1, organizationId: 1, createdById: 1 },
    { ids: [1, 2], createdById: 1, ownerId: 1 },
  ];
  return whose.flatMap((some) => [
    { ...nothing, ...some },
    { ...nothing, ...some, createdBefore: at },
  ]);
}

interface Query {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

class RolledBack extends Error {}

/** What the database will do for each query that some work makes, which is not kept. */
export async function plansOf<Step>(
  database: Database,
  work: (db: Tx) => Promise<unknown>,
  explain: (tx: Tx, query: Query) => Promise<Step[]>,
): Promise<Map<string, Step[]>> {
  const queries: Query[] = [];
  const plans = new Map<string, Step[]>();
  const done = database.write(async (tx) => {
    const source: DataSource = tx.dataSource;
    const { logger } = source;
    source.logger = {
      ...logger,
      logQuery: (sql: string, parameters: unknown[] = []) => queries.push({ sql, parameters }),
    };
    try {
      await work(tx);
    } finally {
      source.logger = logger;
    }
    for (const query of queries) plans.set(query.sql, await explain(tx, query));
    throw new RolledBack();
  });
  await expect(done).rejects.toThrow(RolledBack);
  return plans;
}
