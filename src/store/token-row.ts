import type { RepositoryScope } from "../domain/scope";
import type { Token, TokenKind } from "../domain/token";

export type Cell = number | string | null;

const columns = [
  "id",
  "kind",
  "hint",
  "scope",
  "label",
  "account_id",
  "repository_id",
  "organization_id",
  "created_by_id",
  "created_by_token_id",
  "created_at",
  "expires_at",
  "last_used_at",
  "revoked_at",
  "revoked_by_id",
  "revoke_reason",
  "rotated_at",
  "replaces_id",
  "replaced_by_id",
  "handover_started_at",
  "handover_ends_at",
  "overlap_seconds",
  "successor_used_at",
  "overlap_ends_at",
  "awaits_first_use",
  "lapses_at",
  "imported",
] as const;

/** What a query selects of the tokens that it calls `alias`, to be read by `toToken`. */
export const tokenColumns = (alias: string): string =>
  columns.map((column) => `${alias}.${column}`).join(", ");

/** A token as it is stored, but for what nobody is shown. */
export interface TokenRow {
  readonly id: Cell;
  readonly kind: TokenKind;
  readonly hint: string;
  readonly scope: RepositoryScope | null;
  readonly label: string;
  readonly account_id: Cell;
  readonly repository_id: Cell;
  readonly organization_id: Cell;
  readonly created_by_id: Cell;
  readonly created_by_token_id: Cell;
  readonly created_at: Cell;
  readonly expires_at: Cell;
  readonly last_used_at: Cell;
  readonly revoked_at: Cell;
  readonly revoked_by_id: Cell;
  readonly revoke_reason: string | null;
  readonly rotated_at: Cell;
  readonly replaces_id: Cell;
  readonly replaced_by_id: Cell;
  readonly handover_started_at: Cell;
  readonly handover_ends_at: Cell;
  readonly overlap_seconds: Cell;
  readonly successor_used_at: Cell;
  readonly overlap_ends_at: Cell;
  readonly awaits_first_use: number | boolean;
  readonly lapses_at: Cell;
  readonly imported: number | boolean;
}

const number = (cell: Cell): number | null => (cell === null ? null : Number(cell));
export const instant = (cell: Cell): Date | null => (cell === null ? null : new Date(Number(cell)));

/** Read by hand, because TypeORM's way to an entity costs several times as much (docs/decisions/003). */
export function toToken(row: TokenRow): Token {
  return {
    noun: "Token",
    id: Number(row.id),
    kind: row.kind,
    hint: row.hint,
    scope: row.scope,
    label: row.label,
    accountId: number(row.account_id),
    repositoryId: number(row.repository_id),
    organizationId: number(row.organization_id),
    createdById: number(row.created_by_id),
    createdByTokenId: number(row.created_by_token_id),
    createdAt: new Date(Number(row.created_at)),
    expiresAt: instant(row.expires_at),
    lastUsedAt: instant(row.last_used_at),
    revokedAt: instant(row.revoked_at),
    revokedById: number(row.revoked_by_id),
    revokeReason: row.revoke_reason,
    rotatedAt: instant(row.rotated_at),
    replacesId: number(row.replaces_id),
    replacedById: number(row.replaced_by_id),
    handoverStartedAt: instant(row.handover_started_at),
    handoverEndsAt: instant(row.handover_ends_at),
    overlapSeconds: number(row.overlap_seconds),
    successorUsedAt: instant(row.successor_used_at),
    overlapEndsAt: instant(row.overlap_ends_at),
    awaitsFirstUse: Boolean(row.awaits_first_use),
    lapsesAt: instant(row.lapses_at),
    imported: Boolean(row.imported),
  };
}
