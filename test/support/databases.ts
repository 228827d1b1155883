import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { Client, types } from "pg";

declare const testDatabase: string | undefined;

/** Which database this run of the suite is on: see the projects of jest.config.js. */
export const onPostgres = typeof testDatabase === "string" && testDatabase === "postgres";

/** Somewhere for one server's data. */
export interface TestDatabase {
  readonly url: string;
  /** Committed rows, as `rowsOf` gives them. */
  rows<Row>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>;
  /** All that it holds, for whoever looks for what must not be in it. */
  text(): Promise<string>;
  drop(): Promise<void>;
}

/** A database that does not exist yet: a file in the folder, or one of the test server's own. */
export async function newDatabase(folder: string): Promise<TestDatabase> {
  if (!onPostgres) return sqliteFile(join(folder, "tokenward.db"));
  const name = `t_${randomBytes(8).toString("hex")}`;
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(process.env.TEST_POSTGRES_URL!);
  url.pathname = `/${name}`;
  const rows = <Row>(sql: string, parameters: readonly unknown[] = []) =>
    rowsOf<Row>(url.href, sql, parameters);
  return {
    url: url.href,
    rows,
    async text() {
      const tables = await rows<{ name: string }>(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
      );
      const contents = await Promise.all(tables.map(({ name }) => rows(`SELECT * FROM "${name}"`)));
      return JSON.stringify(contents);
    },
    drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** A file that the program makes when it starts. */
const sqliteFile = (path: string): TestDatabase => ({
  url: `sqlite:${path}`,
  rows<Row>(sql: string, parameters: readonly unknown[] = []) {
    const connection = new Sqlite(path, { readonly: true });
    try {
      return Promise.resolve(connection.prepare<unknown[], Row>(sql).all(...parameters));
    } finally {
      connection.close();
    }
  },
  text() {
    const files = [path, `${path}-wal`].filter((file) => existsSync(file));
    return Promise.resolve(files.map((file) => readFileSync(file, "latin1")).join("\n"));
  },
  drop: () => Promise.resolve(),
});

/**
 * Committed rows, as the same values on every database: numbers for whole numbers and truth. `sql`: with `?` for its
 * parameters. Not by way of the program, which reads rows as they come.
 */
export async function rowsOf<Row>(url: string, sql: string, parameters: readonly unknown[]): Promise<Row[]> {
  const client = new Client({ connectionString: url, types: { getTypeParser: parserOf } });
  await client.connect();
  try {
    let position = 0;
    const { rows } = await client.query<Row & object>(
      sql.replaceAll("?", () => `$${(position += 1)}`),
      [...parameters],
    );
    return rows;
  } finally {
    await client.end();
  }
}

const INT8 = types.builtins.INT8;
const BOOL = types.builtins.BOOL;

function parserOf(type: (typeof types.builtins)[keyof typeof types.builtins]): (text: string) => unknown {
  if (type === INT8) return Number;
  if (type === BOOL) return (text) => (text === "t" ? 1 : 0);
  return types.getTypeParser(type, "text") as (text: string) => unknown;
}

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: process.env.TEST_POSTGRES_URL });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
