import type { Database, DatabaseLocation, DatabaseOptions } from "./database";
import { openPostgres } from "./postgres";
import { openSqlite } from "./transaction";

/** Opens the database, making and migrating it as needed. Throws when it may be a restored backup. */
export async function openDatabase(
  location: DatabaseLocation,
  options: DatabaseOptions & {
    /** It is opened all the same: whoever asked for that ends its tokens, then settles its epoch. */
    readonly acceptRollback?: boolean;
  } = {},
): Promise<Database> {
  const database =
    location.kind === "sqlite"
      ? await openSqlite(location.path, options)
      : await openPostgres(location.url, options);
  if (database.epoch.rollback === null || options.acceptRollback === true) return database;
  const { refusal } = database.epoch;
  await database.close();
  throw new Error(refusal);
}
