import { In } from "typeorm";
import { nameOf, organizationOf, type Organization } from "../domain/organization";
import type { Repository } from "../domain/repository";
import { type RepositoryScope, scopesFrom } from "../domain/scope";
import { foldCase } from "../domain/text";
import { BuildEntity } from "./build.entity";
import { CollaboratorEntity } from "./collaborator.entity";
import type { Reader, Tx } from "./database";
import { byId, inAnyCase } from "./find";
import { insertRows } from "./insert";
import { type Parameters, queryRows } from "./query";
import { RepositoryEntity } from "./repository.entity";
import { type Slice, substringPattern } from "./slice";

function toRepository(row: RepositoryEntity): Repository {
  const { id, organizationId, slug, name, description, defaultBranch, createdAt } = row;
  return { noun: "Repository", id, organizationId, slug, name, description, defaultBranch, createdAt };
}

// Read by hand, as grants are: every verification for a repository asks for one (docs/decisions/003).
const columns = ["id", "organization_id", "slug", "name", "description", "default_branch", "created_at"];
const COLUMNS = columns.join(", ");
const LISTED = columns.map((column) => `r.${column}`).join(", ");
interface RepositoryRow {
  readonly id: number | string;
  readonly organization_id: number | string;
  readonly slug: string;
  readonly name: string;
  readonly description: string | null;
  readonly default_branch: string;
  readonly created_at: number | string;
}
const fromRow = (row: RepositoryRow): Repository => ({
  noun: "Repository",
  id: Number(row.id),
  organizationId: Number(row.organization_id),
  slug: row.slug,
  name: row.name,
  description: row.description,
  defaultBranch: row.default_branch,
  createdAt: new Date(Number(row.created_at)),
});
// Nothing has the id 0: that is a row of nulls.
const fromRows = (rows: readonly RepositoryRow[]): Repository[] =>
  rows.map(fromRow).filter(({ id }) => id !== 0);

export async function findRepositoryBySlug(db: Reader, slug: string): Promise<Repository | null> {
  const sql = `SELECT ${COLUMNS} FROM ${inAnyCase("repository", "slug_key = :slugKey")}`;
  return fromRows(await queryRows<RepositoryRow>(db, sql, { slugKey: foldCase(slug) }))[0] ?? null;
}

export async function findRepositoriesBySlug(db: Reader, slugs: readonly string[]): Promise<Repository[]> {
  const rows = await db.findBy(RepositoryEntity, { slugKey: In(slugs.map(foldCase)) });
  return rows.map(toRepository);
}

