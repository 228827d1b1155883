import type { DataSource, Logger } from "typeorm";
import * as accounts from "../../src/store/account-store";
import * as audit from "../../src/store/audit-store";
import * as builds from "../../src/store/build-store";
import type { Tx } from "../../src/store/database";
import * as grants from "../../src/store/grant-store";
import * as answers from "../../src/store/idempotency-store";
import * as imported from "../../src/store/imported-token-store";
import * as lines from "../../src/store/line-store";
import * as organizations from "../../src/store/organization-store";
import * as repositories from "../../src/store/repository-store";
import type { Slice } from "../../src/store/slice";
import * as tokens from "../../src/store/token-store";
import * as usage from "../../src/store/usage-store";
import { TestApp } from "../support/kit";

let test: TestApp;
beforeAll(async () => (test = await TestApp.start()));
afterAll(() => test.close());

const stores = {
  ...{ ...accounts, ...audit, ...builds, ...grants, ...organizations, ...repositories, ...tokens },
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
const questions: Readonly<Record<string, readonly ((db: Tx) => Promise<unknown>)[]>> = {
  anyAccountExists: [(db) => accounts.anyAccountExists(db)],
  anyImportedTokenExists: [(db) => imported.anyImportedTokenExists(db)],
  collaboratesIn: [(db) => repositories.collaboratesIn(db, 1, 1)],
  countAccounts: all<string | null>(null, "x").map((query) => (db) => accounts.countAccounts(db, query)),
  countAllRepositories: [(db) => repositories.countAllRepositories(db)],
  countAuditEvents: auditFilters().map((filter) => (db) => audit.countAuditEvents(db, filter)),
  countBuilds: all<string | null>(null, "main").map((branch) => (db) => builds.countBuilds(db, 1, branch)),
  countCollaborators: [(db) => repositories.countCollaborators(db, 1)],
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
  countReachableRepositories: [
    (db) => repositories.countReachableRepositories(db, 1, "STATUS"),
    (db) => repositories.countReachableRepositories(db, 1, "ADMIN"),
  ],
  countRepositories: repositoryFilters().map((filter) => (db) => repositories.countRepositories(db, filter)),
  countTokens: tokenFilters().map((filter) => (db) => tokens.countTokens(db, filter, now)),
  findAccountByLogin: [(db) => accounts.findAccountByLogin(db, "x")],
  findAccounts: [(db) => accounts.findAccounts(db, [1, 2])],
  findAcquaintances: [[2], [2, 3]].map((ids) => (db) => accounts.findAcquaintances(db, 1, ids)),
  findAnswer: [(db) => answers.findAnswer(db, "x")],
  findAuditEvents: [(db) => audit.findAuditEvents(db, [1, 2])],
  findBuildByNumber: [(db) => builds.findBuildByNumber(db, 1, 1)],
  findBuilds: [(db) => builds.findBuilds(db, [1, 2])],
  findCollaboration: [(db) => repositories.findCollaboration(db, 1, 1)],
  findCollaborations: [(db) => repositories.findCollaborations(db, 1, [1, 2])],
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
  listAllRepositories: textSlices.map((slice) => (db) => repositories.listAllRepositories(db, slice)),
  listAuditEvents: auditFilters().flatMap((filter) =>
    auditSlices.map((slice) => (db) => audit.listAuditEvents(db, filter, slice)),
  ),
  listBuilds: all<string | null>(null, "main").flatMap((branch) =>
    numberSlices.map((slice) => (db) => builds.listBuilds(db, 1, branch, slice)),
  ),
  listCollaborators: [(db) => repositories.listCollaborators(db, 1, texts)],
  listLiveTokenIds: liveTokenFilters().map((filter) => (db) => tokens.listLiveTokenIds(db, filter, now)),
  listMembers: [(db) => organizations.listMembers(db, 1, texts)],
  listMemberships: [(db) => organizations.listMemberships(db, 1, texts)],
  listOrganizations: all<string | null>(null, "x").flatMap((query) =>
    textSlices.map((slice) => (db) => organizations.listOrganizations(db, query, slice)),
  ),
  listReachableRepositories: all<"STATUS" | "ADMIN">("STATUS", "ADMIN").flatMap((scope) =>
    textSlices.map((slice) => (db) => repositories.listReachableRepositories(db, 1, scope, slice)),
  ),
  listRepositories: repositoryFilters().flatMap((filter) =>
    textSlices.map((slice) => (db) => repositories.listRepositories(db, filter, slice)),
  ),
  listTokens: tokenFilters().flatMap((filter) =>
    numberSlices.map((slice) => (db) => tokens.listTokens(db, filter, now, slice)),
  ),
  listUsageClients: [(db) => usage.listUsageClients(db, 1)],
  listUsageDays: [(db) => usage.listUsageDays(db, 1, 0)],
  otherAdminExists: [(db) => organizations.otherAdminExists(db, 1, 1)],
  otherSiteAdminExists: [(db) => accounts.otherSiteAdminExists(db, 1)],
};

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
    { about, actions: ["TOKEN_CREATED"], since: at, until: new Date(9) },
  ]);
}

