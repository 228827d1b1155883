import { existsSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { Client as Connection } from "pg";
import { mintSecret } from "../../src/secrets/mint";
import type { Client } from "../support/client";
import { newDatabase, rowsOf, type TestDatabase } from "../support/databases";
import { BUILD_TIMEOUT_MS, buildProgram, type Ended, Program } from "../support/program";

jest.setTimeout(120_000);
const bootstrap = mintSecret("ACCOUNT");
const env = { BOOTSTRAP_TOKEN: bootstrap, RATE_LIMIT_PER_MINUTE: "0" };
let program: Program;
let sqlite: string;
let postgres: TestDatabase;
beforeAll(buildProgram, BUILD_TIMEOUT_MS);
beforeEach(async () => {
  program = new Program();
  sqlite = `sqlite:${program.databasePath}`;
  postgres = await newDatabase(program.folder);
});
afterEach(async () => {
  await program.close();
  await postgres.drop();
});

const copy = (from: string, to: string, variables = {}): Promise<Ended> =>
  program.run(["copy", "--from", from, "--to", to], { env: variables });

type Row = Record<string, unknown>;
/** Every table of the file but those that each database has of its own, with all of its columns and rows. */
function rowsOfFile(path: string): Map<string, Row[]> {
  const connection = new Sqlite(path, { readonly: true });
  try {
    const tables = connection
      .prepare<[], string>(
        `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'
         AND name NOT IN ('migrations', 'epoch') ORDER BY name`,
      )
      .pluck()
      .all();
    return new Map(
      tables.map((table) => [table, sorted(connection.prepare<[], Row>(`SELECT * FROM ${table}`).all())]),
    );
  } finally {
    connection.close();
  }
}

async function rowsOfServer(tables: Iterable<string>): Promise<Map<string, Row[]>> {
  const found = new Map<string, Row[]>();
  for (const table of tables)
    found.set(table, sorted(await rowsOf<Row>(postgres.url, `SELECT * FROM "${table}"`, [])));
  return found;
}

/** In an order that no database decides. */
function sorted(rows: readonly Row[]): Row[] {
  const keyOf = (row: Row): string => JSON.stringify(Object.entries(row).sort());
  return [...rows].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/** Rows in every table, texts of all sorts, and more tokens than fit into a statement. */
async function fill(admin: Client): Promise<{ revoked: string; good: string }> {
  await admin.must(`mutation {
    importRepositories(input: { repositories: [
      { slug: "gh/acme/one", description: "Ünï 漢字 😀 'quoted' \\"too\\"" }, { slug: "gh/acme/two" }, { slug: "gh/acme/gone" }
    ] }) { createdCount }
    createAccount(input: { login: "ada", name: "Ada L." }) { account { id } }
    setMembership(input: { organization: "gh/acme", login: "ada", role: MEMBER }) { organization { id } }
    setCollaborator(input: { repository: "gh/acme/one", login: "ada", scope: ADMIN }) { repository { id } }
    reportBuild(input: { repository: "gh/acme/one", branch: "main", commit: "abcdef1", status: SUCCESS }) { build { number } }
    deleteRepository(input: { slug: "gh/acme/gone" }) { revokedCount }
  }`);
  const repositories = Array.from({ length: 1000 }, (_, index) => ({ slug: `gh/many/r${index}` }));
  await admin.must(
    "mutation($repositories: [CreateRepositoryInput!]!) { importRepositories(input: { repositories: $repositories }) { createdCount } }",
    { repositories },
  );
  await admin.must(
    'mutation { createRepositoryTokens(input: { organization: "gh/many", scope: READ_ONLY, label: "many" }) { tokens { secret } } }',
  );
  const made = async (label: string): Promise<string> => {
    const { createAccountToken } = await admin.must<{ createAccountToken: { secret: string } }>(
      `mutation { createAccountToken(input: { label: "${label}" }) { secret } }`,
    );
    return createAccountToken.secret;
  };
  await admin.send(
    'mutation { createAccountToken(input: { label: "kept" }) { secret } }',
    {},
    { "idempotency-key": crypto.randomUUID() },
  );
  return { revoked: await made("revoked"), good: await made("good") };
}

const WHO = "{ viewer { account { login } } }";

it("moves every row there and back, with its id, and the servers know the same tokens", async () => {
  const first = await program.serve({ env });
  const { revoked, good } = await fill(first.client(bootstrap));
  await first.client(revoked).must("mutation { revokeToken(input: {}) { revokedCount } }");
  await first.client(good).must(WHO);
  await first.stop();
  const there = rowsOfFile(program.databasePath);
  for (const [table, rows] of there) expect([table, rows.length]).not.toEqual([table, 0]);
  const total = [...there.values()].reduce((sum, rows) => sum + rows.length, 0);

  const moved = await copy(sqlite, postgres.url);
  expect(moved).toMatchObject({ status: 0, stdout: `${total} rows copied and compared\n`, stderr: "" });
  expect(await rowsOfServer(there.keys())).toEqual(there);

  const back = join(program.folder, "back.db");
  expect((await copy(postgres.url, `sqlite:${back}`)).status).toBe(0);
  expect(rowsOfFile(back)).toEqual(there);

  for (const url of [postgres.url, `sqlite:${back}`]) {
    const server = await program.serve({ env: { DATABASE_URL: url } });
    expect((await server.client(good).send(WHO)).status).toBe(200);
    expect((await server.client(revoked).send(WHO)).status).toBe(401);
    await server.stop();
  }
});

async function rowsIn(url: string, sql: string): Promise<Row[]> {
  if (url.startsWith("postgres")) return rowsOf<Row>(url, sql, []);
  const connection = new Sqlite(url.slice("sqlite:".length), { readonly: true });
  try {
    return connection.prepare<[], Row>(sql).all();
  } finally {
    connection.close();
  }
}

it("gives no id again whose row was the last and is gone", async () => {
  const first = await program.serve({ env });
  await first.client(bootstrap).must(`mutation {
    importRepositories(input: { repositories: [{ slug: "gh/acme/one" }, { slug: "gh/acme/last" }] }) { createdCount }
    deleteRepository(input: { slug: "gh/acme/last" }) { revokedCount }
  }`);
  await first.stop();
  const back = `sqlite:${join(program.folder, "back.db")}`;
  expect((await copy(sqlite, postgres.url)).status).toBe(0);
  expect((await copy(postgres.url, back)).status).toBe(0);
  for (const url of [postgres.url, back]) {
    const server = await program.serve({ env: { DATABASE_URL: url } });
    await server
      .client(bootstrap)
      .must('mutation { createRepository(input: { slug: "gh/acme/new" }) { repository { id } } }');
    expect(await rowsIn(url, "SELECT id FROM repository WHERE slug = 'gh/acme/new'")).toEqual([{ id: 3 }]);
    await server.stop();
  }
});

describe("a copy is refused", () => {
  async function refused(from: string, to: string, variables = {}): Promise<string> {
    const { status, stdout, stderr } = await copy(from, to, variables);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    return stderr;
  }

  it("while a server has the source", async () => {
    const onFile = await program.serve({ env });
    expect(await refused(sqlite, postgres.url)).toContain("is in use by another Tokenward server");
    await onFile.stop();
    const onServer = await program.serve({ env: { ...env, DATABASE_URL: postgres.url } });
    const back = join(program.folder, "back.db");
    expect(await refused(postgres.url, `sqlite:${back}`)).toContain(
      "a Tokenward server uses the PostgreSQL database",
    );
    expect(existsSync(back)).toBe(false);
    await onServer.stop();
    expect((await copy(postgres.url, `sqlite:${back}`)).status).toBe(0);
  });

  it("into a database that holds anything, which stays as it is", async () => {
    const first = await program.serve({ env });
    await first.stop();
    expect((await copy(sqlite, postgres.url)).status).toBe(0);
    const before = await rowsOfServer(["account", "token", "audit_event"]);
    expect(await refused(sqlite, postgres.url)).toContain("the database holds rows already");
    expect(await rowsOfServer(before.keys())).toEqual(before);
  });

  it("and leaves nothing behind, when a row does not arrive as it is", async () => {
    const first = await program.serve({ env });
    await fill(first.client(bootstrap));
    await first.stop();
    expect((await program.run(["migrate"], { env: { DATABASE_URL: postgres.url } })).status).toBe(0);
    const connection = new Connection({ connectionString: postgres.url });
    await connection.connect();
    try {
      await connection.query(
        `CREATE FUNCTION bend() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN NEW.reason = 'bent'; RETURN NEW; END $$`,
      );
      await connection.query(
        "CREATE TRIGGER bend BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION bend()",
      );
      expect(await refused(sqlite, postgres.url)).toContain(
        "the rows of audit_event did not arrive as they are",
      );
      const empty = await rowsOfServer(rowsOfFile(program.databasePath).keys());
      for (const [table, rows] of empty) expect([table, rows]).toEqual([table, []]);
      await connection.query("DROP TRIGGER bend ON audit_event");
    } finally {
      await connection.end();
    }
    expect((await copy(sqlite, postgres.url)).status).toBe(0);
  });

  it("from a restored backup, which would be good again elsewhere", async () => {
    const first = await program.serve({ env });
    const backup = join(program.folder, "backup.db");
    expect((await program.run(["backup", backup])).status).toBe(0);
    await first.stop();
    expect(await refused(`sqlite:${backup}`, postgres.url)).toContain("epoch is missing");
  });

  it("with all that is wrong about the command line, and without the values", async () => {
    expect(await refused("sqlite:", "mysql://root:hunter2@db/x")).toBe(
      "tokenward: --from: must be sqlite:PATH, or postgres://USER:PASSWORD@HOST:PORT/DATABASE\n" +
        "tokenward: --to: must be sqlite:PATH, or postgres://USER:PASSWORD@HOST:PORT/DATABASE\n",
    );
    expect(await refused(sqlite, `${sqlite}.other`)).toContain("must be an SQLite and a PostgreSQL database");
    expect(await refused(sqlite, postgres.url)).toContain(`${program.databasePath} does not exist`);
    expect(existsSync(program.databasePath)).toBe(false);
  });
});
