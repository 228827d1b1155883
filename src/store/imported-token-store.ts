import type { Reader } from "./database";
import { queryRows } from "./query";

/** Whether there is, or ever was, an imported token. */
export async function anyImportedTokenExists(db: Reader): Promise<boolean> {
  const rows = await queryRows(db, "SELECT 1 FROM token WHERE imported LIMIT 1", {});
  return rows.length > 0;
}

/** Those of these digests that a token has, imported or not, live or ended. */
export async function findTakenDigests(db: Reader, digests: readonly string[]): Promise<Set<string>> {
  const rows = await queryRows<{ digest: string }>(
    db,
    "SELECT digest FROM token WHERE digest IN (:...digests)",
    { digests },
  );
  return new Set(rows.map((row) => row.digest));
}