function repositoryFilters(): repositories.RepositoryFilter[] {
  return all<number | null>(null, 1).flatMap((collaboratorId) =>
    all<string | null>(null, "x").map((query) => ({ organization, collaboratorId, query })),
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

/** What SQLite will do for each query that some work makes. */
async function plansOf(work: (db: Tx) => Promise<unknown>): Promise<Map<string, string[]>> {
  const queries: Query[] = [];
  const plans = new Map<string, string[]>();
  await test.app.database.write(async (tx) => {
    const source: DataSource = tx.dataSource;
    const { logger } = source;
    source.logger = {
      logQuery: (sql: string, parameters: unknown[] = []) => queries.push({ sql, parameters }),
    } as unknown as Logger;
    try {
      await work(tx);
    } finally {
      source.logger = logger;
    }
    for (const { sql, parameters } of queries) {
      const rows = await tx.query<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`, [...parameters]);
      plans.set(
        sql,
        rows.map((row) => row.detail),
      );
    }
  });
  return plans;
}

/** What has no parent looks at the whole table, along an index and for site administrators alone, or stops at once. */
const wholeTable: Readonly<Record<string, RegExp>> = {
  anyAccountExists: /^SCAN AccountEntity EXISTS USING COVERING INDEX/,
  // The index holds no other tokens.
  anyImportedTokenExists: /^SCAN token USING INDEX ix_token_imported$/,
  countAccounts: /^SCAN a( USING COVERING INDEX ux_account_login_key)?$/,
  countAllRepositories: /^SCAN RepositoryEntity USING COVERING INDEX/,
  countAuditEvents: /^SCAN e( USING COVERING INDEX ix_audit_event_at)?$/,
  // For /metrics, at most once a minute.
  countLiveByKind: /^SCAN token$/,
  countOrganizations: /^SCAN o USING COVERING INDEX ux_organization_slug_key$/,
  listAccounts: /^SCAN a USING INDEX ux_account_login_key$/,
  listAllRepositories: /^SCAN r USING INDEX ux_repository_slug_key$/,
  listAuditEvents: /^SCAN e USING INDEX ix_audit_event_at$/,
  listOrganizations: /^SCAN o USING INDEX ux_organization_slug_key$/,
  // The index holds no other accounts.
  otherSiteAdminExists: /^SCAN a EXISTS USING INDEX ix_account_site_admin$/,
};
/** Rows of the query's own making, not of a table. */
const noTable = /^SCAN (CONSTANT ROW|asked|dummy_table|l|lineage)$/;

/** Where a list or a count begins: at its parent, whatever else is asked for. */
const parents: Readonly<Record<string, RegExp>> = {
  collaboratesIn: /^SEARCH c USING .*\(account_id=\?\)/,
  countBuilds: /\(repository_id=\?/,
  countRepositories: /\(organization_id=\?/,
  countTokens:
    /ix_token_(account|repository|organization)(_open)? \(|\(created_by_id=\? AND organization_id=\?/,
  listBuilds: /\(repository_id=\?/,
  listCollaborators: /\(repository_id=\?/,
  listMembers: /\(organization_id=\?/,
  listMemberships: /\(account_id=\?/,
  listReachableRepositories: /\((account_id|organization_id)=\?/,
  listRepositories: /\(organization_id=\?/,
  listTokens: /ix_token_(account|repository|organization)(_open)? \(/,
};
/**
 * Lists whose key lies in another table: their parent's rows are sorted. So are a token's clients, of which no more are
 * kept than are listed. All others are read in order.
 */
const sorted = new Set([
  ...["listCollaborators", "listMembers", "listMemberships", "listReachableRepositories", "listUsageClients"],
]);

describe("how the stores' questions are answered", () => {
  it.each(Object.keys(questions))("%s walks an index, from its parent where it has one", async (name) => {
    for (const work of questions[name]!) {
      const plans = await plansOf(work);
      expect(plans.size).toBeGreaterThan(0);
      for (const [sql, plan] of plans) {
        const scans = plan.filter((step) => step.startsWith("SCAN ") && !noTable.test(step));
        expect({ sql, scans: scans.filter((step) => wholeTable[name]?.test(step) !== true) }).toEqual({
          sql,
          scans: [],
        });
        const parent = parents[name];
        if (parent !== undefined) {
          expect({ sql, first: plan.find((step) => step.startsWith("SEARCH ")) }).toEqual({
            sql,
            first: expect.stringMatching(parent) as string,
          });
        }
        if (name.startsWith("list") && sql.includes(" LIMIT ") && !sorted.has(name)) {
          expect({ sql, sorts: plan.filter((step) => step.includes("ORDER BY")) }).toEqual({
            sql,
            sorts: [],
          });
        }
      }
    }
  });

  it("findAcquaintances never walks all the tokens that one account has made", async () => {
    const [plan] = [...(await plansOf(questions.findAcquaintances![0]!)).values()];
    const tokens = plan!.filter((step) => step.includes("ix_token"));
    expect(tokens).toHaveLength(2);
    for (const step of tokens) expect(step).toContain("(created_by_id=? AND organization_id=?");
  });

  it("is looked at for every question that there is", () => {
    const asks = /^(find|list|count|any|other|collaborates|is)/;
    expect(Object.keys(questions).sort()).toEqual(
      Object.keys(stores)
        .filter((name) => asks.test(name))
        .sort(),
    );
  });
});
