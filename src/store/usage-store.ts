import type { Reader, Tx } from "./database";
import { queryRows } from "./query";

/** Who presented a token. */
export interface UsageClient {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/** What gathered for one token since it was last written. Instants in milliseconds since 1970, days since then (UTC). */
export interface GatheredUses {
  readonly lastUsedAt: number;
  readonly count: number;
  readonly days: ReadonlyMap<number, number>;
  readonly clients: ReadonlyMap<
    string,
    UsageClient & { readonly lastUsedAt: number; readonly count: number }
  >;
}

export const MOST_CLIENTS = 20;
export const MOST_DAYS = 90;

/** Adds uses to what is known. "Last used" moves forward, never back; old days and the least recent clients go. */
export async function addUses(tx: Tx, tokenId: number, uses: GatheredUses): Promise<void> {
  await queryRows(
    tx,
    `UPDATE token SET use_count = use_count + :count,
       last_used_at = CASE WHEN last_used_at > :at THEN last_used_at ELSE :at END WHERE id = :tokenId`,
    { tokenId, count: uses.count, at: uses.lastUsedAt },
  );
  for (const [day, count] of uses.days) {
    await queryRows(
      tx,
      `INSERT INTO token_usage_day (token_id, day, count) VALUES (:tokenId, :day, :count)
       ON CONFLICT (token_id, day) DO UPDATE SET count = token_usage_day.count + excluded.count`,
      { tokenId, day, count },
    );
  }
  const oldest = Math.max(...uses.days.keys()) - MOST_DAYS + 1;
  await queryRows(tx, "DELETE FROM token_usage_day WHERE token_id = :tokenId AND day < :oldest", {
    tokenId,
    oldest,
  });
  for (const [clientKey, { ip, userAgent, lastUsedAt, count }] of uses.clients) {
    await queryRows(
      tx,
      `INSERT INTO token_usage_client (token_id, client_key, ip, user_agent, last_used_at, count)
       VALUES (:tokenId, :clientKey, :ip, :userAgent, :lastUsedAt, :count)
       ON CONFLICT (token_id, client_key) DO UPDATE
       SET count = token_usage_client.count + excluded.count, last_used_at = excluded.last_used_at`,
      { tokenId, clientKey, ip, userAgent, lastUsedAt, count },
    );
  }
  await queryRows(
    tx,
    `DELETE FROM token_usage_client WHERE token_id = :tokenId AND client_key NOT IN (
       SELECT client_key FROM token_usage_client WHERE token_id = :tokenId
       ORDER BY last_used_at DESC, client_key LIMIT :most)`,
    { tokenId, most: MOST_CLIENTS },
  );
}

/** Uses by day, oldest first; days without a use are left out. */
export async function listUsageDays(
  db: Reader,
  tokenId: number,
  since: number,
): Promise<{ readonly day: number; readonly count: number }[]> {
  const rows = await queryRows<{ day: number | string; count: number | string }>(
    db,
    "SELECT day, count FROM token_usage_day WHERE token_id = :tokenId AND day >= :since ORDER BY day",
    { tokenId, since },
  );
  return rows.map((row) => ({ day: Number(row.day), count: Number(row.count) }));
}

/** The latest clients, the most recent first. */
export async function listUsageClients(
  db: Reader,
  tokenId: number,
): Promise<(UsageClient & { readonly lastUsedAt: Date; readonly count: number })[]> {
  const rows = await queryRows<{
    ip: string | null;
    user_agent: string | null;
    last_used_at: number | string;
    count: number | string;
  }>(
    db,
    `SELECT ip, user_agent, last_used_at, count FROM token_usage_client WHERE token_id = :tokenId
     ORDER BY last_used_at DESC, client_key LIMIT :most`,
    { tokenId, most: MOST_CLIENTS },
  );
  return rows.map((row) => ({
    ip: row.ip,
    userAgent: row.user_agent,
    lastUsedAt: new Date(Number(row.last_used_at)),
    count: Number(row.count),
  }));
}

/** Uses of a token since its handover began. */
export async function countHandoverUses(db: Reader, tokenId: number): Promise<number> {
  const [row] = await queryRows<{ uses: number | string }>(
    db,
    "SELECT use_count - handover_use_base AS uses FROM token WHERE id = :tokenId",
    { tokenId },
  );
  return Number(row?.uses ?? 0);
}
