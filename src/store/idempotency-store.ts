import type { Database, Reader, Tx } from "./database";
import { IdempotencyEntity } from "./idempotency.entity";
import { insertRows } from "./insert";
import { queryRows } from "./query";

/** What a retry is answered from. */
export interface KeptAnswer {
  /** Digest of the key with the credential presented. */
  readonly keyDigest: string;
  readonly tokenId: number;
  readonly inputDigest: string;
  /** JSON: what was made. */
  readonly answer: string;
  /** The secrets, encrypted. */
  readonly sealed: string;
  readonly createdAt: Date;
}

export async function findAnswer(db: Reader, keyDigest: string): Promise<KeptAnswer | null> {
  return db.findOneBy(IdempotencyEntity, { keyDigest });
}

export async function keepAnswer(tx: Tx, answer: KeptAnswer): Promise<void> {
  await queryRows(tx, "DELETE FROM idempotency WHERE key_digest = :keyDigest", {
    keyDigest: answer.keyDigest,
  });
  await insertRows(tx, IdempotencyEntity, [answer]);
}

/** Deletes what was kept before an instant, in milliseconds since 1970; gives how many. */
export async function forgetAnswers(database: Database, before: number): Promise<number> {
  const [old] = await queryRows<{ total: number | string }>(
    database.reader,
    "SELECT count(*) AS total FROM idempotency WHERE created_at <= :before",
    { before },
  );
  const total = Number(old?.total ?? 0);
  if (total > 0) {
    await database.write(
      async (tx) => {
        await queryRows(tx, "DELETE FROM idempotency WHERE created_at <= :before", { before });
      },
      { endsNoRight: true },
    );
  }
  return total;
}
