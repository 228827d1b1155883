import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { DataSource } from "typeorm";
import { migrations, writingSource } from "../../src/store/data-source";
import { Core1763769600000 } from "../../src/store/migrations/1763769600000-core";
import { handOver, readHandover, verdictsOn } from "../support/handovers";
import { type MadeToken, TestApp } from "../support/kit";
import { newKey, once } from "../support/retries";
import { greet, readToken, rotateToken } from "../support/tokens";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tokenward-migrations-"))));
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const databaseIn = (name: string): string => join(folder, name, "tokenward.db");

function startIn(name: string): Promise<TestApp> {
  mkdirSync(join(folder, name), { recursive: true });
  return TestApp.start({ folder: join(folder, name) });
}

/** A database as the first version left it, with all rows of another one that it knows of. */
async function makeOld(name: string, from: string): Promise<void> {
  mkdirSync(join(folder, name), { recursive: true });
  const database = databaseIn(name);
  const source = new DataSource({ type: "better-sqlite3", database, migrations: [Core1763769600000] });
  await source.initialize();
  await source.runMigrations();
  await source.destroy();
  const connection = new Sqlite(database);
  connection.pragma("foreign_keys = OFF");
  connection.exec(`ATTACH '${databaseIn(from)}' AS newer`);
  const tables = connection
    .prepare<[], string>(
      "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'migrations'",
    )
    .pluck()
    .all();
  for (const table of tables) {
    const columns = connection
      .prepare<[string], string>("SELECT name FROM pragma_table_info(?, 'main')")
      .pluck()
      .all(table)
      .join(", ");
    connection.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM newer.${table}`);
  }
  connection.close();
}

/** Columns, indices and references of every table, whatever way they came about. */
function shapeOf(name: string): unknown {
  const connection = new Sqlite(databaseIn(name), { readonly: true });
  const read = (sql: string): unknown[] => connection.prepare(sql).all();
  const ofTables = "FROM sqlite_master t JOIN";
  const shape = {
    columns: read(
      `SELECT t.name AS "table", c.name, lower(c.type) AS type, c."notnull", c.pk ${ofTables} pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY 1, 2`,
    ),
    references: read(
      `SELECT t.name AS "table", f."from", f."table" AS target ${ofTables} pragma_foreign_key_list(t.name) f WHERE t.type = 'table' ORDER BY 1, 2`,
    ),
    indices: read(
      "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
    ),
  };
  connection.close();
  return shape;
}

describe("a database of the first version, with tokens in it", () => {
  let old: TestApp;
  let good: MadeToken;
  let rotated: MadeToken;
  let successor: { readonly id: string; readonly secret: string };
  let revoked: MadeToken;

  beforeEach(async () => {
    const made = await startIn("made");
    const repository = await made.repository("gh/acme/core");
    good = await made.repositoryToken(repository, "ADMIN");
    rotated = await made.repositoryToken(repository);
    const { token, secret } = await rotateToken(made.admin, { id: rotated.id });
    successor = { id: token.id, secret };
    revoked = await made.accountToken("admin");
    await made.admin.must("mutation($id: ID!) { revokeToken(input: { id: $id }) { revokedCount } }", {
      id: revoked.id,
    });
    const { adminSecret } = made;
    await made.close();
    await makeOld("old", "made");
    old = await startIn("old");
    old.admin = old.client(adminSecret);
  });
  afterEach(() => old.close());

  it("has the shape of a new one once it is migrated", async () => {
    await old.close();
    expect(shapeOf("old")).toEqual(shapeOf("made"));
    const connection = new Sqlite(databaseIn("old"), { readonly: true });
    expect(connection.pragma("foreign_key_check")).toEqual([]);
    expect(connection.pragma("integrity_check", { simple: true })).toBe("ok");
    connection.close();
    await old.open();
  });

  it("knows its tokens: the good are good, the ended are ended", async () => {
    expect(await greet(old.client(good.secret))).toBe("welcome");
    expect(await greet(old.client(successor.secret))).toBe("welcome");
    expect(await greet(old.client(rotated.secret))).toBe("not found");
    expect(await verdictsOn(old, good.secret, rotated.secret, successor.secret, revoked.secret)).toEqual([
      "VALID",
      "ROTATED",
      "VALID",
      "REVOKED",
    ]);
    expect(await readToken(old.admin, rotated.id)).toMatchObject({ replacedBy: { id: successor.id } });
  });

  it("hands them over, counts their uses and answers retries as a new one does", async () => {
    await greet(old.client(good.secret));
    const { token, secret } = await handOver(old.admin, good.id, { overlapSeconds: 60 });
    await greet(old.client(good.secret));
    expect(await readHandover(old.admin, good.id)).toMatchObject({
      firstUseOfNewAt: null,
      oldUsesSinceStart: 1,
    });
    expect(await greet(old.client(secret))).toBe("welcome");
    expect(await readToken(old.admin, good.id)).toMatchObject({
      state: "RETIRING",
      replacedBy: { id: token.id },
    });
    const key = newKey();
    const input = { label: "after" };
    const first = await once(old.admin, key, "createAccountToken", input);
    expect(await once(old.admin, key, "createAccountToken", input)).toEqual(first);
  });
});

it("goes back to the first version's shape, and forward again, with its tokens", async () => {
  const made = await startIn("made");
  const { secret } = await made.accountToken("admin");
  await made.close();
  await makeOld("old", "made");
  const source = await writingSource(databaseIn("made")).initialize();
  for (let newer = 1; newer < migrations.length; newer += 1) await source.undoLastMigration();
  await source.destroy();
  // The epoch is gone, and comes back as another one.
  rmSync(`${databaseIn("made")}.epoch`);
  expect(shapeOf("made")).toEqual(shapeOf("old"));
  await made.open();
  expect(await greet(made.client(secret))).toBe("welcome");
  await made.close();
});
