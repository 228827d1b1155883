import { In } from "typeorm";
import { nameOf, organizationOf } from "../domain/organization";
import type { Repository } from "../domain/repository";
import { foldCase } from "../domain/text";
import { BuildEntity } from "./build.entity";
import { CollaboratorEntity } from "./collaborator.entity";
import type { Reader, Tx } from "./database";
import { byId, inAnyCase } from "./find";
import { insertRows } from "./insert";
import { queryRows } from "./query";
import { readRepository, repositoryColumns, type RepositoryRow } from "./repository-row";
import { RepositoryEntity } from "./repository.entity";

function toRepository(row: RepositoryEntity): Repository {
  const { id, organizationId, slug, name, description, defaultBranch, createdAt } = row;
  return { noun: "Repository", id, organizationId, slug, name, description, defaultBranch, createdAt };
}

// Nothing has the id 0: that is a row of nulls.
const fromRows = (rows: readonly RepositoryRow[]): Repository[] =>
  rows.map(readRepository).filter(({ id }) => id !== 0);

const bySlug = `SELECT ${repositoryColumns()} FROM ${inAnyCase("repository", "slug_key = :slugKey")}`;

export async function findRepositoryBySlug(db: Reader, slug: string): Promise<Repository | null> {
  return fromRows(await queryRows<RepositoryRow>(db, bySlug, { slugKey: foldCase(slug) }))[0] ?? null;
}

export async function findRepositoriesBySlug(db: Reader, slugs: readonly string[]): Promise<Repository[]> {
  const rows = await db.findBy(RepositoryEntity, { slugKey: In(slugs.map(foldCase)) });
  return rows.map(toRepository);
}

export async function findRepositories(db: Reader, ids: readonly number[]): Promise<Repository[]> {
  if (ids.length === 0) return [];
  const sql = `SELECT ${repositoryColumns()} FROM ${byId("repository", "id", ids)}`;
  return fromRows(await queryRows<RepositoryRow>(db, sql, { ids }));
}

export interface NewRepository {
  readonly organizationId: number;
  readonly slug: string;
  readonly description: string | null;
  readonly defaultBranch: string;
  readonly createdAt: Date;
}

export async function insertRepositories(
  tx: Tx,
  repositories: readonly NewRepository[],
): Promise<Repository[]> {
  const rows = repositories.map((repository) => ({
    ...repository,
    slugKey: foldCase(repository.slug),
    name: nameOf(repository.slug),
  }));
  const ids = await insertRows(tx, RepositoryEntity, rows);
  return rows.map((row, index) => toRepository({ ...row, id: ids[index] ?? 0 }));
}

export async function updateRepository(
  tx: Tx,
  repository: Repository,
  change: Partial<Pick<Repository, "description" | "defaultBranch">>,
): Promise<Repository> {
  await tx.update(RepositoryEntity, repository.id, change);
  return { ...repository, ...change };
}

export async function renameRepository(tx: Tx, repository: Repository, name: string): Promise<Repository> {
  const slug = `${organizationOf(repository.slug)}/${name}`;
  await tx.update(RepositoryEntity, repository.id, { slug, slugKey: foldCase(slug), name });
  return { ...repository, slug, name };
}

/** Deletes the repository with its builds and collaborators. Its tokens are the caller's to end. */
export async function deleteRepository(tx: Tx, repositoryId: number): Promise<void> {
  await tx.delete(BuildEntity, { repositoryId });
  await tx.delete(CollaboratorEntity, { repositoryId });
  await tx.delete(RepositoryEntity, repositoryId);
}