export async function findRepositories(db: Reader, ids: readonly number[]): Promise<Repository[]> {
  if (ids.length === 0) return [];
  const sql = `SELECT ${COLUMNS} FROM ${byId("repository", "id", ids)}`;
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

/** Which repositories of an organization a list holds: all, or those on which an account collaborates. */
export interface RepositoryFilter {
  readonly organization: Organization;
  readonly collaboratorId: number | null;
  readonly query: string | null;
}

/** Conditions on `repository r`, and what they name. */
interface Condition {
  readonly sql: string;
  readonly parameters: Parameters;
}
const all = (...conditions: readonly Condition[]): Condition => ({
  sql: conditions.map(({ sql }) => sql).join(" AND "),
  parameters: Object.assign({}, ...conditions.map(({ parameters }) => parameters)) as Parameters,
});

const whereOf = ({ sql }: Condition): string => (sql === "" ? "" : `WHERE ${sql}`);

/** All conditions but the organization. */
function matching({ organization, collaboratorId, query }: RepositoryFilter): Condition[] {
  const conditions: Condition[] = [];
  if (collaboratorId !== null) {
    conditions.push({
      sql: "EXISTS (SELECT 1 FROM collaborator c WHERE c.repository_id = r.id AND c.account_id = :collaboratorId)",
      parameters: { collaboratorId },
    });
  }
  if (query !== null) {
    conditions.push({
      sql: "substr(r.slug_key, :nameStart) LIKE :pattern ESCAPE '\\'",
      parameters: { nameStart: organization.slug.length + 2, pattern: substringPattern(foldCase(query)) },
    });
  }
  return conditions;
}

/** Those of an organization that fit, by slug, along the index of both: see `inOrderOf`. */
function listOfOrganization(
  db: Reader,
  parent: number,
  conditions: readonly Condition[],
  { after, limit }: Slice<string>,
): Promise<Repository[]> {
  const start: Condition =
    after === null
      ? { sql: "r.organization_id >= :parent", parameters: {} }
      : { sql: "(r.organization_id, r.slug_key) > (:parent, :after)", parameters: { after } };
  const where = all({ sql: "r.organization_id <= :parent", parameters: { parent } }, start, ...conditions);
  return select(db, "repository r", where, "r.organization_id, r.slug_key", limit);
}

/** Those that fit, by slug. */
function listBySlug(
  db: Reader,
  from: string,
  conditions: readonly Condition[],
  { after, limit }: Slice<string>,
): Promise<Repository[]> {
  const start = after === null ? [] : [{ sql: "r.slug_key > :after", parameters: { after } }];
  return select(db, from, all(...conditions, ...start), "r.slug_key", limit);
}

async function select(
  db: Reader,
  from: string,
  where: Condition,
  order: string,
  limit: number,
): Promise<Repository[]> {
  const text = `SELECT ${LISTED} FROM ${from} ${whereOf(where)} ORDER BY ${order} LIMIT :limit`;
  return (await queryRows<RepositoryRow>(db, text, { ...where.parameters, limit })).map(fromRow);
}

async function count(db: Reader, where: Condition): Promise<number> {
  const text = `SELECT count(*) AS total FROM repository r ${whereOf(where)}`;
  const [row] = await queryRows<{ total: number | string }>(db, text, where.parameters);
  return Number(row?.total ?? 0);
}

export function listRepositories(
  db: Reader,
  filter: RepositoryFilter,
  slice: Slice<string>,
): Promise<Repository[]> {
  return listOfOrganization(db, filter.organization.id, matching(filter), slice);
}

export function countRepositories(db: Reader, filter: RepositoryFilter): Promise<number> {
  const parameters = { organizationId: filter.organization.id };
  return count(db, all({ sql: "r.organization_id = :organizationId", parameters }, ...matching(filter)));
}

/**
 * Of an expression PostgreSQL has no statistics: of the column it would know that few match, and look for these among
 * all repositories instead of among those that somebody reaches.
 */
const SLUG_MATCHES = "substr(r.slug_key, 1) LIKE :pattern ESCAPE '\\'";

/** Those whose slug holds a text; null: all. */
const holding = (query: string | null): Condition[] =>
  query === null ? [] : [{ sql: SLUG_MATCHES, parameters: { pattern: substringPattern(foldCase(query)) } }];

export function listAllRepositories(
  db: Reader,
  query: string | null,
  slice: Slice<string>,
): Promise<Repository[]> {
  return listBySlug(db, "repository r", holding(query), slice);
}

export function countAllRepositories(db: Reader, query: string | null): Promise<number> {
  return count(db, all(...holding(query)));
}

/** Which of the repositories that an account reaches a list holds. */
export interface Reach {
  readonly accountId: number;
  readonly least: RepositoryScope;
  /** In their slugs. */
  readonly query: string | null;
}

/** Scopes that a role gives on every repository of the organization. */
const rolesFrom = (least: RepositoryScope): string[] => (least === "ADMIN" ? ["ADMIN"] : ["ADMIN", "MEMBER"]);

/**
 * The repositories that an account reaches with at least a scope, by slug. Organizations lie one behind the other in
 * the order of slugs, so they are walked one by one along their own index, and no more than a page is ever sorted.
 */
export async function listReachableRepositories(
  db: Reader,
  { accountId, least, query }: Reach,
  slice: Slice<string>,
): Promise<Repository[]> {
  const direct = {
    sql: "c.account_id = :accountId AND c.scope IN (:...scopes)",
    parameters: { accountId, scopes: scopesFrom(least) },
  };
  const collaborations = "repository r JOIN collaborator c ON c.repository_id = r.id";
  const found = await listBySlug(db, collaborations, [direct, ...holding(query)], slice);
  const organizations = await queryRows<{ id: number | string; prefix: string }>(
    db,
    `SELECT o.id AS id, o.slug_key || '/' AS prefix FROM membership m JOIN organization o ON o.id = m.organization_id
     WHERE m.account_id = :accountId AND m.role IN (:...roles) ORDER BY 2`,
    { accountId, roles: rolesFrom(least) },
  );
  let wanted = slice.limit;
  for (const { id, prefix } of organizations) {
    if (wanted <= 0) break;
    // Behind the cursor already: every slug in it starts with its prefix.
    if (slice.after !== null && prefix < slice.after && !slice.after.startsWith(prefix)) continue;
    const part = { after: slice.after, limit: wanted };
    const inside = await listOfOrganization(db, Number(id), holding(query), part);
    found.push(...inside);
    wanted -= inside.length;
  }
  const unique = new Map(found.map((repository) => [foldCase(repository.slug), repository]));
  return [...unique]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, slice.limit)
    .map(([, repository]) => repository);
}

export async function countReachableRepositories(
  db: Reader,
  { accountId, least, query }: Reach,
): Promise<number> {
  const matches = query === null ? "" : `AND ${SLUG_MATCHES}`;
  const [row] = await queryRows<{ total: number | string }>(
    db,
    `SELECT
       (SELECT count(*) FROM membership m JOIN repository r ON r.organization_id = m.organization_id
        WHERE m.account_id = :accountId AND m.role IN (:...roles) ${matches}) +
       (SELECT count(*) FROM collaborator c JOIN repository r ON r.id = c.repository_id
        WHERE c.account_id = :accountId AND c.scope IN (:...scopes) ${matches} AND NOT EXISTS (
          SELECT 1 FROM membership m
          WHERE m.organization_id = r.organization_id AND m.account_id = :accountId AND m.role IN (:...roles))) AS total`,
    {
      accountId,
      scopes: scopesFrom(least),
      roles: rolesFrom(least),
      ...all(...holding(query)).parameters,
    },
  );
  return Number(row?.total ?? 0);
}
