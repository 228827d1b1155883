import { type EpochFile, type Rollback, rollbackOf } from "../domain/epoch";
import type { EpochGuard, Reader, Tx } from "./database";
import { readEpochFile, syncFolderOf, writeEpochFile } from "./epoch-file";
import { advanceEpoch, markRecorded, readEpoch } from "./epoch-store";

/** Many changes in a row make one write of the file. */
const WRITE_EVERY_MS = 100;
const RETRY_AFTER_MS = 5_000;

interface EpochOptions {
  readonly reader: Reader;
  readonly writer: Reader;
  /** Null: there is none, and nothing is compared. */
  readonly path: string | null;
  /** Beside the file, written to by nobody else. */
  readonly temporary: string;
  /** Whether others write the file too. One that nobody else writes is not read again: it is made anew, whatever is there. */
  readonly isShared: boolean;
  /** Told once when the file cannot be written any more; it is tried again, and `check` says so. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Writes down beside the database how far it has come, so that a restored backup is found out: what was revoked since
 * would be good again. It stands in the database and moves on in the transaction of every security change; the file is
 * written behind the commit, off the request's way, at most ten times a second.
 *
 * A kill or a power cut may therefore cost the file the changes of the last tenth of a second, never the database: the
 * file lags, which is no sign of anything, and the next start brings it up to date. What slips through is a backup
 * that is put in place before that start, and that lacks no other change than those.
 */
export class EpochKeeper implements EpochGuard {
  private rolledBack: Rollback | null = null;
  /** The highest that was seen, in the database or the file. */
  private known = 0;
  private pending = false;
  private failing = false;
  private stopped = false;
  private latestAt = -Infinity;
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;

  private constructor(private readonly options: EpochOptions) {}

  /** Compares the two. A database that is good gets its file brought up to date, or made; `stop` it in the end. */
  static async open(options: EpochOptions): Promise<EpochKeeper> {
    const keeper = new EpochKeeper(options);
    if (options.path === null) return keeper;
    const { epoch, rollback, file } = await keeper.compare(options.reader, options.path);
    keeper.known = typeof file === "object" && rollback === "older" ? file.number : epoch.number;
    keeper.rolledBack = rollback;
    if (rollback === null) await keeper.settle();
    return keeper;
  }

  get rollback(): Rollback | null {
    return this.rolledBack;
  }

  get refusal(): string {
    return refusal(this.rolledBack, this.options.path ?? "");
  }

  async isSettled(tx: Tx): Promise<boolean> {
    const { path } = this.options;
    return path === null || (await this.compare(tx, path)).rollback === null;
  }

  async settle(): Promise<void> {
    const { path, reader, writer, temporary } = this.options;
    if (path === null) return;
    const { epoch, isRecorded } = await readEpoch(reader);
    await writeEpochFile(path, temporary, epoch);
    // Not before: a power cut must not leave a database that misses a file which never was.
    await syncFolderOf(path);
    if (!isRecorded) await markRecorded(writer);
    this.known = epoch.number;
    this.rolledBack = null;
    // Who shares the file may have written a later one just before.
    this.changed();
  }

  /** In the transaction of a security change. */
  advance(tx: Tx): Promise<void> {
    return advanceEpoch(tx, this.known);
  }

  /** The database may have moved on, here or elsewhere. */
  changed(): void {
    if (this.options.path === null || this.rolledBack !== null || this.stopped) return;
    this.pending = true;
    if (this.timer !== null || this.running !== null) return;
    const wait = this.failing ? RETRY_AFTER_MS : this.latestAt + WRITE_EVERY_MS - performance.now();
    this.timer = setTimeout(() => {
      this.run().catch(() => undefined);
    }, wait).unref();
  }

  /** Writes what is left. */
  async stop(): Promise<void> {
    await this.flush().catch(() => undefined);
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  /** Rejects when the database has fallen behind what was seen of it, or its file cannot be written. */
  async check(): Promise<void> {
    const { known } = this;
    const { epoch } = await readEpoch(this.options.reader);
    if (this.options.path === null) return;
    if (epoch.number < known) throw new Error(refusal("older", this.options.path));
    await this.flush();
  }

  /** Resolves when the file says what the database said at the call; rejects when it cannot be written. */
  private async flush(): Promise<void> {
    await this.running?.catch(() => undefined);
    if (this.pending) await this.run();
  }

  private run(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.running ??= this.write().finally(() => {
      this.running = null;
      if (this.pending) this.changed();
    });
    return this.running;
  }

  private async write(): Promise<void> {
    const { path, temporary, isShared, reader, onFailure } = this.options;
    if (path === null) return;
    this.pending = false;
    this.latestAt = performance.now();
    try {
      // Before the database: see compare.
      const file = isShared ? await readEpochFile(path) : "missing";
      const { epoch } = await readEpoch(reader);
      if (typeof file === "object" && file.database !== epoch.database)
        throw new Error(refusal("foreign", path));
      if (epoch.number < this.known) throw new Error(refusal("older", path));
      this.known = epoch.number;
      // Another instance that shares the file may have been faster. One that was removed meanwhile is made again.
      if (typeof file === "string" || file.number < epoch.number)
        await writeEpochFile(path, temporary, epoch);
      this.failing = false;
    } catch (error) {
      this.pending = true;
      if (!this.failing) onFailure(error);
      this.failing = true;
      throw error;
    }
  }

  private async compare(db: Reader, path: string) {
    const file: EpochFile = await readEpochFile(path);
    // After the file: the other way round, a change in between would make the database look older.
    const { epoch, isRecorded } = await readEpoch(db);
    return { epoch, file, rollback: rollbackOf(epoch, isRecorded, file) };
  }
}

const causes: Readonly<Record<Rollback, (path: string) => string>> = {
  older: (path) => `the database is older than ${path} says: it was restored from a backup`,
  missing: (path) =>
    `the database has an epoch file, but ${path} is missing: it was restored, or moved without it`,
  damaged: (path) =>
    `${path} is damaged, so that nobody can say whether the database was restored from a backup`,
  foreign: (path) => `${path} is the epoch file of another database`,
};

function refusal(rollback: Rollback | null, path: string): string {
  if (rollback === null) return "";
  return [
    `${causes[rollback](path)}.`,
    rollback === "foreign"
      ? "Put the right database or file in place; when this is a new database, remove the file."
      : "Put the right database or file in place.",
    "When it is a backup that is to be used: tokens that were revoked since would be good again, so all of them must",
    "be revoked, with --accept-rollback revoke-older (docs/operations.md, Backups).",
  ].join("\n");
}
