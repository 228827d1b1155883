import type { Collaborator } from "../domain/repository";
import type { RepositoryScope } from "../domain/scope";
import { CollaboratorEntity } from "./collaborator.entity";
import type { Reader, Tx } from "./database";
import { LIMITED, queryRows } from "./query";
import type { Slice } from "./slice";

export async function findCollaboration(
  db: Reader,
  repositoryId: number,
  accountId: number,
): Promise<RepositoryScope | null> {
  const row = await db.findOneBy(CollaboratorEntity, { repositoryId, accountId });
  return row?.scope ?? null;
}

export async function findCollaborations(
  db: Reader,
  accountId: number,
  repositoryIds: readonly number[],
): Promise<Collaborator[]> {
  const rows = await queryRows<{ repository_id: number | string; scope: RepositoryScope }>(
    db,
    `SELECT repository_id, scope FROM collaborator
     WHERE account_id = :accountId AND repository_id IN (:...repositoryIds)`,
    { accountId, repositoryIds },
  );
  return rows.map((row) => ({ accountId, repositoryId: Number(row.repository_id), scope: row.scope }));
}

/** Whether an account collaborates on any repository of an organization. */
export async function collaboratesIn(
  db: Reader,
  organizationId: number,
  accountId: number,
): Promise<boolean> {
  // From the account's own rows, one by one: what it costs must not tell that there is such an organization.
  const rows = await queryRows(
    db,
    `SELECT 1 FROM collaborator c WHERE c.account_id = :accountId
     AND (SELECT r.organization_id FROM repository r WHERE r.id = c.repository_id) = :organizationId LIMIT 1`,
    { accountId, organizationId },
  );
  return rows.length > 0;
}

export async function putCollaborator(tx: Tx, collaborator: Collaborator): Promise<void> {
  await tx.upsert(CollaboratorEntity, collaborator, ["repositoryId", "accountId"]);
}

export async function deleteCollaborator(tx: Tx, repositoryId: number, accountId: number): Promise<void> {
  await tx.delete(CollaboratorEntity, { repositoryId, accountId });
}

/** A collaborator with the key that its list is sorted by. */
export interface KeyedCollaborator extends Collaborator {
  readonly key: string;
}

/** The collaborators of a repository, by login. */
export async function listCollaborators(
  db: Reader,
  repositoryId: number,
  slice: Slice<string>,
): Promise<KeyedCollaborator[]> {
  const rows = await queryRows<{ account_id: number | string; scope: RepositoryScope; key: string }>(
    db,
    `SELECT c.account_id, c.scope, a.login_key AS "key" FROM collaborator c JOIN account a ON a.id = c.account_id
     WHERE c.repository_id = :repositoryId AND a.login_key > :after ORDER BY a.login_key ${LIMITED}`,
    { repositoryId, after: slice.after ?? "", limit: slice.limit },
  );
  return rows.map((row) => ({
    repositoryId,
    accountId: Number(row.account_id),
    scope: row.scope,
    key: row.key,
  }));
}

export async function countCollaborators(db: Reader, repositoryId: number): Promise<number> {
  return db.countBy(CollaboratorEntity, { repositoryId });
}
