import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Client } from "pg";

declare const testDatabase: string | undefined;

/** Which database this run of the suite is on: see the projects of jest.config.js. */
export const onPostgres = typeof testDatabase === "string" && testDatabase === "postgres";

/** Somewhere for one server's data. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A database that does not exist yet: a file in the folder, or one of the test server's own. */
export async function newDatabase(folder: string): Promise<TestDatabase> {
  if (!onPostgres) return { url: `sqlite:${join(folder, "tokenward.db")}`, drop: () => Promise.resolve() };
  const name = `t_${randomBytes(8).toString("hex")}`;
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(process.env.TEST_POSTGRES_URL!);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
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
