import Sqlite from "better-sqlite3";

/**
 * Holds `FILE.lock` for as long as this process lives, so that one server alone writes to an SQLite file. It is the
 * operating system's lock, by way of SQLite: it ends with the process, however that ends.
 */
export class FileLock {
  private constructor(private readonly connection: Sqlite.Database) {}

  /** Throws at once, naming the file, when another server holds it. */
  static take(path: string): FileLock {
    const connection = new Sqlite(`${path}.lock`, { timeout: 0 });
    try {
      connection.pragma("journal_mode = MEMORY");
      connection.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      connection.close();
      if (error instanceof Sqlite.SqliteError && error.code.startsWith("SQLITE_BUSY")) {
        throw new Error(`${path} is in use by another Tokenward server: stop it first, or use another file`, {
          cause: error,
        });
      }
      throw error;
    }
    return new FileLock(connection);
  }

  release(): void {
    this.connection.close();
  }
}
