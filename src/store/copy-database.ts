import { existsSync } from "node:fs";
import { Client } from "pg";
import type { DatabaseLocation } from "./database";
import { copyRows, type OnCopied } from "./copy";
import { openDatabase } from "./open-database";

interface CopyOptions {
  /** That of the PostgreSQL database. */
  readonly epochFile: string | null;
  readonly onCopied: OnCopied;
}

/**
 * Moves everything from one database into another, which is made and migrated as needed and must hold nothing. Both
 * are opened as a server opens them: under the lock of an SQLite file, brought up to date, and refused when they may be
 * restored backups. Gives the number of rows. Throws when a server runs on the source; then the target is as it was.
 */
export async function copyDatabase(
  from: DatabaseLocation,
  to: DatabaseLocation,
  { epochFile, onCopied }: CopyOptions,
): Promise<number> {
  await refuseSource(from);
  const source = await openDatabase(from, { epochFile });
  try {
    const target = await openDatabase(to, { epochFile });
    try {
      return await copyRows(source, target, onCopied);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** A server on an SQLite file holds its lock; on PostgreSQL it has connections. */
async function refuseSource(from: DatabaseLocation): Promise<void> {
  if (from.kind === "sqlite") {
    if (!existsSync(from.path)) throw new Error(`${from.path} does not exist`);
    return;
  }
  const client = new Client({ connectionString: from.url, connectionTimeoutMillis: 3_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query(
      `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'tokenward%'
       AND pid <> pg_backend_pid()`,
    );
    if (rowCount !== 0)
      throw new Error("a Tokenward server uses the PostgreSQL database: stop all of them first");
  } finally {
    await client.end().catch(() => undefined);
  }
}
