import type { Repository } from "../domain/repository";

// Read by hand, as grants are: every verification for a repository asks for one (docs/decisions/003).
const columns = ["id", "organization_id", "slug", "name", "description", "default_branch", "created_at"];

/** The columns of a repository, of the table of that alias. */
export const repositoryColumns = (alias = "repository"): string =>
  columns.map((column) => `${alias}.${column}`).join(", ");

export interface RepositoryRow {
  readonly id: number | string;
  readonly organization_id: number | string;
  readonly slug: string;
  readonly name: string;
  readonly description: string | null;
  readonly default_branch: string;
  readonly created_at: number | string;
}

export const readRepository = (row: RepositoryRow): Repository => ({
  noun: "Repository",
  id: Number(row.id),
  organizationId: Number(row.organization_id),
  slug: row.slug,
  name: row.name,
  description: row.description,
  defaultBranch: row.default_branch,
  createdAt: new Date(Number(row.created_at)),
});
