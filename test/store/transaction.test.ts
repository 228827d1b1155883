import { setImmediate as turn } from "node:timers/promises";
import type { Answer } from "../support/client";
import { onPostgres } from "../support/databases";
import { TestApp } from "../support/kit";
import { insertAccount } from "../../src/store/account-store";
import { insertAuditEvents, type NewAuditEvent } from "../../src/store/audit-store";

let test: TestApp | undefined;
afterEach(async () => {
  await test?.close();
  test = undefined;
});

const HOW_MANY = 200;
const line = (requestId: string): NewAuditEvent => ({
  at: new Date(0),
  action: "ACCOUNT_CREATED",
  requestId,
  actorId: null,
  actorTokenId: null,
  accountId: null,
  organizationId: null,
  repositoryId: null,
  tokenId: null,
  scope: null,
  role: null,
  reason: null,
  ip: null,
  userAgent: null,
});

describe("200 transactions at once, half of which throw after an await", () => {
  it("keep every resolved one, leave nothing of the others, and mix with none", async () => {
    test = await TestApp.start();
    const { app } = test;
    class Forced extends Error {}
    const finished = new Set<string>();
    let open = 0;
    let readsWhileOpen = 0;
    let writing = true;

    const write = async (index: number): Promise<boolean> => {
      const login = `race-${index}`;
      const own = new Forced(login);
      const work = app.database.write(async (tx) => {
        open += 1;
        try {
          await insertAccount(tx, {
            login,
            name: null,
            kind: "USER",
            isSiteAdmin: false,
            createdAt: new Date(0),
          });
          await turn();
          await insertAuditEvents(tx, [line(login)]);
          await turn();
          if (index % 2 === 1) throw own;
          finished.add(login);
        } finally {
          open -= 1;
        }
      });
      try {
        await work;
        return true;
      } catch (error) {
        // Its own error, and not one of a transaction that it met.
        expect(error).toBe(own);
        return false;
      }
    };
    const read = async (): Promise<void> => {
      while (writing) {
        // One statement: between two of them another transaction may be committed.
        const found = await app.database.reader.query<{ name: string; kind: string }[]>(
          `SELECT login AS name, 'account' AS kind FROM account WHERE login LIKE 'race-%'
           UNION ALL SELECT request_id, 'line' FROM audit_event WHERE request_id LIKE 'race-%'`,
        );
        const namesOf = (kind: string): string[] =>
          found
            .filter((row) => row.kind === kind)
            .map((row) => row.name)
            .sort();
        if (open > 0) readsWhileOpen += 1;
        expect(namesOf("account").filter((login) => !finished.has(login))).toEqual([]);
        expect(namesOf("line")).toEqual(namesOf("account"));
        await turn();
      }
    };
    const namesIn = async (sql: string): Promise<string[]> =>
      (await test!.rows<{ name: string }>(`${sql} ORDER BY 1`)).map((row) => row.name);

    const reader = read();
    const outcomes = await Promise.all(Array.from({ length: HOW_MANY }, (_, index) => write(index)));
    writing = false;
    await reader;

    expect(outcomes).toEqual(Array.from({ length: HOW_MANY }, (_, index) => index % 2 === 0));
    expect(readsWhileOpen).toBeGreaterThan(HOW_MANY / 4);
    const kept = Array.from({ length: HOW_MANY / 2 }, (_, index) => `race-${2 * index}`).sort();
    expect(await namesIn("SELECT login AS name FROM account WHERE login LIKE 'race-%'")).toEqual(kept);
    expect(
      await namesIn("SELECT request_id AS name FROM audit_event WHERE request_id LIKE 'race-%'"),
    ).toEqual(kept);
  });

  it("ends the transaction whose COMMIT itself fails, and goes on with the next", async () => {
    test = await TestApp.start();
    const { database } = test.app;
    const work = database.write(async (tx) => {
      await tx.query(
        onPostgres
          ? "ALTER TABLE membership ALTER CONSTRAINT fk_membership_organization_id DEFERRABLE INITIALLY DEFERRED"
          : "PRAGMA defer_foreign_keys = ON",
      );
      if (onPostgres)
        await tx.query("INSERT INTO account SELECT 99, 'x', 'x', 'x', NULL, 'USER', false, 0, NULL");
      await tx.query("INSERT INTO membership (organization_id, account_id, role) VALUES (99, 99, 'ADMIN')");
    });
    await expect(work).rejects.toMatchObject({ message: expect.stringMatching(/foreign key/i) as string });
    await test.account({ login: "after" });
    expect(await test.rows("SELECT * FROM membership")).toEqual([]);
    expect(await test.rows("SELECT login FROM account WHERE login = 'after'")).toHaveLength(1);
  });

  it("refuses to write once it is closed", async () => {
    test = await TestApp.start();
    const { database } = test.app;
    await test.app.close();
    await expect(database.write(() => Promise.resolve())).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });
});

