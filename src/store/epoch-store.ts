import type { Epoch } from "../domain/epoch";
import type { Reader, Tx } from "./database";
import { queryRows } from "./query";

interface Row {
  readonly database_id: string;
  readonly number: number | string;
  readonly is_recorded: number | boolean;
}

/** How far the database has come, and whether that has ever been written down outside of it. */
export async function readEpoch(db: Reader): Promise<{ epoch: Epoch; isRecorded: boolean }> {
  const [row] = await queryRows<Row>(db, "SELECT database_id, number, is_recorded FROM epoch", {});
  if (row === undefined) throw new Error("the table epoch has lost its row");
  return {
    epoch: { database: row.database_id, number: Number(row.number) },
    isRecorded: Boolean(row.is_recorded),
  };
}

/** Moves it on, beyond `known` too. */
export async function advanceEpoch(tx: Tx, known: number): Promise<void> {
  await queryRows(tx, "UPDATE epoch SET number = CASE WHEN number > :known THEN number ELSE :known END + 1", {
    known,
  });
}

/** From now on a database without its file is one that was restored. */
export async function markRecorded(db: Reader): Promise<void> {
  await queryRows(db, "UPDATE epoch SET is_recorded = :yes WHERE NOT is_recorded", { yes: true });
}
