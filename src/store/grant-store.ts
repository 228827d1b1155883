import type { Account, AccountKind } from "../domain/account";
import type { Token } from "../domain/token";
import type { Reader } from "./database";
import { inAnyCase } from "./find";
import { queryRows } from "./query";
import { type Cell, instant, tokenColumns, type TokenRow, toToken } from "./token-row";

/** What a secret stands for: the token, and for an account token its owner, as they are now. */
export interface Grant {
  readonly token: Token;
  readonly account: Account | null;
}

// The one query of every request, written out (docs/decisions/003).
const grantBy = (condition: string): string => `
  SELECT ${tokenColumns("t")},
    a.login AS a_login, a.name AS a_name, a.kind AS a_kind, a.is_site_admin AS a_is_site_admin,
    a.created_at AS a_created_at, a.suspended_at AS a_suspended_at
  FROM ${inAnyCase("token t", condition)} LEFT JOIN account a ON a.id = t.account_id`;
const byDigest = grantBy("t.digest = :digest");
const byId = grantBy("t.id = :id");

interface GrantRow extends TokenRow {
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

/** An unknown secret takes as long as a revoked one: its row of nulls is read too. */
function toGrant([row]: readonly GrantRow[]): Grant | null {
  const grant = row === undefined ? null : readGrant(row);
  return grant === null || row?.id === null ? null : grant;
}

function readGrant(row: GrantRow): Grant {
  const token = toToken(row);
  const { accountId } = token;
  return {
    token,
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
