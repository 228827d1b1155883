import type { DataSource } from "typeorm";
import { checkSettings, readingSource, writingSource } from "../../src/store/data-source";
import { TestApp } from "../support/kit";

let test: TestApp;
beforeAll(async () => (test = await TestApp.start()));
afterAll(() => test.close());

const wanted = {
  journal_mode: "wal",
  synchronous: 2, // FULL
  busy_timeout: 5000,
  foreign_keys: 1,
  trusted_schema: 0,
  secure_delete: 1,
  temp_store: 2, // MEMORY: no copy of the database's pages outside of its folder
};
type Pragma = keyof typeof wanted;
const pragmas = Object.keys(wanted) as Pragma[];

async function read(source: Pick<DataSource, "query">, name: Pragma): Promise<unknown> {
  const [row] = await source.query<Record<string, unknown>[]>(`PRAGMA ${name}`);
  return Object.values(row!)[0];
}

describe("the settings of SQLite", () => {
  it.each(pragmas)("%s is as durability and safety need it on the connection that writes", async (name) => {
    const found = await test.app.database.write((tx) => read(tx, name));
    expect(found).toBe(wanted[name]);
  });

  it.each(pragmas)("%s is the same on the connection that reads", async (name) => {
    expect(await read(test.app.database.reader, name)).toBe(wanted[name]);
  });

  it("the connection that reads cannot write", async () => {
    await expect(test.app.database.reader.query("DELETE FROM account")).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
  });

  it.each([
    ["journal_mode", "DELETE", "delete", "wal"],
    ["synchronous", "NORMAL", "1", "2"],
    ["synchronous", "OFF", "0", "2"],
    ["foreign_keys", "OFF", "0", "1"],
    ["trusted_schema", "ON", "1", "0"],
    ["busy_timeout", "1", "1", "5000"],
    ["secure_delete", "OFF", "0", "1"],
    ["temp_store", "FILE", "1", "2"],
  ])("are refused, with the file's name, when %s is %s", async (name, set, found, needed) => {
    const path = `${test.databasePath}.${name}.${set}`;
    const source = await writingSource(path).initialize();
    try {
      await checkSettings(source, path);
      await source.query(`PRAGMA ${name} = ${set}`);
      await expect(checkSettings(source, path)).rejects.toThrow(
        `${path}: SQLite answers ${name} = ${found}, Tokenward needs ${needed}`,
      );
    } finally {
      await source.destroy();
    }
  });

  it("are set anew when the file was left in another journal mode", async () => {
    const path = `${test.databasePath}.left`;
    const first = await writingSource(path).initialize();
    await first.query("PRAGMA journal_mode = DELETE");
    await first.destroy();
    const writer = await writingSource(path).initialize();
    const reader = await readingSource(path).initialize();
    try {
      expect([await read(writer, "journal_mode"), await read(reader, "journal_mode")]).toEqual([
        "wal",
        "wal",
      ]);
    } finally {
      await reader.destroy();
      await writer.destroy();
    }
  });
});

describe("a foreign key that points nowhere", () => {
  it("is refused by the database itself", async () => {
    const work = test.app.database.write((tx) =>
      tx.query("INSERT INTO membership (organization_id, account_id, role) VALUES (999, 999, 'ADMIN')"),
    );
    await expect(work).rejects.toThrow(/FOREIGN KEY/);
  });
});
