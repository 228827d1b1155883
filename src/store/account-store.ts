import type { Account, AccountKind } from "../domain/account";
import { foldCase } from "../domain/text";
import { AccountEntity } from "./account.entity";
import type { Reader, Tx } from "./database";
import { findRows } from "./find";
import { insertRows } from "./insert";
import { queryRows } from "./query";
import { inKeyOrder, type Slice, substringPattern } from "./slice";

export function toAccount(row: AccountEntity): Account {
  const { id, login, name, kind, isSiteAdmin, createdAt, suspendedAt } = row;
  return { noun: "Account", id, login, name, kind, isSiteAdmin, createdAt, suspendedAt };
}

export async function findAccountByLogin(db: Reader, login: string): Promise<Account | null> {
  const [account] = await findRows(db, AccountEntity, "loginKey", [foldCase(login)], toAccount);
  return account ?? null;
}

export async function findAccounts(db: Reader, ids: readonly number[]): Promise<Account[]> {
  return findRows(db, AccountEntity, "id", ids, toAccount);
}

export interface NewAccount {
  readonly login: string;
  readonly name: string | null;
  readonly kind: AccountKind;
  readonly isSiteAdmin: boolean;
  readonly createdAt: Date;
}

const searchKey = (login: string, name: string | null): string => foldCase(`${login}\n${name ?? ""}`);

export async function insertAccount(tx: Tx, account: NewAccount): Promise<Account> {
  const { login, name } = account;
  const row = { ...account, loginKey: foldCase(login), searchKey: searchKey(login, name), suspendedAt: null };
  const [id = 0] = await insertRows(tx, AccountEntity, [row]);
  return toAccount({ ...row, id });
}

export async function updateAccount(
  tx: Tx,
  account: Account,
  change: Partial<Pick<Account, "name" | "isSiteAdmin" | "suspendedAt">>,
): Promise<Account> {
  const changed = { ...account, ...change };
  await tx.update(AccountEntity, account.id, {
    ...change,
    searchKey: searchKey(changed.login, changed.name),
  });
  return changed;
}

export async function anyAccountExists(db: Reader): Promise<boolean> {
  return db.exists(AccountEntity);
}

/** Site administrators that are not suspended, other than the one given. */
export async function otherSiteAdminExists(db: Reader, accountId: number): Promise<boolean> {
  return (
    db
      .createQueryBuilder(AccountEntity, "a")
      // Without a parameter, so that the index of site administrators serves.
      .where("a.isSiteAdmin AND a.suspendedAt IS NULL AND a.id <> :accountId", { accountId })
      .getExists()
  );
}

function matching(db: Reader, query: string | null) {
  const accounts = db.createQueryBuilder(AccountEntity, "a");
  if (query !== null) {
    accounts.where("a.searchKey LIKE :pattern ESCAPE '\\'", { pattern: substringPattern(foldCase(query)) });
  }
  return accounts;
}

export async function listAccounts(
  db: Reader,
  query: string | null,
  slice: Slice<string>,
): Promise<Account[]> {
  const rows = await inKeyOrder(matching(db, query), "a.loginKey", slice).getMany();
  return rows.map(toAccount);
}

export async function countAccounts(db: Reader, query: string | null): Promise<number> {
  return matching(db, query).getCount();
}

// CROSS JOIN: SQLite keeps that order, and so never walks all the tokens that a busy account has made.
const acquaintances = `
  SELECT a.id AS id FROM account a WHERE a.id IN (:...ids) AND (
    EXISTS (
      SELECT 1 FROM membership mine JOIN membership theirs ON theirs.organization_id = mine.organization_id
      WHERE mine.account_id = :accountId AND theirs.account_id = a.id)
    OR EXISTS (
      SELECT 1 FROM membership m CROSS JOIN token t
      WHERE m.account_id = :accountId AND m.role = 'ADMIN'
        AND t.created_by_id = a.id AND t.organization_id = m.organization_id)
    OR EXISTS (
      SELECT 1 FROM collaborator c JOIN repository r ON r.id = c.repository_id CROSS JOIN token t
      WHERE c.account_id = :accountId AND c.scope = 'ADMIN'
        AND t.created_by_id = a.id AND t.organization_id = r.organization_id AND t.repository_id = r.id)
    OR EXISTS (
      SELECT 1 FROM collaborator c JOIN repository r ON r.id = c.repository_id
      JOIN membership m ON m.organization_id = r.organization_id AND m.account_id = :accountId
      WHERE c.account_id = a.id AND m.role = 'ADMIN')
    OR EXISTS (
      SELECT 1 FROM collaborator c JOIN collaborator own ON own.repository_id = c.repository_id
      WHERE c.account_id = a.id AND own.account_id = :accountId AND own.scope = 'ADMIN'))`;

/**
 * Which of these accounts share an organization with `accountId`, or created tokens of, or collaborate on, a
 * repository where `accountId` has ADMIN.
 */
export async function findAcquaintances(
  db: Reader,
  accountId: number,
  ids: readonly number[],
): Promise<number[]> {
  const rows = await queryRows<{ id: number | string }>(db, acquaintances, { accountId, ids });
  return rows.map((row) => Number(row.id));
}
