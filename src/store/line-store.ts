import type { Token, TokenLife } from "../domain/token";
import type { Reader, Tx } from "./database";
import { LIMITED, queryRows } from "./query";
import { findTokens } from "./token-store";

const CHUNK = 10_000;

/** The tokens with their predecessors and successors: all that a step of their lines can touch. */
export async function findLines(db: Reader, ids: readonly number[]): Promise<Token[]> {
  const tokens = await findChunks(db, ids);
  const known = new Set(ids);
  const neighbours = new Set(tokens.flatMap(({ replacesId, replacedById }) => [replacesId, replacedById]));
  const missing = [...neighbours].filter((id): id is number => id !== null && !known.has(id));
  return [...tokens, ...(await findChunks(db, missing))];
}

/** A statement takes 32,766 parameters; an organization may have more tokens. */
async function findChunks(db: Reader, ids: readonly number[]): Promise<Token[]> {
  const tokens: Token[] = [];
  for (let start = 0; start < ids.length; start += CHUNK) {
    tokens.push(...(await findTokens(db, ids.slice(start, start + CHUNK))));
  }
  return tokens;
}

/** Writes what a step changed of a token's life; its revocation apart. */
export async function updateLife(
  tx: Tx,
  id: number,
  life: Omit<TokenLife, "createdAt" | "revokedAt" | "replacesId">,
) {
  const instant = (at: Date | null): number | null => at?.getTime() ?? null;
  await queryRows(
    tx,
    `UPDATE token SET expires_at = :expiresAt, rotated_at = :rotatedAt, replaced_by_id = :replacedById,
       handover_started_at = :handoverStartedAt, handover_ends_at = :handoverEndsAt, overlap_seconds = :overlapSeconds,
       successor_used_at = :successorUsedAt, overlap_ends_at = :overlapEndsAt, awaits_first_use = :awaitsFirstUse,
       lapses_at = :lapsesAt WHERE id = :id`,
    {
      id,
      expiresAt: instant(life.expiresAt),
      rotatedAt: instant(life.rotatedAt),
      replacedById: life.replacedById,
      handoverStartedAt: instant(life.handoverStartedAt),
      handoverEndsAt: instant(life.handoverEndsAt),
      overlapSeconds: life.overlapSeconds,
      successorUsedAt: instant(life.successorUsedAt),
      overlapEndsAt: instant(life.overlapEndsAt),
      awaitsFirstUse: life.awaitsFirstUse,
      lapsesAt: instant(life.lapsesAt),
    },
  );
}

/** Old tokens whose handover or overlap has come to an end that is not written down yet, at most `limit`. */
export async function findUnsettled(db: Reader, now: number, limit: number): Promise<number[]> {
  const open = "handover_started_at IS NOT NULL AND revoked_at IS NULL AND rotated_at IS NULL";
  const rows = await queryRows<{ id: number | string }>(
    db,
    `SELECT id FROM token WHERE ${open} AND handover_ends_at <= :now AND successor_used_at IS NULL
     UNION ALL SELECT id FROM token
       WHERE revoked_at IS NULL AND rotated_at IS NULL AND overlap_ends_at IS NOT NULL AND overlap_ends_at <= :now
       AND (expires_at IS NULL OR expires_at >= overlap_ends_at)
     ${LIMITED}`,
    { now, limit },
  );
  return rows.map((row) => Number(row.id));
}

/** The first use of these new tokens is to be written down as it happens. */
export async function awaitFirstUse(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await queryRows(tx, "UPDATE token SET awaits_first_use = :yes WHERE id IN (:...ids)", { yes: true, ids });
}

/** Writes down that a token was used, before its uses are counted. */
export async function touchToken(tx: Tx, id: number, now: number): Promise<void> {
  await queryRows(tx, "UPDATE token SET last_used_at = :now WHERE id = :id AND last_used_at IS NULL", {
    id,
    now,
  });
}

/** Whether a reuse would be written down; for those who need not wait for the writers then. */
export async function isReuseNews(db: Reader, id: number, now: number, windowMs: number): Promise<boolean> {
  const rows = await queryRows<{ id: number | string }>(
    db,
    "SELECT id FROM token WHERE id = :id AND (reused_at IS NULL OR reused_at <= :before)",
    { id, before: now - windowMs },
  );
  return rows.length > 0;
}

/** Whether a reuse is to be written down: at most once in `windowMs` for a token. Then it counts as written. */
export async function claimReuse(tx: Tx, id: number, now: number, windowMs: number): Promise<boolean> {
  const rows = await queryRows<{ id: number | string }>(
    tx,
    `UPDATE token SET reused_at = :now WHERE id = :id AND (reused_at IS NULL OR reused_at <= :before) RETURNING id`,
    { id, now, before: now - windowMs },
  );
  return rows.length > 0;
}

/** From now on its uses count as uses of an old token that is handed over. */
export async function startHandoverCount(tx: Tx, id: number): Promise<void> {
  await queryRows(tx, "UPDATE token SET handover_use_base = use_count WHERE id = :id", { id });
}
