import type { Reader, Tx } from "./database";
import { LIMITED, queryRows } from "./query";

/** Who presented a token. */
export interface UsageClient {
  readonly ip: string | null;
  readonly userAgent: string | null;
}

/**
 * What gathered for one token since it was last written, one use at least. Instants in milliseconds since 1970, days
 * since then (UTC).
 */
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

/**
 * Adds uses of one or more tokens to what is known, with as many statements for a hundred tokens as for one. "Last
 * used" moves forward, never back; old days and the least recent clients go.
 */
export async function addUses(tx: Tx, gathered: ReadonlyMap<number, GatheredUses>): Promise<void> {
  const all = [...gathered];
  const days = all.flatMap(([tokenId, uses]) => [...uses.days].map(([day, count]) => [tokenId, day, count]));
  const clients = all.flatMap(([tokenId, uses]) =>
    [...uses.clients].map(([key, client]) => [
      ...[tokenId, key, client.ip, client.userAgent],
      ...[client.lastUsedAt, client.count],
    ]),
  );
  const tokenIds = all.map(([tokenId]) => tokenId);
  const oldest = Math.max(...days.map(([, day]) => Number(day))) - MOST_DAYS + 1;
  // Both databases name the columns of VALUES so; PostgreSQL takes what it is given there for text.
  await queryRows(
    tx,
    `UPDATE token SET use_count = use_count + CAST(uses.column2 AS BIGINT),
       last_used_at = CASE WHEN last_used_at > CAST(uses.column3 AS BIGINT) THEN last_used_at
                      ELSE CAST(uses.column3 AS BIGINT) END
     FROM (VALUES :...uses) AS uses WHERE token.id = CAST(uses.column1 AS BIGINT)`,
    { uses: all.map(([tokenId, { count, lastUsedAt }]) => [tokenId, count, lastUsedAt]) },
  );
  await queryRows(
    tx,
    `INSERT INTO token_usage_day (token_id, day, count) VALUES :...days
     ON CONFLICT (token_id, day) DO UPDATE SET count = token_usage_day.count + excluded.count`,
    { days },
  );
  await queryRows(tx, "DELETE FROM token_usage_day WHERE token_id IN (:...tokenIds) AND day < :oldest", {
    tokenIds,
    oldest,
  });
  await queryRows(
    tx,
    `INSERT INTO token_usage_client (token_id, client_key, ip, user_agent, last_used_at, count) VALUES :...clients
     ON CONFLICT (token_id, client_key) DO UPDATE
     SET count = token_usage_client.count + excluded.count, last_used_at = excluded.last_used_at`,
    { clients },
  );
  await queryRows(
    tx,
    `DELETE FROM token_usage_client WHERE token_id IN (:...tokenIds) AND (token_id, client_key) IN (
       SELECT token_id, client_key FROM (
         SELECT token_id, client_key,
           ROW_NUMBER() OVER (PARTITION BY token_id ORDER BY last_used_at DESC, client_key) AS place
         FROM token_usage_client WHERE token_id IN (:...tokenIds)) AS clients WHERE place > :most)`,
    { tokenIds, most: MOST_CLIENTS },
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
     ORDER BY last_used_at DESC, client_key ${LIMITED}`,
    { tokenId, limit: MOST_CLIENTS },
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
