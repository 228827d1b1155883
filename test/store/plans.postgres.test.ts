import { TestApp } from "../support/kit";
import { fillPostgres } from "./filled";
import { changes, plansOf, questions } from "./questions";

let test: TestApp;
beforeAll(async () => {
  test = await TestApp.start();
  await fillPostgres(test);
});
afterAll(() => test.close());

interface Node {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly Plans?: readonly Node[];
}

const flat = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(flat)];

/** A line for each step that reads a table or an index, or sorts: `Index Scan ux_token_digest (digest = 'x'::text)`. */
function stepOf(node: Node): string[] {
  const type = node["Node Type"];
  const index = node["Index Name"];
  if (index !== undefined) return [`${type} ${index} ${node["Index Cond"] ?? "(all)"}`];
  if (type === "Seq Scan") return [`${type} ${node["Relation Name"] ?? "?"}`];
  return type.includes("Sort") ? [type] : [];
}

/** What PostgreSQL will do for each query that some work makes, with the parameters that it was made with. */
const explain = (work: (typeof questions)[string][number]): Promise<Map<string, string[]>> =>
  plansOf(test.app.database, work, async (tx, { sql, parameters }) => {
    const [row] = await tx.query<{ "QUERY PLAN": { Plan: Node }[] }[]>(`EXPLAIN (FORMAT JSON) ${sql}`, [
      ...parameters,
    ]);
    return flat(row!["QUERY PLAN"][0]!.Plan).flatMap(stepOf);
  });

/** What has no parent looks at the whole table, for site administrators alone, or stops at once. */
const wholeTable: Readonly<Record<string, RegExp>> = {
  anyAccountExists: /^Seq Scan account$/,
  // The index holds no other tokens.
  anyImportedTokenExists: /^Index (Only )?Scan ix_token_imported /,
  countAccounts: /^Seq Scan account$/,
  countAllRepositories: /^(Seq Scan repository|Index Only Scan .*)$/,
  countAuditEvents: /^Seq Scan audit_event$/,
  // For /metrics, at most once a minute.
  countLiveByKind: /^Seq Scan token$/,
  countOrganizations: /^Seq Scan organization$/,
  listAccounts: /^(Seq Scan account|Index Scan ux_account_login_key \(all\))$/,
  listAllRepositories: /^(Seq Scan repository|Index Scan ux_repository_slug_key \(all\))$/,
  listAuditEvents: /^Index Scan ix_audit_event_at \(all\)$/,
  listOrganizations: /^(Seq Scan organization|Index Scan ux_organization_slug_key \(all\))$/,
  // The index holds no other accounts.
  otherSiteAdminExists: /^Index (Only )?Scan ix_account_site_admin \(all\)$/,
};

/** Where a list or a count begins: at its parent, whatever else is asked for. */
const parents: Readonly<Record<string, RegExp>> = {
  collaboratesIn: /ix_collaborator_account \(account_id = /,
  countBuilds: /\(repository_id = /,
  countCollaborators: /\(repository_id = /,
  countLiveOfAccount: /\(account_id = /,
  countRepositories: /\(organization_id = /,
  countTokens: /\((account|repository|organization)_id = /,
  findFullRepository: /\(repository_id = /,
  listBuilds: /\(repository_id = /,
  listCollaborators: /\(repository_id = /,
  listMembers: /\(organization_id = /,
  listMemberships: /\(account_id = /,
  listReachableRepositories: /\((account_id|organization_id) (=|<=) /,
  listRepositories: /\(organization_id <= .*(organization_id >= |ROW\()/,
  listTokens: /ix_token_(account|repository|organization)(_open)? \(+\w+_id >= .*(\w+_id <= |ROW\()/,
};

/** Steps that read a table, or an index, from one end to the other. */
const isScan = (step: string): boolean => step.startsWith("Seq Scan ") || step.endsWith(" (all)");

async function expectIndexed(name: string, work: (typeof questions)[string][number]): Promise<void> {
  const plans = await explain(work);
  expect(plans.size).toBeGreaterThan(0);
  for (const [sql, plan] of plans) {
    const isSearch = sql.includes(" LIKE ");
    const hasParent = / "e"\."\w+_id" (=|>=) /.test(sql);
    const allowed = hasParent ? undefined : wholeTable[name];
    expect({ sql, scans: plan.filter((step) => isScan(step) && allowed?.test(step) !== true) }).toEqual({
      sql,
      scans: [],
    });
    // Audit lines are the site's, or those of something.
    const parent = hasParent
      ? /ix_audit_event_(account|organization|repository) \(+\w+_id (=|>=) /
      : parents[name];
    if (parent !== undefined) expect({ sql, plan }).toEqual({ sql, plan: containing(parent) });
    if (name.startsWith("list") && allowed !== undefined && !isSearch) {
      expect({ sql, sorts: plan.filter((step) => step.includes("Sort")) }).toEqual({ sql, sorts: [] });
    }
  }
}
const containing = (pattern: RegExp): unknown => expect.arrayContaining([expect.stringMatching(pattern)]);

describe("how the stores' questions are answered by PostgreSQL", () => {
  it.each(Object.entries(questions))(
    "%s walks an index, from its parent where it has one",
    async (name, works) => {
      for (const work of works) await expectIndexed(name, work);
    },
  );

  it.each(Object.entries(changes))("%s finds its rows by an index", async (name, works) => {
    for (const work of works) await expectIndexed(name, work);
  });

  it("findAcquaintances never walks all the tokens that one account has made", async () => {
    const [plan] = [...(await explain(questions.findAcquaintances![0]!)).values()];
    const tokens = plan!.filter((step) => step.includes("ix_token"));
    expect(tokens).toHaveLength(2);
    for (const step of tokens) expect(step).toMatch(/organization_id = |repository_id = /);
  });
});
