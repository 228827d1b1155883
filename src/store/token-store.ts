import type { RepositoryScope } from "../domain/scope";
import type { Token, TokenKind, TokenState } from "../domain/token";
import type { Reader, Tx } from "./database";
import { byId } from "./find";
import { insertRows } from "./insert";
import { LIMITED, queryRows } from "./query";
import { inOrderOf, keyed, type Slice } from "./slice";
import { tokenColumns, type TokenRow, toToken } from "./token-row";
import { TokenEntity } from "./token.entity";

function fromEntity(row: TokenEntity): Token {
  const { digest: _1, reusedAt: _2, useCount: _3, handoverUseBase: _4, ...shown } = row;
  return { noun: "Token", ...shown };
}

export async function findTokens(db: Reader, ids: readonly number[]): Promise<Token[]> {
  if (ids.length === 0) return [];
  const sql = `SELECT ${tokenColumns("t")} FROM ${byId("token t", "t.id", ids)}`;
  const rows = await queryRows<TokenRow>(db, sql, { ids });
  // Nothing has the id 0: that is a row of nulls.
  return rows.map(toToken).filter(({ id }) => id !== 0);
}

/** A token to be stored, with the digest of its secret. */
export type NewToken = Pick<
  Token,
  | "kind"
  | "hint"
  | "scope"
  | "label"
  | "accountId"
  | "repositoryId"
  | "organizationId"
  | "createdById"
  | "createdByTokenId"
  | "createdAt"
  | "expiresAt"
  | "replacesId"
> & { readonly digest: string };

export async function insertTokens(tx: Tx, tokens: readonly NewToken[], imported = false): Promise<Token[]> {
  const rows = tokens.map((token) => ({
    ...token,
    lastUsedAt: null,
    revokedAt: null,
    revokedById: null,
    revokeReason: null,
    rotatedAt: null,
    replacedById: null,
    handoverStartedAt: null,
    handoverEndsAt: null,
    overlapSeconds: null,
    successorUsedAt: null,
    overlapEndsAt: null,
    awaitsFirstUse: false,
    lapsesAt: null,
    reusedAt: null,
    useCount: 0,
    handoverUseBase: 0,
    imported,
  }));
  const ids = await insertRows(tx, TokenEntity, rows);
  return rows.map((row, index) => fromEntity({ ...row, id: ids[index] ?? 0 }));
}

/** Whose tokens a list holds, and which of them. */
export interface TokenFilter {
  readonly of: { readonly column: "accountId" | "repositoryId" | "organizationId"; readonly id: number };
  readonly states: readonly TokenState[];
  readonly scope: RepositoryScope | null;
  readonly createdById: number | null;
  readonly expiresBefore: Date | null;
  readonly unusedSince: Date | null;
}

// The conditions of `stateOf`, in SQL.
const isOpen = "t.revokedAt IS NULL AND t.rotatedAt IS NULL";
const hasRotated =
  "(t.overlapEndsAt IS NOT NULL AND t.overlapEndsAt <= :now AND (t.expiresAt IS NULL OR t.expiresAt >= t.overlapEndsAt))";
const hasExpired =
  "((t.expiresAt IS NOT NULL AND t.expiresAt <= :now) OR (t.lapsesAt IS NOT NULL AND t.lapsesAt <= :now))";
const isHandedOver =
  "(t.handoverStartedAt IS NOT NULL AND (t.successorUsedAt IS NOT NULL OR t.handoverEndsAt > :now))";
const isLive = `${isOpen} AND NOT ${hasRotated} AND NOT ${hasExpired}`;
const inState: Readonly<Record<TokenState, string>> = {
  REVOKED: "t.revokedAt IS NOT NULL",
  ROTATED: `t.revokedAt IS NULL AND (t.rotatedAt IS NOT NULL OR ${hasRotated})`,
  EXPIRED: `${isOpen} AND NOT ${hasRotated} AND ${hasExpired}`,
  RETIRING: `${isLive} AND ${isHandedOver}`,
  ACTIVE: `${isLive} AND NOT ${isHandedOver}`,
};

