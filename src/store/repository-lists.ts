import type { Organization, OrganizationRole } from "../domain/organization";
import type { Repository } from "../domain/repository";
import type { RepositoryFacts } from "../domain/rules";
import { type RepositoryScope, scopesFrom } from "../domain/scope";
import { foldCase } from "../domain/text";
import type { Reader } from "./database";
import { LIMITED, type Parameters, queryRows } from "./query";
import { readRepository, repositoryColumns, type RepositoryRow } from "./repository-row";
import { type Slice, substringPattern } from "./slice";

const LISTED = repositoryColumns("r");

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
async function listOfOrganization(
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
  return (await select(db, "repository r", where, "r.organization_id, r.slug_key", limit)).map(
    readRepository,
  );
}

/** Those that fit, by slug. */
function listBySlug<Row extends RepositoryRow>(
  db: Reader,
  from: string,
  conditions: readonly Condition[],
  { after, limit }: Slice<string>,
  what = LISTED,
): Promise<Row[]> {
  const start = after === null ? [] : [{ sql: "r.slug_key > :after", parameters: { after } }];
  return select<Row>(db, from, all(...conditions, ...start), "r.slug_key", limit, what);
}

function select<Row extends RepositoryRow>(
  db: Reader,
  from: string,
  where: Condition,
  order: string,
  limit: number,
  what = LISTED,
): Promise<Row[]> {
  const text = `SELECT ${what} FROM ${from} ${whereOf(where)} ORDER BY ${order} ${LIMITED}`;
  return queryRows<Row>(db, text, { ...where.parameters, limit });
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

export async function listAllRepositories(
  db: Reader,
  query: string | null,
  slice: Slice<string>,
): Promise<Repository[]> {
  return (await listBySlug(db, "repository r", holding(query), slice)).map(readRepository);
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

/** A repository with all by which the account reaches it, but what is less than the scope asked for. */
export interface ReachedRepository extends RepositoryFacts {
  readonly repository: Repository;
}

/**
 * The repositories that an account reaches with at least a scope, by slug. Organizations lie one behind the other in
 * the order of slugs, so they are walked one by one along their own index, and no more than a page is ever sorted.
 */
export async function listReachableRepositories(
  db: Reader,
  { accountId, least, query }: Reach,
  slice: Slice<string>,
): Promise<ReachedRepository[]> {
  const direct = {
    sql: "c.account_id = :accountId AND c.scope IN (:...scopes)",
    parameters: { accountId, scopes: scopesFrom(least) },
  };
  const collaborations = "repository r JOIN collaborator c ON c.repository_id = r.id";
  const shared = await listBySlug<RepositoryRow & { readonly scope: RepositoryScope }>(
    db,
    collaborations,
    [direct, ...holding(query)],
    slice,
    `${LISTED}, c.scope AS scope`,
  );
  const organizations = await queryRows<{ id: number | string; prefix: string; role: OrganizationRole }>(
    db,
    `SELECT o.id AS id, o.slug_key || '/' AS prefix, m.role AS role FROM membership m JOIN organization o ON o.id = m.organization_id
     WHERE m.account_id = :accountId AND m.role IN (:...roles) ORDER BY 2`,
    { accountId, roles: rolesFrom(least) },
  );
  const reached = new Map<number, ReachedRepository>();
  let wanted = slice.limit;
  for (const { id, prefix, role } of organizations) {
    if (wanted <= 0) break;
    // Behind the cursor already: every slug in it starts with its prefix.
    if (slice.after !== null && prefix < slice.after && !slice.after.startsWith(prefix)) continue;
    const part = { after: slice.after, limit: wanted };
    const inside = await listOfOrganization(db, Number(id), holding(query), part);
    for (const repository of inside)
      reached.set(repository.id, { repository, repositoryId: repository.id, role, collaboration: null });
    wanted -= inside.length;
  }
  if (shared.length === 0) return [...reached.values()];
  for (const row of shared) {
    const repository = readRepository(row);
    const role = reached.get(repository.id)?.role ?? null;
    const collaboration = row.scope;
    reached.set(repository.id, { repository, repositoryId: repository.id, role, collaboration });
  }
  return [...reached.values()]
    .map((one) => ({ one, key: foldCase(one.repository.slug) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .slice(0, slice.limit)
    .map(({ one }) => one);
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
