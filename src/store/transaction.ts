import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import type { DataSource } from "typeorm";
import { checkSettings, migrations, readingSource, writingSource } from "./data-source";
import type { Database, DatabaseHooks, DatabaseOptions, Reader, Tx, WriteOptions } from "./database";
import { EpochKeeper } from "./epoch";
import { translate } from "./failures";
import { FileLock, realPath } from "./lock";
import { originOf } from "./origin";
import { queryRows } from "./query";
import { QueuedDatabase } from "./queued-database";
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
      isShared: false,
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
  const origin = originOf({ tables, columns, applied }, migrations);
  if (origin === "foreign") throw new Error(`${path} is a database of another program`);
  if (origin === "newer") {
    throw new Error(
      `${path} was made by a newer version of Tokenward: start that version, or use another file`,
    );
  }
}

/** A write that waits for its turn, and then for the COMMIT that it shares. */
class Write<T> {
  /** Whether the transaction holds what it did. */
  isDone = false;
  /** Tells whoever waits what came of it: behind the COMMIT. */
  answer: () => void = () => undefined;

  constructor(
    private readonly work: (tx: Tx) => Promise<T>,
    readonly options: WriteOptions,
    private readonly resolve: (value: T) => void,
    readonly fail: (error: unknown) => void,
  ) {}

  /** Does the work, all of it or nothing. Rejects when the whole transaction failed with it. */
  async perform(tx: Tx): Promise<void> {
    await queryRows(tx, "SAVEPOINT write", {});
    try {
      const value = await this.work(tx);
      this.isDone = true;
      this.answer = () => {
        this.resolve(value);
      };
    } catch (error) {
      this.answer = () => {
        this.fail(translate(error));
      };
      // SQLite has rolled back everything by itself when the disk was full or failed.
      await queryRows(tx, "ROLLBACK TO write", {}).catch(() => {
        throw error;
      });
    }
    await queryRows(tx, "RELEASE write", {});
  }
}
type AnyWrite = Pick<Write<unknown>, "perform" | "isDone" | "answer" | "fail" | "options">;

/** How many share a transaction at most: those who come meanwhile join it, and the first wait for the last. */
const MOST_TOGETHER = 16;
/** How long one waits for as many as the last one had, in milliseconds: less than a COMMIT takes. */
const PATIENCE_MS = 0.3;

/**
 * TypeORM gives SQLite one connection, which knows one transaction: two at once would mix. So there is one connection
 * that writes, behind a queue, and another that reads and never sees what is not committed.
 */
class SqliteDatabase extends QueuedDatabase {
  /** Nobody else writes: see FileLock. */
  readonly hearsOthers = true;

  private readonly waiting: AnyWrite[] = [];
  /** How many shared the last transaction: those who were answered together mostly come back together. */
  private lastTogether = 1;

  constructor(
    private readonly writer: DataSource,
    private readonly readSource: DataSource,
    private readonly lock: FileLock,
    epoch: EpochKeeper,
    private readonly hooks: DatabaseHooks,
  ) {
    super(epoch);
  }

  get reader(): Reader {
    return this.readSource.manager;
  }

  // Deleted rows are overwritten (secure_delete); the log still holds them until it is written back and cut.
  scrub(): Promise<boolean> {
    return this.between(async () => {
      const [row] = await this.writer.query<{ busy: number }[]>("PRAGMA wal_checkpoint(TRUNCATE)");
      return row?.busy === 0;
    }, true);
  }

  /**
   * One transaction for all who wait: their work is done one after another, each undone by itself where it fails, and
   * they share the COMMIT, which is what takes long. Nobody is answered before it, not even with a refusal: that may
   * stand on what another of them did.
   */
  write<T>(work: (tx: Tx) => Promise<T>, options: WriteOptions = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      this.waiting.push(new Write(work, options, resolve, reject));
      // A turn for each, so that whoever comes before the end is served; most find that they went along already.
      this.alone(() => this.commitTogether()).catch((error: unknown) => {
        for (const write of this.waiting.splice(0)) write.fail(error);
      });
    });
  }

  private async commitTogether(): Promise<void> {
    let write = this.waiting.shift();
    if (write === undefined) return;
    const tx = this.writer.manager as Tx;
    const group = [write];
    let failure: unknown = null;
    try {
      await queryRows(tx, "BEGIN IMMEDIATE", {});
      while (write !== undefined) {
        await write.perform(tx);
        write = await this.next(group.length);
        if (write !== undefined) group.push(write);
      }
      this.lastTogether = group.length;
      await this.commit(tx, group);
    } catch (error) {
      failure = translate(error);
      await this.rollBack();
    }
    for (const { options } of group) this.tellOf(options);
    for (const { answer, fail } of group) {
      if (failure === null) answer();
      else fail(failure);
    }
  }

  /** Who joins a transaction that so many are in already. */
  private async next(together: number): Promise<AnyWrite | undefined> {
    const until = performance.now() + PATIENCE_MS;
    do {
      // Whoever only reads need not wait for all of them.
      await new Promise(setImmediate);
    } while (this.waiting.length === 0 && together < this.lastTogether && performance.now() < until);
    return together < MOST_TOGETHER ? this.waiting.shift() : undefined;
  }

  private async commit(tx: Tx, group: readonly AnyWrite[]): Promise<void> {
    const done = group.filter(({ isDone }) => isDone);
    if (done.length === 0) {
      await this.rollBack();
      return;
    }
    const endsRights = done.some(({ options }) => options.endsNoRight !== true);
    if (endsRights) await this.epoch.advance(tx);
    await this.hooks.beforeCommit?.();
    await queryRows(tx, "COMMIT", {});
    if (endsRights) this.epoch.changed();
  }

  protected async disconnect(): Promise<void> {
    await this.readSource.destroy();
    await this.writer.destroy();
    this.lock.release();
  }

  private async rollBack(): Promise<void> {
    try {
      await this.writer.query("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself when the disk was full or failed: then there is nothing left to end.
    }
  }
}
