import { type Account, loginBound } from "../domain/account";
import { anonymous } from "../domain/actor";
import { anyAccountExists, findAccountByLogin, insertAccount, updateAccount } from "../store/account-store";
import { listLiveTokenIds } from "../store/token-store";
import { Authority } from "./authority";
import { Caller } from "./caller";
import { change, type Change } from "./change";
import type { Foundation } from "./foundation";
import { readText } from "./input";
import { adoptToken, type CreatedToken, mintToken, originOf } from "./minting";
import { Revocations } from "./revocations";

/** What whoever runs the server's machine may do without a token: let the first, or a locked-out, administrator in. */
export class OperatorService {
  constructor(private readonly foundation: Foundation) {}

  /** On a database without accounts: the site administrator `admin` with a token. Else null, and nothing changes. */
  async bootstrap(secret: string | null): Promise<CreatedToken | null> {
    if (await anyAccountExists(this.foundation.database.reader)) return null;
    return change(this.foundation, this.operator("bootstrap"), async (change) => {
      if (await anyAccountExists(change.tx)) return null;
      const account = await makeSiteAdmin(change, "admin");
      return giveToken(change, account, "bootstrap", secret);
    });
  }

  /** A token for a site administrator; the account is made, promoted and resumed as needed. MAX_TOKENS does not hold. */
  async adminToken(login: string): Promise<CreatedToken> {
    const wanted = readText("LOGIN", loginBound, login);
    return change(this.foundation, this.operator("admin-token"), async (change) => {
      const account = await findAccountByLogin(change.tx, wanted);
      const admin = account === null ? await makeSiteAdmin(change, wanted) : await restore(change, account);
      return giveToken(change, admin, "admin-token", null);
    });
  }

  /**
   * Ends every live token of a database that was restored from a backup, in one transaction, and takes it for the
   * latest from now on. Gives how many there were; 0 when another instance has done it meanwhile.
   */
  async revokeOlder(): Promise<number> {
    const { database } = this.foundation;
    const everything = {
      ids: null,
      repositoryId: null,
      organizationId: null,
      createdById: null,
      ownerId: null,
      createdBefore: null,
    };
    const count = await change(this.foundation, this.operator("accept-rollback"), async (change) => {
      if (await database.epoch.isSettled(change.tx)) return 0;
      const revocations = new Revocations(change, { reason: "restored from a backup" });
      await revocations.end(await listLiveTokenIds(change.tx, everything, change.now));
      return revocations.count;
    });
    await database.epoch.settle();
    return count;
  }

  private operator(command: string): Caller {
    const { reader } = this.foundation.database;
    const origin = { requestId: `command:${command}`, ip: null, userAgent: null };
    return new Caller(origin, new Authority(anonymous, reader), reader);
  }
}

async function makeSiteAdmin(change: Change, login: string): Promise<Account> {
  const createdAt = new Date(change.now);
  const account = await insertAccount(change.tx, {
    login,
    name: null,
    kind: "USER",
    isSiteAdmin: true,
    createdAt,
  });
  change.record({ action: "ACCOUNT_CREATED", accountId: account.id });
  return account;
}

async function restore(change: Change, account: Account): Promise<Account> {
  if (account.suspendedAt !== null) change.record({ action: "ACCOUNT_RESUMED", accountId: account.id });
  if (!account.isSiteAdmin) change.record({ action: "ACCOUNT_UPDATED", accountId: account.id });
  if (account.isSiteAdmin && account.suspendedAt === null) return account;
  return updateAccount(change.tx, account, { isSiteAdmin: true, suspendedAt: null });
}

async function giveToken(
  change: Change,
  account: Account,
  label: string,
  secret: string | null,
): Promise<CreatedToken> {
  const draft = {
    ...originOf(change),
    kind: "ACCOUNT",
    scope: null,
    label,
    accountId: account.id,
    repositoryId: null,
    organizationId: null,
    expiresAt: null,
    replacesId: null,
  } as const;
  const created =
    secret === null ? await mintToken(change.tx, draft) : await adoptToken(change.tx, draft, secret);
  change.record({ action: "TOKEN_CREATED", accountId: account.id, tokenId: created.token.id });
  return created;
}
