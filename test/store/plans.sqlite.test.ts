import { TestApp } from "../support/kit";
import { changes, plain, plansOf, questions, stores } from "./questions";

let test: TestApp;
beforeAll(async () => {
  test = await TestApp.start();
  await test.repositoryToken(await test.repository("gh/acme/one"));
});
afterAll(() => test.close());

/** What SQLite will do for each query that some work makes. */
const explain = (work: (typeof questions)[string][number]): Promise<Map<string, string[]>> =>
  plansOf(test.app.database, work, async (tx, { sql, parameters }) =>
    (await tx.query<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`, [...parameters])).map(
      ({ detail }) => detail,
    ),
  );

/** What has no parent looks at the whole table, along an index and for site administrators alone, or stops at once. */
const wholeTable: Readonly<Record<string, RegExp>> = {
  anyAccountExists: /^SCAN AccountEntity EXISTS USING COVERING INDEX/,
  // The index holds no other tokens.
  anyImportedTokenExists: /^SCAN token USING INDEX ix_token_imported$/,
  countAccounts: /^SCAN a( USING COVERING INDEX ux_account_login_key)?$/,
  countAllRepositories: /^SCAN (repository|r) USING COVERING INDEX/,
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
const noTable = /^SCAN (CONSTANT ROW|asked|clients|dummy_table|l|lineage|uses|\(subquery-\d+\))$/;

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
  listReachableRepositories: /\((account_id=|organization_id[<>]|\(organization_id,slug_key\)>)/,
  listRepositories: /\((organization_id[<>]|\(organization_id,slug_key\)>)/,
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
      const plans = await explain(work);
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
    const [plan] = [...(await explain(questions.findAcquaintances![0]!)).values()];
    const tokens = plan!.filter((step) => step.includes("ix_token"));
    expect(tokens).toHaveLength(2);
    for (const step of tokens) expect(step).toContain("(created_by_id=? AND organization_id=?");
  });

  it.each(Object.keys(changes))("%s finds its rows by an index", async (name) => {
    for (const work of changes[name]!) {
      for (const [sql, plan] of await explain(work)) {
        const scans = plan.filter((step) => step.startsWith("SCAN ") && !noTable.test(step));
        expect({ sql, scans }).toEqual({ sql, scans: [] });
      }
    }
  });

  it.each(Object.keys({ ...questions, ...changes }))("%s is planned once", async (name) => {
    for (const work of (questions[name] ?? changes[name])!) {
      // A bare parameter there is looked at by the planner, which then begins anew whenever a value is bound.
      for (const sql of (await explain(work)).keys()) expect(sql).not.toMatch(/\b(LIMIT|OFFSET) +[?:$]/);
    }
  });

  it("is looked at for everything that the stores do", () => {
    expect([...Object.keys(questions), ...Object.keys(changes), ...plain].sort()).toEqual(
      Object.keys(stores)
        .filter((name) => typeof stores[name as keyof typeof stores] === "function")
        .sort(),
    );
  });
});