/** The plus keeps the database from walking all that the creator has made anywhere. */
const UNINDEXED_CREATOR = "+ t.createdById";

/** All conditions but whose they are. `creator`: the column, as the index at hand wants it. */
function matching(db: Reader, filter: TokenFilter, now: number, creator = "t.createdById") {
  const tokens = db.createQueryBuilder(TokenEntity, "t").where("1 = 1", { now });
  // Once each, however often one is named: SQLite takes only so many terms.
  const states = [...new Set(filter.states)];
  // Said once for all states that have it, so that the index of open tokens serves.
  if (states.every((state) => state !== "REVOKED" && state !== "ROTATED")) tokens.andWhere(isOpen);
  tokens.andWhere(`(${states.map((state) => `(${inState[state]})`).join(" OR ")})`);
  if (filter.scope !== null) tokens.andWhere("t.scope = :scope", { scope: filter.scope });
  if (filter.createdById !== null) {
    tokens.andWhere(`${creator} = :creator`, { creator: filter.createdById });
  }
  if (filter.expiresBefore !== null) {
    tokens.andWhere("t.expiresAt < :expiresBefore", { expiresBefore: filter.expiresBefore.getTime() });
  }
  if (filter.unusedSince !== null) {
    tokens.andWhere("(t.lastUsedAt IS NULL OR t.lastUsedAt < :unusedSince)", {
      unusedSince: filter.unusedSince.getTime(),
    });
  }
  return tokens;
}

export async function listTokens(
  db: Reader,
  filter: TokenFilter,
  now: number,
  slice: Slice<number>,
): Promise<Token[]> {
  const { column, id } = filter.of;
  const tokens = matching(db, filter, now, UNINDEXED_CREATOR);
  const of = { column: `t.${column}`, id };
  const rows = await inOrderOf(tokens, of, ["t.id"], "DESC", keyed(slice)).getMany();
  return rows.map(fromEntity);
}

export async function countTokens(db: Reader, filter: TokenFilter, now: number): Promise<number> {
  const { column, id } = filter.of;
  const creator = column === "organizationId" ? undefined : UNINDEXED_CREATOR;
  return matching(db, filter, now, creator).andWhere(`t.${column} = :owner`, { owner: id }).getCount();
}

const LIVE = `revoked_at IS NULL AND rotated_at IS NULL
  AND (expires_at IS NULL OR expires_at > :now)
  AND (overlap_ends_at IS NULL OR overlap_ends_at > :now)
  AND (lapses_at IS NULL OR lapses_at > :now)`;
/**
 * A pair in handover counts as one: the old token is left out while its successor is live. Counted, not NOT EXISTS,
 * for which PostgreSQL may read all tokens once instead of one at a time.
 */
const COUNTED = `${LIVE} AND (handover_started_at IS NULL OR (successor_used_at IS NULL AND handover_ends_at <= :now)
  OR (SELECT count(*) FROM token s WHERE s.id = token.replaced_by_id AND s.revoked_at IS NULL
    AND s.rotated_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > :now)) = 0)`;

/** How many live tokens an account has. */
export async function countLiveOfAccount(db: Reader, accountId: number, now: number): Promise<number> {
  const [row] = await queryRows<{ total: number | string }>(
    db,
    `SELECT count(*) AS total FROM token WHERE account_id = :accountId AND ${COUNTED}`,
    { accountId, now },
  );
  return Number(row?.total ?? 0);
}

/** How many live tokens there are of each kind. */
export async function countLiveByKind(db: Reader, now: number): Promise<Record<TokenKind, number>> {
  const counts = { ACCOUNT: 0, REPOSITORY: 0 };
  const rows = await queryRows<{ kind: TokenKind; total: number | string }>(
    db,
    `SELECT kind, count(*) AS total FROM token WHERE ${LIVE} GROUP BY kind`,
    { now },
  );
  for (const row of rows) counts[row.kind] = Number(row.total);
  return counts;
}

