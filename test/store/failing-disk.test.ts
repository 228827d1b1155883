import { QueryFailedError } from "typeorm";
import type { Tx } from "../../src/store/database";
import { type MadeToken, TestApp } from "../support/kit";

let test: TestApp;
let gate: MadeToken;
let good: MadeToken;
let revoked: MadeToken;

/** What the disk does at COMMIT; null: it works. */
let failure: Error | null = null;
const beforeCommit = (): void => {
  if (failure !== null) throw failure;
};

/** As TypeORM hands on what SQLite answered. */
function sqliteFailure(code: string): Error {
  const driverError = Object.assign(new Error("disk I/O error"), { code });
  return new QueryFailedError("COMMIT", [], driverError);
}

const REVOKE = "mutation($id: ID!) { revokeToken(input: { id: $id }) { revokedCount } }";
const UPDATE = `mutation($text: String!) {
  updateRepository(input: { slug: "gh/acme/one", description: $text }) { repository { id } }
}`;

beforeEach(async () => {
  failure = null;
  test = await TestApp.start({ hooks: { beforeCommit } });
  await test.repository("gh/acme/one");
  gate = await test.account({ login: "gate", kind: "SERVICE" });
  good = await test.repositoryToken("gh/acme/one");
  revoked = await test.repositoryToken("gh/acme/one");
  await test.admin.must(REVOKE, { id: revoked.id });
});
afterEach(() => test.close());

async function verdict(token: MadeToken): Promise<string> {
  const { verifyToken } = await gate.client.must<{ verifyToken: { code: string } }>(
    "query($secret: String!) { verifyToken(input: { secret: $secret }) { code } }",
    { secret: token.secret },
  );
  return verifyToken.code;
}

async function counts(): Promise<unknown> {
  const tables = ["account", "organization", "repository", "token", "build", "audit_event"];
  return test.rows(tables.map((table) => `SELECT '${table}', count(*) FROM ${table}`).join(" UNION ALL "));
}

/** Everything goes on but what writes. */
async function expectReadOnly(): Promise<void> {
  expect([await verdict(good), await verdict(revoked)]).toEqual(["VALID", "REVOKED"]);
  await good.client.must('{ repository(slug: "gh/acme/one") { slug } }');
  expect((await revoked.client.send("{ viewer { token { id } } }")).status).toBe(401);
  const ready = await fetch(`${test.url}/readyz`);
  expect(ready.status).toBe(200);
}

describe("a database whose disk is full", () => {
  // The limit belongs to the connection that writes.
  const limitPages = async (pages: (now: number) => number): Promise<void> => {
    await test.app.database.write(async (tx: Tx) => {
      const [row] = await tx.query<{ page_count: number }[]>("PRAGMA page_count");
      await tx.query(`PRAGMA max_page_count = ${pages(row!.page_count)}`);
    });
  };
  const createRepository = (name: string) =>
    test.admin.send(
      "mutation($slug: String!, $text: String!) { createRepository(input: { slug: $slug, description: $text }) { repository { id } } }",
      { slug: `gh/acme/${name}`, text: "x".repeat(1000) },
    );

  it("refuses mutations with UNAVAILABLE, verifies on, and recovers without a restart", async () => {
    await limitPages((now) => now);
    let made = 0;
    let answer = await createRepository("filler-0");
    while (answer.errors.length === 0 && made < 200) answer = await createRepository(`filler-${(made += 1)}`);
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ createRepository: null });
    expect(answer.errors.map((error) => error.extensions.code)).toEqual(["UNAVAILABLE"]);
    expect(answer.text).not.toContain("SQLITE");
    expect(test.log.join("\n")).toContain("database or disk is full");

    const before = await counts();
    for (let again = 0; again < 3; again += 1) {
      expect((await createRepository(`filler-${made}`)).errors[0]?.extensions.code).toBe("UNAVAILABLE");
    }
    expect(await counts()).toEqual(before);
    expect(await test.rows("SELECT id FROM repository WHERE slug = ?", [`gh/acme/filler-${made}`])).toEqual(
      [],
    );
    await expectReadOnly();

    await limitPages(() => 1_000_000);
    expect((await createRepository(`filler-${made}`)).errors).toEqual([]);
    await test.admin.must(REVOKE, { id: good.id });
    expect(await verdict(good)).toBe("REVOKED");
    expect(await test.rows("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  });
});

describe("a database whose disk fails", () => {
  const codes = ["SQLITE_IOERR", "SQLITE_IOERR_FSYNC", "SQLITE_IOERR_WRITE", "SQLITE_FULL"];
  it.each(codes)("at COMMIT with %s: refuses with UNAVAILABLE, and takes it when it works", async (code) => {
    const before = await counts();
    failure = sqliteFailure(code);
    const answer = await test.admin.send(REVOKE, { id: good.id });
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ revokeToken: null });
    expect(answer.errors.map((error) => error.extensions.code)).toEqual(["UNAVAILABLE"]);
    expect(answer.text).not.toContain(code);
    expect(test.log.join("\n")).toContain("disk I/O error");
    expect(await counts()).toEqual(before);
    await expectReadOnly();

    failure = null;
    await test.admin.must(REVOKE, { id: good.id });
    expect(await verdict(good)).toBe("REVOKED");
  });

  it("refuses an error that is no failure of the storage as INTERNAL_SERVER_ERROR", async () => {
    failure = sqliteFailure("SQLITE_CONSTRAINT_UNIQUE");
    expect(await test.admin.code(UPDATE, { text: "new" })).toBe("INTERNAL_SERVER_ERROR");
  });

  it("keeps what it remembers of uses until it can be written", async () => {
    failure = sqliteFailure("SQLITE_IOERR_WRITE");
    await good.client.must("{ viewer { token { id } } }");
    await test.app.services.recorder.flush();
    const lastUsed = () =>
      test.rows<{ at: number | null }>("SELECT last_used_at AS at FROM token WHERE hint = ?", [
        good.secret.slice(0, 8),
      ]);
    expect(await lastUsed()).toEqual([{ at: null }]);
    expect(test.log.join("\n")).toContain("last-used times wait");

    failure = null;
    await test.app.services.recorder.flush();
    expect((await lastUsed())[0]!.at).toBeGreaterThan(0);
  });
});
