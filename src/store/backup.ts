import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import { realPath } from "./lock";
import { refuseForeignTables } from "./transaction";

interface BackupOptions {
  /** Replace a file of that name. */
  readonly overwrite: boolean;
  readonly onProgress: (donePages: number, totalPages: number) => void;
}

/**
 * Copies an SQLite database into a file of its own, as it stands at this moment, while a server uses it. The copy is
 * looked through, is on the disk, and then gets its name: there is never half a backup of that name. The epoch stays
 * where it is: beside a restored backup it would say that nothing came after. Gives the size, in bytes.
 *
 * Throws, with the name of the file, when there is no database, when the target exists, or when the copy is damaged.
 */
export async function backUpSqlite(from: string, to: string, options: BackupOptions): Promise<number> {
  const path = resolve(from);
  const target = resolve(to);
  if (!existsSync(dirname(target))) throw new Error(`${dirname(target)} does not exist`);
  if (!existsSync(path)) throw new Error(`${path} does not exist`);
  refuseLiveFiles(path, target);
  if (!options.overwrite) refuseExisting(target);
  const partial = `${target}.partial`;
  reserve(partial);
  try {
    const applied = await copy(path, partial, options.onProgress);
    verify(partial, applied);
    sync(partial);
    if (options.overwrite) renameSync(partial, target);
    else moveToNewName(partial, target);
    sync(dirname(target));
  } finally {
    rmSync(partial, { force: true });
  }
  return statSync(target).size;
}

/** The database itself, under any of its names, and what lies beside it. */
function refuseLiveFiles(path: string, target: string): void {
  const own = ["", "-wal", "-shm", ".lock", ".epoch"].map((ending) => realPath(path) + ending);
  if (own.includes(realPath(target)))
    throw new Error(`${target} belongs to the database: choose another name`);
}

function refuseExisting(target: string): void {
  if (existsSync(target)) throw new Error(`${target} exists: choose another name, or add --overwrite`);
}

/** Made first, so that nobody else may read it for a moment, and so that two backups do not write to one file. */
function reserve(partial: string): void {
  try {
    closeSync(openSync(partial, "wx", 0o600));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EEXIST")
      throw new Error(`${partial} cannot be made (${code ?? "failed"})`, { cause: error });
    throw new Error(`${partial} exists: another backup makes it, or one was killed: then remove it`, {
      cause: error,
    });
  }
}

/** Gives the names of the migrations of what was copied. */
async function copy(
  path: string,
  partial: string,
  onProgress: BackupOptions["onProgress"],
): Promise<readonly string[]> {
  const source = new Sqlite(path, { readonly: true, timeout: 5_000 });
  try {
    // One snapshot, from the first page to the last: else every commit of the server would begin it anew.
    source.exec("BEGIN");
    refuseForeignTables(source, path);
    const applied = migrationsOf(source);
    await source.backup(partial, {
      progress: ({ totalPages, remainingPages }) => {
        onProgress(totalPages - remainingPages, totalPages);
        return 1_000;
      },
    });
    return applied;
  } finally {
    source.close();
  }
}

function verify(partial: string, applied: readonly string[]): void {
  const connection = new Sqlite(partial, { fileMustExist: true });
  try {
    // Then it is one file, with nothing beside it; a server that opens it sets its own mode again.
    connection.pragma("journal_mode = DELETE");
    const damage = [
      connection.pragma("integrity_check", { simple: true }),
      connection.pragma("foreign_key_check"),
    ];
    if (damage[0] !== "ok" || (damage[1] as unknown[]).length > 0)
      throw new Error("the copy is damaged: look at the disks of both files");
    if (migrationsOf(connection).join() !== applied.join())
      throw new Error("the copy lacks migrations of the database");
  } finally {
    connection.close();
  }
}

const migrationsOf = (connection: Sqlite.Database): string[] =>
  connection.prepare<[], string>("SELECT name FROM migrations ORDER BY id").pluck().all();

function sync(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Whoever made a file of that name meanwhile keeps it. */
function moveToNewName(partial: string, target: string): void {
  try {
    linkSync(partial, target);
  } catch (error) {
    refuseExisting(target);
    const { code } = error as NodeJS.ErrnoException;
    // A file system without links (FAT, some of the network's).
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
    renameSync(partial, target);
  }
}
