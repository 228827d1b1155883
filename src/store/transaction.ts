import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Mutex } from "async-mutex";
import Sqlite from "better-sqlite3";
import type { DataSource } from "typeorm";
import { AppError } from "../errors";
import { checkSettings, migrations, readingSource, writingSource } from "./data-source";
import type { Database, DatabaseHooks, DatabaseOptions, Reader, Tx, WriteOptions } from "./database";
import { EpochKeeper } from "./epoch";
import { translate } from "./failures";
import { FileLock, realPath } from "./lock";
import { sqliteCodeOf } from "./sqlite-code";

/**
 * Opens an SQLite file, making and migrating it as needed. Throws, with the file's name, when another server has it,
 * when a newer version made it, or when it is no database.
 */
export async function openSqlite(
  location: string,
  { hooks = {}, onEpochFailure = () => undefined }: DatabaseOptions = {},
): Promise<Database> {
  const path = resolve(location);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const lock = FileLock.take(path);
  let writer: DataSource | undefined;
  let reader: DataSource | undefined;
  try {
    refuseForeignFile(path);
    writer = await writingSource(path).initialize();
    await checkSettings(writer, path);
    await writer.runMigrations();
    reader = await readingSource(path).initialize();
    await checkSettings(reader, path);
    const beside = `${realPath(path)}.epoch`;
    const epoch = await EpochKeeper.open({
      reader: reader.manager,
      writer: writer.manager,
      path: beside,
      temporary: `${beside}.tmp`,
      onFailure: onEpochFailure,
    });
    return new SqliteDatabase(writer, reader, lock, epoch, hooks);
  } catch (error) {
    await reader?.destroy();
    await writer?.destroy();
    lock.release();
    throw error;
  }
}

// Looked at through a read-only connection, so that a file that is refused is left as it was, to the byte.
function refuseForeignFile(path: string): void {
  if (!existsSync(path) || statSync(path).size === 0) return;
  let connection: Sqlite.Database | undefined;
  try {
    connection = new Sqlite(path, { readonly: true });
    refuseForeignTables(connection, path);
  } catch (error) {
    const code = sqliteCodeOf(error);
    if (code === null) throw error;
    const reason = code === "SQLITE_NOTADB" ? "is not an SQLite database" : `cannot be read (${code})`;
    throw new Error(`${path} ${reason}`, { cause: error });
  } finally {
    connection?.close();
  }
}

/** Throws, with the name of the file, when this version did not make what is in it. */
export function refuseForeignTables(connection: Sqlite.Database, path: string): void {
  const list = (sql: string): string[] => connection.prepare<[], string>(sql).pluck().all();
  const tables = list("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'");
  const columns = list("SELECT name FROM pragma_table_info('migrations')");
  const applied = columns.includes("name") ? list("SELECT name FROM migrations") : [];
  // A first start that was killed may have left the table of migrations, empty.
  const isOurs = applied.length > 0 || (columns.includes("name") && tables.length === 1);
  if (tables.length > 0 && !isOurs) throw new Error(`${path} is a database of another program`);
  const known = new Set<string>(migrations.map((migration) => migration.name));
  if (applied.some((name) => !known.has(name))) {
    throw new Error(
      `${path} was made by a newer version of Tokenward: start that version, or use another file`,
    );
  }
}

/**
 * TypeORM gives SQLite one connection, which knows one transaction: two at once would mix. So there is one connection
 * that writes, behind a queue, and another that reads and never sees what is not committed.
 */
class SqliteDatabase implements Database {
  private readonly queue = new Mutex();
  private readonly listeners: ((tokenIds: readonly number[] | null) => void)[] = [];
  private closed = false;
  /** Nobody else writes: see FileLock. */
  readonly hearsOthers = true;

  constructor(
    private readonly writer: DataSource,
    private readonly readSource: DataSource,
    private readonly lock: FileLock,
    readonly epoch: EpochKeeper,
    private readonly hooks: DatabaseHooks,
  ) {}

  get reader(): Reader {
    return this.readSource.manager;
  }

  onWrite(listener: (tokenIds: readonly number[] | null) => void): void {
    this.listeners.push(listener);
  }

  write<T>(
    work: (tx: Tx) => Promise<T>,
    { endsNoRight = false, changesNoRight = endsNoRight, changesOnly }: WriteOptions = {},
  ): Promise<T> {
    return this.queue.runExclusive(async () => {
      if (this.closed) throw new AppError("UNAVAILABLE", "the server is stopping");
      const tx = this.writer.manager as Tx;
      try {
        await tx.query("BEGIN IMMEDIATE");
        const result = await work(tx);
        if (!changesNoRight) await this.epoch.advance(tx);
        await this.hooks.beforeCommit?.();
        await tx.query("COMMIT");
        if (!changesNoRight) this.epoch.changed();
        return result;
      } catch (error) {
        await this.rollBack();
        throw translate(error);
      } finally {
        if (!endsNoRight) for (const listener of this.listeners) listener(changesOnly ?? null);
      }
    });
  }

  // Deleted rows are overwritten (secure_delete); the log still holds them until it is written back and cut.
  async scrub(): Promise<boolean> {
    return this.queue.runExclusive(async () => {
      if (this.closed) return true;
      const [row] = await this.writer.query<{ busy: number }[]>("PRAGMA wal_checkpoint(TRUNCATE)");
      return row?.busy === 0;
    });
  }

  async check(): Promise<void> {
    await this.reader.query("SELECT 1 FROM migrations LIMIT 1");
    await this.epoch.check();
  }

  async close(): Promise<void> {
    await this.queue.runExclusive(async () => {
      if (this.closed) return;
      this.closed = true;
      await this.epoch.stop();
      await this.readSource.destroy();
      await this.writer.destroy();
      this.lock.release();
    });
  }

  private async rollBack(): Promise<void> {
    try {
      await this.writer.query("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself when the disk was full or failed: then there is nothing left to end.
    }
  }
}
