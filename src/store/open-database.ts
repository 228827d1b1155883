import type { Database, DatabaseHooks, DatabaseLocation } from "./database";
import { openPostgres } from "./postgres";
import { openSqlite } from "./transaction";

/** Opens the database, making and migrating it as needed. */
export function openDatabase(location: DatabaseLocation, hooks?: DatabaseHooks): Promise<Database> {
  return location.kind === "sqlite" ? openSqlite(location.path, hooks) : openPostgres(location.url, hooks);
}
