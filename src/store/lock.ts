import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import Sqlite from "better-sqlite3";
import { sqliteCodeOf } from "./sqlite-code";

/**
 * Holds `FILE.lock` for as long as this process lives, so that one server alone writes to an SQLite file. It is the
 * operating system's lock, by way of SQLite: it ends with the process, however that ends.
 */
export class FileLock {
  private constructor(private readonly connection: Sqlite.Database) {}

  /** Throws at once, naming the file, when another server holds it. */
  static take(path: string): FileLock {
    let connection: Sqlite.Database | undefined;
    try {
      connection = new Sqlite(`${realPath(path)}.lock`, { timeout: 0 });
      connection.pragma("journal_mode = MEMORY");
      connection.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      connection?.close();
      const code = sqliteCodeOf(error);
      if (code === null) throw error;
      const reason = code.startsWith("SQLITE_BUSY")
        ? "is in use by another Tokenward server: stop it first, or use another file"
        : `cannot be locked (${code} for the file of the same name with .lock)`;
      throw new Error(`${path} ${reason}`, { cause: error });
    }
    return new FileLock(connection);
  }

  release(): void {
    this.connection.close();
  }
}

// A file may go by several names, through symbolic links: the lock lies beside the file itself.
export function realPath(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
}
