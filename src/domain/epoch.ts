/** How often the rights in one database have changed. */
export interface Epoch {
  /** The database's own name: no two have the same, a copy of its files apart. */
  readonly database: string;
  /** Grows with every security change; never shrinks. */
  readonly number: number;
}

/** What stands outside of the database: how far it had come, as was last seen. */
export type EpochFile = Epoch | "missing" | "damaged";

/** Why a database may be one that was restored, so that ended tokens in it are good again. */
export type Rollback = "older" | "missing" | "damaged" | "foreign";

/**
 * Holds a database against what is known of it outside. A file that lags behind is no sign of anything: it is written
 * after the commit, and an instance hears of the others' changes a moment later. `isRecorded`: there was a file once.
 */
export function rollbackOf(database: Epoch, isRecorded: boolean, file: EpochFile): Rollback | null {
  if (file === "missing" || file === "damaged") return isRecorded ? file : null;
  if (file.database !== database.database) return "foreign";
  return file.number > database.number ? "older" : null;
}
