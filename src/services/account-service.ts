import type { Account, AccountKind } from "../domain/account";
import { loginBound } from "../domain/account";
import { bounds } from "../domain/text";
import { conflict, notFound } from "../errors";
import {
  countAccounts,
  findAccountByLogin,
  insertAccount,
  listAccounts,
  otherSiteAdminExists,
  updateAccount,
} from "../store/account-store";
import { foldCase } from "../domain/text";
import type { Caller } from "./caller";
import { change, type Change } from "./change";
import type { Foundation } from "./foundation";
import { readOptionalText, readText } from "./input";
import { type Connection, cursors, type PageArgs, connectionTo, readPage } from "./page";
import { permit } from "./permit";

export interface CreateAccount {
  readonly login: string;
  readonly name?: string | null;
  readonly kind?: AccountKind | null;
  readonly isSiteAdmin?: boolean | null;
}

export interface UpdateAccount {
  readonly login: string;
  /** Null clears it, undefined leaves it. */
  readonly name?: string | null;
  readonly isSiteAdmin?: boolean | null;
}

/** Makes, changes, suspends and resumes accounts. The last site administrator at work cannot be lost. */
export class AccountService {
  constructor(private readonly foundation: Foundation) {}

  /** UNAUTHENTICATED, BAD_USER_INPUT, FORBIDDEN, CONFLICT. */
  async createAccount(caller: Caller, input: CreateAccount): Promise<Account> {
    const login = readText("login", loginBound, input.login);
    const name = readOptionalText("name", bounds.accountName, input.name);
    return change(this.foundation, caller, async (change) => {
      await permit(change.authority, "Mutation.createAccount");
      if ((await findAccountByLogin(change.tx, login)) !== null) throw conflict("the login is taken");
      const account = await insertAccount(change.tx, {
        login,
        name,
        kind: input.kind ?? "USER",
        isSiteAdmin: input.isSiteAdmin ?? false,
        createdAt: new Date(change.now),
      });
      change.record({ action: "ACCOUNT_CREATED", accountId: account.id });
      return account;
    });
  }

  /** UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, CONFLICT. */
  async updateAccount(caller: Caller, input: UpdateAccount): Promise<Account> {
    const name = readOptionalText("name", bounds.accountName, input.name);
    return change(this.foundation, caller, async (change) => {
      const account = await accountNamed(change, input.login);
      const isSiteAdmin = input.isSiteAdmin ?? null;
      // Its own name is the account's; the rest is for site administrators.
      if (isSiteAdmin === null) await permit(change.authority, "Mutation.updateAccount(name)", account);
      else await permit(change.authority, "Mutation.updateAccount");
      const wanted = {
        name: input.name === undefined ? account.name : name,
        isSiteAdmin: isSiteAdmin ?? account.isSiteAdmin,
      };
      if (wanted.name === account.name && wanted.isSiteAdmin === account.isSiteAdmin) return account;
      if (account.isSiteAdmin && !wanted.isSiteAdmin) await this.keepSiteAdmin(change, account);
      change.record({ action: "ACCOUNT_UPDATED", accountId: account.id });
      return updateAccount(change.tx, account, wanted);
    });
  }

  /** Every account token of the account is refused from now on. */
  async suspendAccount(caller: Caller, input: { login: string; reason?: string | null }): Promise<Account> {
    const reason = readOptionalText("reason", bounds.reason, input.reason);
    return change(this.foundation, caller, async (change) => {
      const account = await accountNamed(change, input.login);
      await permit(change.authority, "Mutation.suspendAccount");
      if (account.suspendedAt !== null) return account;
      await this.keepSiteAdmin(change, account);
      change.record({ action: "ACCOUNT_SUSPENDED", accountId: account.id, reason });
      return updateAccount(change.tx, account, { suspendedAt: new Date(change.now) });
    });
  }

  async resumeAccount(caller: Caller, input: { login: string }): Promise<Account> {
    return change(this.foundation, caller, async (change) => {
      const account = await accountNamed(change, input.login);
      await permit(change.authority, "Mutation.resumeAccount");
      if (account.suspendedAt === null) return account;
      change.record({ action: "ACCOUNT_RESUMED", accountId: account.id });
      return updateAccount(change.tx, account, { suspendedAt: null });
    });
  }

  async listAccounts(
    caller: Caller,
    args: PageArgs & { query?: string | null },
  ): Promise<Connection<Account>> {
    const slice = readPage(args, cursors.accounts);
    const query = readOptionalText("query", bounds.search, args.query);
    await permit(caller.authority, "Query.accounts");
    const { reader } = this.foundation.database;
    return connectionTo(slice, cursors.accounts, {
      keyOf: (account: Account) => foldCase(account.login),
      list: (slice) => listAccounts(reader, query, slice),
      count: () => countAccounts(reader, query),
    });
  }

  private async keepSiteAdmin({ tx }: Change, account: Account): Promise<void> {
    if (!account.isSiteAdmin || account.suspendedAt !== null) return;
    if (!(await otherSiteAdminExists(tx, account.id)))
      throw conflict("the last site administrator cannot be lost");
  }
}

async function accountNamed(change: Change, login: string): Promise<Account> {
  const account = await change.sight.accountByLogin(login);
  if (account === null) throw notFound();
  return account;
}
