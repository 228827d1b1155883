import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { openSqlite } from "../../src/store/transaction";
import { TestApp } from "../support/kit";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tokenward-opening-"));
  path = join(folder, "tokenward.db");
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const hash = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

/** Refused with a message that names the file, which stays as it is, to the byte. */
async function expectRefused(wanted: RegExp): Promise<void> {
  const before = hash(path);
  const error: unknown = await openSqlite(path).then(
    () => null,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).toMatch(wanted);
  expect((error as Error).message).toContain(path);
  expect(hash(path)).toBe(before);
  // Whoever reads in WAL mode may leave its files: nothing stands in them.
  const log = `${path}-wal`;
  if (existsSync(log)) expect(readFileSync(log)).toHaveLength(0);
}

function makeDatabase(...statements: string[]): void {
  const connection = new Sqlite(path);
  for (const statement of statements) connection.exec(statement);
  connection.close();
}

async function makeOurs(): Promise<void> {
  const database = await openSqlite(path);
  await database.close();
}

describe("a file that another server has", () => {
  it("is refused by its name, and free again when that one has stopped", async () => {
    const first = await TestApp.start({ folder });
    await expect(TestApp.start({ folder })).rejects.toThrow(`${path} is in use by another Tokenward server`);
    // The first one does not notice.
    await first.repository("gh/acme/one");
    await first.close();
    const second = await TestApp.start({ folder });
    await second.close();
  });

  it("is refused under another name of it, too", async () => {
    const first = await openSqlite(path);
    const alias = join(folder, "alias.db");
    symlinkSync(path, alias);
    await expect(openSqlite(alias)).rejects.toThrow(/in use by another Tokenward server/);
    const elsewhere = join(folder, "elsewhere");
    symlinkSync(folder, elsewhere);
    await expect(openSqlite(join(elsewhere, "tokenward.db"))).rejects.toThrow(/in use by another/);
    await first.close();
  });
});

describe("a file that this version did not make", () => {
  it("is refused when a newer version made it, and not touched", async () => {
    await makeOurs();
    makeDatabase(
      "INSERT INTO migrations (timestamp, name) VALUES (4102444800000, 'Later4102444800000')",
      "CREATE TABLE later (id INTEGER PRIMARY KEY)",
    );
    await expectRefused(/made by a newer version of Tokenward/);
  });

  it("is refused when a newer version was killed over it, and not touched", async () => {
    await makeOurs();
    const connection = new Sqlite(path);
    connection.exec("INSERT INTO migrations (timestamp, name) VALUES (4102444800000, 'Later4102444800000')");
    // As a crash leaves it: the last commits are in the log beside the file.
    const crashed = join(folder, "crashed");
    mkdirSync(crashed);
    for (const name of ["tokenward.db", "tokenward.db-wal"]) cpSync(join(folder, name), join(crashed, name));
    connection.close();
    const file = join(crashed, "tokenward.db");
    const before = [hash(file), hash(`${file}-wal`)];
    await expect(openSqlite(file)).rejects.toThrow(`${file} was made by a newer version of Tokenward`);
    expect([hash(file), hash(`${file}-wal`)]).toEqual(before);
  });

  it("is refused when it is no database", async () => {
    writeFileSync(path, "These are the notes of somebody, and dear to them.\n".repeat(100));
    await expectRefused(/is not an SQLite database/);
  });

  it.each([
    ["of another program", ["CREATE TABLE notes (text TEXT)", "INSERT INTO notes VALUES ('dear')"]],
    [
      "of another program that keeps migrations in another form",
      ["CREATE TABLE notes (text TEXT)", "CREATE TABLE migrations (migration TEXT, batch INTEGER)"],
    ],
    [
      "of another program that has run no migration",
      [
        "CREATE TABLE notes (text TEXT)",
        "CREATE TABLE migrations (id INTEGER, timestamp INTEGER, name TEXT)",
      ],
    ],
  ])("is refused when it is the database %s", async (_what, statements) => {
    makeDatabase(...statements);
    await expectRefused(/is a database of another program/);
  });

  it("is refused when it is a folder", async () => {
    mkdirSync(path);
    await expect(openSqlite(path)).rejects.toThrow(path);
  });
});

describe("a file that holds nothing yet", () => {
  it("is taken when it is empty", async () => {
    writeFileSync(path, "");
    const test = await TestApp.start({ folder });
    await test.repository("gh/acme/one");
    await test.close();
  });

  it("is taken when a first start was killed before its first migration", async () => {
    makeDatabase(
      'CREATE TABLE "migrations" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "timestamp" bigint NOT NULL, "name" varchar NOT NULL)',
    );
    const test = await TestApp.start({ folder });
    await test.repository("gh/acme/one");
    await test.close();
  });
});

describe("a file that was closed", () => {
  it("has all in itself, and nothing beside it but its epoch and the empty lock", async () => {
    const test = await TestApp.start({ folder });
    await test.repository("gh/acme/one");
    await test.close();
    expect(readdirSync(folder).sort()).toEqual(["tokenward.db", "tokenward.db.epoch", "tokenward.db.lock"]);
    expect(readFileSync(join(folder, "tokenward.db.lock"))).toHaveLength(0);
    const connection = new Sqlite(path, { readonly: true });
    expect(connection.prepare("SELECT slug FROM repository").pluck().all()).toEqual(["gh/acme/one"]);
    connection.close();
  });

  it("keeps everything over a second start, which makes no administrator", async () => {
    const first = await TestApp.start({ folder });
    const token = await first.repositoryToken(await first.repository("gh/acme/one"));
    const admin = first.adminSecret;
    await first.close();

    const second = await TestApp.start({ folder });
    expect(second.adminSecret).toBe("");
    expect(await second.client(admin).code("{ viewer { account { login } } }")).toBe("OK");
    expect(await second.client(token.secret).code('{ repository(slug: "gh/acme/one") { slug } }')).toBe("OK");
    await second.close();
  });
});