/** The first of these repositories that has at least `most` live tokens; null when all have room. */
export async function findFullRepository(
  db: Reader,
  repositoryIds: readonly number[],
  most: number,
  now: number,
): Promise<number | null> {
  const full = async (ids: readonly number[], condition: string, limit: number): Promise<number[]> => {
    const rows = await queryRows<{ repository_id: number | string }>(
      db,
      `SELECT repository_id FROM token WHERE repository_id IN (:...ids) AND ${condition}
       GROUP BY repository_id HAVING count(*) >= :most ${LIMITED}`,
      { ids, now, most, limit },
    );
    return rows.map((row) => Number(row.repository_id));
  };
  // Without a look at the rows: most repositories have fewer even with those that have expired meanwhile.
  const candidates = await full(
    repositoryIds,
    "revoked_at IS NULL AND rotated_at IS NULL",
    repositoryIds.length,
  );
  if (candidates.length === 0) return null;
  return (await full(candidates, COUNTED, 1))[0] ?? null;
}

/** Which live tokens a bulk revocation means; null: no condition. */
export interface LiveTokenFilter {
  readonly ids: readonly number[] | null;
  readonly repositoryId: number | null;
  readonly organizationId: number | null;
  /** Repository tokens that it created. */
  readonly createdById: number | null;
  /** Also the account tokens that it owns, and then not only repository tokens. */
  readonly ownerId: number | null;
  readonly createdBefore: Date | null;
}

/** The ids of the live tokens that fit, smallest first. */
export async function listLiveTokenIds(db: Reader, filter: LiveTokenFilter, now: number): Promise<number[]> {
  const tokens = db.createQueryBuilder(TokenEntity, "t").select("t.id", "id").where(isLive, { now });
  if (filter.ids !== null) tokens.andWhere("t.id IN (:...ids)", { ids: filter.ids });
  if (filter.repositoryId !== null) tokens.andWhere("t.repositoryId = :repositoryId", filter);
  if (filter.organizationId !== null) tokens.andWhere("t.organizationId = :organizationId", filter);
  if (filter.ownerId !== null) {
    tokens.andWhere(
      "(t.accountId = :ownerId OR (t.createdById = :createdById AND t.kind = 'REPOSITORY'))",
      filter,
    );
  } else if (filter.createdById !== null) {
    tokens.andWhere("t.createdById = :createdById AND t.kind = 'REPOSITORY'", filter);
  }
  if (filter.createdBefore !== null) {
    tokens.andWhere("t.createdAt < :createdBefore", { createdBefore: filter.createdBefore.getTime() });
  }
  const rows = await tokens.orderBy("t.id", "ASC").getRawMany<{ id: number | string }>();
  return rows.map((row) => Number(row.id));
}

/**
 * The ids of all tokens made with these, and with those, and so on, the successors of each included; the given ones
 * too. Ended tokens are followed like live ones.
 */
export async function findLineage(db: Reader, ids: readonly number[]): Promise<number[]> {
  const rows = await queryRows<{ id: number | string }>(
    db,
    `WITH RECURSIVE lineage(id) AS (
       SELECT id FROM token WHERE id IN (:...ids)
       UNION
       SELECT t.id FROM lineage l JOIN token t ON t.created_by_token_id = l.id OR t.replaces_id = l.id)
     SELECT id FROM lineage`,
    { ids },
  );
  return rows.map((row) => Number(row.id));
}

/** How a token is ended before its time. */
export interface Revocation {
  readonly at: Date;
  readonly byId: number | null;
  readonly reason: string | null;
}

export async function revokeTokens(tx: Tx, ids: readonly number[], revocation: Revocation): Promise<void> {
  if (ids.length === 0) return;
  await queryRows(
    tx,
    "UPDATE token SET revoked_at = :at, revoked_by_id = :byId, revoke_reason = :reason WHERE id IN (:...ids)",
    { at: revocation.at.getTime(), byId: revocation.byId, reason: revocation.reason, ids },
  );
}

/** Takes the tokens of a deleted repository out of its organization's lists. */
export async function detachTokens(tx: Tx, repositoryId: number): Promise<void> {
  await tx.update(TokenEntity, { repositoryId }, { organizationId: null });
}
