"use strict";
// PostgreSQL for what is measured: a server of its own from npm, or the one that TEST_POSTGRES_URL names, and databases
// on it that are filled past Tokenward.
const { spawn } = require("node:child_process");
const { randomBytes } = require("node:crypto");
const path = require("node:path");
const { Client } = require("pg");

const ROWS_AT_ONCE = 20_000;

class Postgres {
  databases = [];

  static async start() {
    const given = process.env.TEST_POSTGRES_URL;
    if (given !== undefined) return new Postgres(given, null);
    const script = path.join(__dirname, "..", "test", "support", "run-postgres.mjs");
    const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
    const url = await new Promise((resolve, reject) => {
      child.stdout.once("data", (text) => resolve(text.toString("utf8").trim()));
      child.once("exit", () => reject(new Error("PostgreSQL did not start")));
    });
    return new Postgres(url, child);
  }

  constructor(url, child) {
    this.url = url;
    this.child = child;
  }

  /** A new, empty database. */
  async database() {
    const name = `bench_${randomBytes(6).toString("hex")}`;
    await query(this.url, `CREATE DATABASE ${name}`);
    this.databases.push(name);
    const url = new URL(this.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  /** Removes what it made, and ends what it started. */
  async stop() {
    for (const name of this.databases) await query(this.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    if (this.child === null) return;
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.stdin.end();
    await ended;
  }
}

async function query(url, sql, parameters) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, parameters)).rows;
  } finally {
    await client.end();
  }
}

/** Writes rows, by their table, into a migrated database; ids go on behind theirs. */
async function fillPostgres(url, tables) {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const [table, rows] of Object.entries(tables)) {
      for (const some of chunksOf(rows)) {
        const columns = Object.keys(some[0]).filter((column) => some[0][column] !== undefined);
        await client.query(
          `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1)`,
          [JSON.stringify(some)],
        );
      }
      const sequence = `pg_get_serial_sequence('${table}', 'id')`;
      const [{ total }] = (
        await client.query(
          "SELECT count(*)::int AS total FROM information_schema.columns WHERE table_name = $1 AND column_name = 'id'",
          [table],
        )
      ).rows;
      if (total > 0) await client.query(`SELECT setval(${sequence}, max(id)) FROM ${table}`);
    }
    await client.query("VACUUM ANALYZE");
  } finally {
    await client.end();
  }
}

function* chunksOf(rows) {
  let some = [];
  for (const row of rows) {
    some.push(row);
    if (some.length < ROWS_AT_ONCE) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

module.exports = { fillPostgres, Postgres };
