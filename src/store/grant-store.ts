import type { Account, AccountKind } from "../domain/account";
import type { RepositoryScope } from "../domain/scope";
import type { Token, TokenKind } from "../domain/token";
import type { Reader } from "./database";
import { inAnyCase } from "./find";
import { queryRows } from "./query";

/** What a secret stands for: the token, and for an account token its owner, as they are now. */
export interface Grant {
  readonly token: Token;
  readonly account: Account | null;
}

// The one query of every request. It is written out, and its row is read by hand, because TypeORM's way to an entity
// costs several times as much (docs/decisions/003).
const grantBy = (condition: string): string => `
  SELECT t.id, t.kind, t.hint, t.scope, t.label, t.account_id, t.repository_id, t.organization_id, t.created_by_id,
    t.created_by_token_id, t.created_at, t.expires_at, t.last_used_at, t.revoked_at, t.revoked_by_id, t.revoke_reason,
    t.rotated_at, t.replaces_id, t.replaced_by_id, t.imported,
    a.login AS a_login, a.name AS a_name, a.kind AS a_kind, a.is_site_admin AS a_is_site_admin,
    a.created_at AS a_created_at, a.suspended_at AS a_suspended_at
  FROM ${inAnyCase("token t", condition)} LEFT JOIN account a ON a.id = t.account_id`;
const byDigest = grantBy("t.digest = :digest");
const byId = grantBy("t.id = :id");

type Cell = number | string | null;
interface GrantRow {
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
  readonly imported: number | boolean;
  readonly a_login: string | null;
  readonly a_name: string | null;
  readonly a_kind: AccountKind | null;
  readonly a_is_site_admin: number | boolean | null;
  readonly a_created_at: Cell;
  readonly a_suspended_at: Cell;
}

export async function findGrantByDigest(db: Reader, digest: string): Promise<Grant | null> {
  return toGrant(await queryRows<GrantRow>(db, byDigest, { digest }));
}

export async function findGrantById(db: Reader, id: number): Promise<Grant | null> {
  return toGrant(await queryRows<GrantRow>(db, byId, { id }));
}

const number = (cell: Cell): number | null => (cell === null ? null : Number(cell));
const instant = (cell: Cell): Date | null => (cell === null ? null : new Date(Number(cell)));

/** An unknown secret takes as long as a revoked one: its row of nulls is read too. */
function toGrant([row]: readonly GrantRow[]): Grant | null {
  const grant = row === undefined ? null : readGrant(row);
  return grant === null || row?.id === null ? null : grant;
}

function readGrant(row: GrantRow): Grant {
  const accountId = number(row.account_id);
  return {
    token: {
      noun: "Token",
      id: Number(row.id),
      kind: row.kind,
      hint: row.hint,
      scope: row.scope,
      label: row.label,
      accountId,
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
      imported: Boolean(row.imported),
    },
    account:
      accountId === null || row.a_login === null || row.a_kind === null
        ? null
        : {
            noun: "Account",
            id: accountId,
            login: row.a_login,
            name: row.a_name,
            kind: row.a_kind,
            isSiteAdmin: Boolean(row.a_is_site_admin),
            createdAt: new Date(Number(row.a_created_at)),
            suspendedAt: instant(row.a_suspended_at),
          },
  };
}