describe("200 mutations over HTTP at once, half of which are rolled back at the end", () => {
  // Half of the transactions, of each kind, fail when all of their rows are written and others had their turn.
  let forcing = false;
  let commits = 0;
  const seen = new Set<string>();
  const beforeCommit = async (): Promise<void> => {
    if (!forcing) return;
    await turn();
    for (const id of await requestIds()) seen.add(id);
    await turn();
    commits += 1;
    if ((commits + Math.floor(commits / 4)) % 2 === 0) throw new Error("forced");
  };
  const requestIds = async (): Promise<string[]> =>
    (await test!.rows<{ id: string }>("SELECT DISTINCT request_id AS id FROM audit_event")).map(
      (row) => row.id,
    );

  /** What a mutation writes: where its rows are, by a name that is its own, and how many audit lines it has. */
  interface Mutation {
    readonly document: string;
    readonly table: "account" | "token" | "repository" | "build";
    readonly where: string;
    readonly rows: number;
    readonly lines: number;
  }
  const mutation = (index: number): Mutation => {
    const own = `m${String(index).padStart(6, "0")}`;
    const sha = `abc${String(index).padStart(6, "0")}`;
    const kinds: Mutation[] = [
      {
        document: `createAccount(input: { login: "${own}" }) { account { id } }`,
        table: "account",
        where: `login = '${own}'`,
        rows: 1,
        lines: 1,
      },
      {
        document: `createRepositoryTokens(input: { organization: "gh/acme", scope: STATUS, label: "${own}" })
          { tokens { secret } }`,
        table: "token",
        where: `label = '${own}'`,
        rows: 3,
        lines: 3,
      },
      {
        document: `importRepositories(input: { repositories: [{ slug: "gh/${own}/a" }, { slug: "gh/${own}/b" }] })
          { createdCount }`,
        table: "repository",
        where: `slug LIKE 'gh/${own}/%'`,
        rows: 2,
        lines: 3,
      },
      {
        document: `reportBuild(input: { repository: "gh/acme/one", branch: "main", commit: "${sha}", status: SUCCESS })
          { build { number } }`,
        table: "build",
        where: `commit_sha = '${sha}'`,
        rows: 1,
        lines: 1,
      },
    ];
    return kinds[index % kinds.length]!;
  };

  it("keep every acknowledged one with its audit lines, and nothing of the others", async () => {
    test = await TestApp.start({ env: { MAX_TOKENS_PER_REPOSITORY: "1000" }, hooks: { beforeCommit } });
    await test.repositories(["gh/acme/one", "gh/acme/two", "gh/acme/three"]);
    const before = new Set(await requestIds());
    forcing = true;
    const mutations = Array.from({ length: HOW_MANY }, (_, index) => mutation(index));
    const answers = await Promise.all(
      mutations.map(({ document }): Promise<Answer> => test!.admin.send(`mutation { ${document} }`)),
    );
    forcing = false;

    const acknowledged = new Set<string>();
    const refused = new Set<string>();
    const outcomes = new Set<string>();
    for (const [index, answer] of answers.entries()) {
      const { table, where, rows, lines } = mutations[index]!;
      const good = answer.errors.length === 0;
      const id = answer.headers.get("x-request-id")!;
      (good ? acknowledged : refused).add(id);
      outcomes.add(`${table} ${good ? "kept" : "gone"}`);
      if (!good) expect(answer.errors[0]!.extensions.code).toBe("INTERNAL_SERVER_ERROR");
      expect(await test.rows(`SELECT * FROM ${table} WHERE ${where}`)).toHaveLength(good ? rows : 0);
      const written = await test.rows("SELECT id FROM audit_event WHERE request_id = ?", [id]);
      expect(written).toHaveLength(good ? lines : 0);
    }
    // A flush of last-used times may take the place of a mutation or two.
    expect(refused.size).toBeGreaterThanOrEqual(HOW_MANY / 2 - 5);
    expect(acknowledged.size).toBeGreaterThanOrEqual(HOW_MANY / 2 - 5);
    expect(outcomes.size).toBe(8);
    // Nobody ever read a line of a transaction that was rolled back.
    expect([...seen].filter((id) => !before.has(id) && !acknowledged.has(id))).toEqual([]);
    expect([...seen].filter((id) => acknowledged.has(id)).length).toBeGreaterThan(HOW_MANY / 4);
    if (!onPostgres) expect(await test.rows("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    // The organizations of imports that were rolled back are gone too, and the builds have no gaps.
    const [orphans] = await test.rows<{ n: number }>(
      "SELECT count(*) AS n FROM organization o WHERE NOT EXISTS (SELECT 1 FROM repository r WHERE r.organization_id = o.id)",
    );
    expect(orphans!.n).toBe(0);
    const [builds] = await test.rows<{ n: number; most: number }>(
      "SELECT count(*) AS n, max(number) AS most FROM build",
    );
    expect(builds!.n).toBe(builds!.most);
  });
});
