import { nameBound, type Organization } from "../domain/organization";
import type { Repository } from "../domain/repository";
import { foldCase } from "../domain/text";
import { badInput, limitExceeded, notFound } from "../errors";
import { countRepositories, listRepositories } from "../store/repository-lists";
import { findRepositoriesBySlug } from "../store/repository-store";
import type { Change } from "./change";
import { permit } from "./permit";

const MOST_AT_ONCE = 1000;

/** What the input alone shows: BAD_USER_INPUT, LIMIT_EXCEEDED. */
export function checkNames(names: readonly string[]): void {
  if (names.length === 0) throw badInput("repositories", `must be 1 to ${MOST_AT_ONCE} names`);
  if (names.length > MOST_AT_ONCE)
    throw limitExceeded(`at most ${MOST_AT_ONCE} repositories at once`, "repositories");
  if (new Set(names.map(foldCase)).size < names.length)
    throw badInput("repositories", "must name each one once");
}

/** For whoever may make tokens for all of it. NOT_FOUND, FORBIDDEN. */
export async function organizationNamed(change: Change, slug: string): Promise<Organization> {
  const organization = await change.sight.organizationBySlug(slug);
  if (organization === null) throw notFound();
  await permit(change.authority, "Mutation.createRepositoryTokens", organization);
  return organization;
}

/** All repositories of an organization. NOT_FOUND, FORBIDDEN, LIMIT_EXCEEDED. */
export async function wholeOrganization(change: Change, slug: string): Promise<Repository[]> {
  const organization = await organizationNamed(change, slug);
  const all = { organization, collaboratorId: null, query: null };
  if ((await countRepositories(change.tx, all)) > MOST_AT_ONCE) {
    throw limitExceeded(`more than ${MOST_AT_ONCE} repositories: name those that you mean`, "repositories");
  }
  return listRepositories(change.tx, all, { after: null, limit: MOST_AT_ONCE });
}

/** Every one must be seen, or it is NOT_FOUND for all. A malformed name is as good as a missing one. */
export async function repositoriesNamed(
  change: Change,
  slug: string,
  names: readonly string[],
): Promise<Repository[]> {
  if (!/^[\x21-\x7e]{1,300}$/.test(slug) || names.some((name) => nameBound.accept(name) === null))
    throw notFound();
  const slugs = names.map((name) => foldCase(`${slug}/${name}`));
  const found = await findRepositoriesBySlug(change.tx, slugs);
  const bySlug = new Map(found.map((repository) => [foldCase(repository.slug), repository]));
  return Promise.all(
    slugs.map(async (slug) => {
      const repository = bySlug.get(slug);
      if (repository === undefined || !(await change.authority.seesRepository(repository))) throw notFound();
      return repository;
    }),
  );
}
