import type { Organization } from "../domain/organization";
import { nameBound, organizationOf, repositorySlugBound } from "../domain/organization";
import type { Repository } from "../domain/repository";
import type { RepositoryScope } from "../domain/scope";
import { covers } from "../domain/scope";
import { bounds, foldCase } from "../domain/text";
import { accountIdOf, isSiteAdmin } from "../domain/actor";
import { badInput, conflict, limitExceeded, notFound } from "../errors";
import { insertOrganization } from "../store/organization-store";
import {
  countAllRepositories,
  countReachableRepositories,
  countRepositories,
  listAllRepositories,
  listReachableRepositories,
  listRepositories,
} from "../store/repository-lists";
import {
  deleteRepository,
  findRepositoriesBySlug,
  findRepositoryBySlug,
  insertRepositories,
  type NewRepository,
  renameRepository,
  updateRepository,
} from "../store/repository-store";
import { detachTokens, listLiveTokenIds } from "../store/token-store";
import type { Caller } from "./caller";
import { change, type Change } from "./change";
import type { Foundation } from "./foundation";
import { readOptionalText, readText } from "./input";
import { type Connection, cursors, type PageArgs, connectionTo, readPage } from "./page";
import { permit } from "./permit";
import { Revocations } from "./revocations";

export interface CreateRepository {
  readonly slug: string;
  readonly description?: string | null;
  readonly defaultBranch?: string | null;
}

export interface UpdateRepository {
  readonly slug: string;
  /** Null clears it, undefined leaves it. */
  readonly description?: string | null;
  readonly defaultBranch?: string | null;
}

const MOST_AT_ONCE = 1000;

/** Makes, changes, deletes and lists repositories. */
export class RepositoryService {
  constructor(private readonly foundation: Foundation) {}

  /** UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, CONFLICT. */
  async createRepository(caller: Caller, input: CreateRepository): Promise<Repository> {
    const wanted = readRepository("", input);
    return change(this.foundation, caller, async (change) => {
      const organization = await change.sight.organizationBySlug(organizationOf(wanted.slug));
      if (organization === null) throw notFound();
      await permit(change.authority, "Mutation.createRepository", organization);
      if ((await findRepositoryBySlug(change.tx, wanted.slug)) !== null) throw conflict("the slug is taken");
      const [repository] = await insert(change, [{ ...wanted, organizationId: organization.id }]);
      if (repository === undefined) throw notFound();
      return repository;
    });
  }

  /** All or none. A repository that exists, or stands in the input twice, is left as it is. */
  async importRepositories(
    caller: Caller,
    input: { repositories: readonly CreateRepository[] },
  ): Promise<{ createdCount: number; existingCount: number }> {
    const { repositories } = input;
    if (repositories.length === 0)
      throw badInput("repositories", `must be 1 to ${MOST_AT_ONCE} repositories`);
    if (repositories.length > MOST_AT_ONCE) {
      throw limitExceeded(`at most ${MOST_AT_ONCE} repositories at once`, "repositories");
    }
    const wanted = new Map<string, Wanted>();
    repositories.forEach((repository, index) => {
      const read = readRepository(`repositories.${index}.`, repository);
      if (!wanted.has(foldCase(read.slug))) wanted.set(foldCase(read.slug), read);
    });
    return change(this.foundation, caller, async (change) => {
      const organizations = await this.organizationsFor(change, [...wanted.values()]);
      const existing = await findRepositoriesBySlug(change.tx, [...wanted.keys()]);
      for (const { slug } of existing) wanted.delete(foldCase(slug));
      const missing = [...wanted.values()].map((repository) => ({
        ...repository,
        organizationId: organizations.get(foldCase(organizationOf(repository.slug)))?.id ?? 0,
      }));
      if (missing.length > 0) await insert(change, missing);
      return { createdCount: missing.length, existingCount: repositories.length - missing.length };
    });
  }

  async updateRepository(caller: Caller, input: UpdateRepository): Promise<Repository> {
    const description = readOptionalText("description", bounds.description, input.description);
    const defaultBranch = readOptionalText("defaultBranch", bounds.branch, input.defaultBranch);
    return change(this.foundation, caller, async (change) => {
      const repository = await repositoryNamed(change, input.slug);
      await permit(change.authority, "Mutation.updateRepository", repository);
      const wanted = {
        description: input.description === undefined ? repository.description : description,
        defaultBranch: defaultBranch ?? repository.defaultBranch,
      };
      if (
        wanted.description === repository.description &&
        wanted.defaultBranch === repository.defaultBranch
      ) {
        return repository;
      }
      change.record({ action: "REPOSITORY_UPDATED", ...placeOf(repository) });
      return updateRepository(change.tx, repository, wanted);
    });
  }

  /** The old slug is free afterwards; tokens stay. The audit line's reason is the old slug. */
  async renameRepository(caller: Caller, input: { slug: string; name: string }): Promise<Repository> {
    const name = readText("name", nameBound, input.name);
    return change(this.foundation, caller, async (change) => {
      const repository = await repositoryNamed(change, input.slug);
      await permit(change.authority, "Mutation.renameRepository", repository);
      if (repository.name === name) return repository;
      const other = await findRepositoryBySlug(change.tx, `${organizationOf(repository.slug)}/${name}`);
      if (other !== null && other.id !== repository.id) throw conflict("the slug is taken");
      change.record({ action: "REPOSITORY_RENAMED", ...placeOf(repository), reason: repository.slug });
      return renameRepository(change.tx, repository, name);
    });
  }

  /** Ends its tokens; its audit lines stay. The audit line's reason is the slug that is gone. */
  async deleteRepository(caller: Caller, input: { slug: string }): Promise<{ revokedCount: number }> {
    return change(this.foundation, caller, async (change) => {
      const { tx, now, authority } = change;
      const repository = await repositoryNamed(change, input.slug);
      await permit(authority, "Mutation.deleteRepository", repository);
      const { id: repositoryId, organizationId } = repository;
      const nothingElse = {
        ids: null,
        organizationId: null,
        createdById: null,
        ownerId: null,
        createdBefore: null,
      };
      const live = await listLiveTokenIds(tx, { ...nothingElse, repositoryId }, now);
      change.record({ action: "REPOSITORY_DELETED", repositoryId, organizationId, reason: repository.slug });
      await new Revocations(change, { reason: "repository deleted" }).end(live);
      await detachTokens(tx, repositoryId);
      await deleteRepository(tx, repositoryId);
      return { revokedCount: live.length };
    });
  }

  /** Those of an organization that the caller has a scope on: all for its members, else where it collaborates. */
  async listRepositories(
    caller: Caller,
    organization: Organization,
    args: PageArgs & { query?: string | null },
  ): Promise<Connection<Repository>> {
    const slice = readPage(args, cursors.repositories);
    const query = readOptionalText("query", bounds.search, args.query);
    const { actor } = caller.authority;
    const everything = isSiteAdmin(actor) || (await caller.authority.roleIn(organization.id)) !== null;
    const filter = { organization, collaboratorId: everything ? null : (accountIdOf(actor) ?? 0), query };
    const { reader } = this.foundation.database;
    return connectionTo(slice, cursors.repositories, {
      keyOf: slugKey,
      list: (slice) => listRepositories(reader, filter, slice),
      count: () => countRepositories(reader, filter),
    });
  }

  /** Those that the caller reaches with at least a scope, anywhere. `query`: a substring of the slug, without ASCII case. */
  async listOwnRepositories(
    caller: Caller,
    args: PageArgs & { minimumScope?: RepositoryScope | null; query?: string | null },
  ): Promise<Connection<Repository>> {
    const slice = readPage(args, cursors.repositories);
    const query = readOptionalText("query", bounds.search, args.query);
    const least = args.minimumScope ?? "STATUS";
    const { actor } = caller.authority;
    const { reader } = this.foundation.database;
    if (actor.kind === "repository") {
      const own = covers(actor.scope, least) ? await caller.sight.repository(actor.repositoryId) : null;
      const reached = [own]
        .filter((one) => one !== null)
        .filter((one) => slugKey(one).includes(foldCase(query ?? "")));
      return connectionTo(slice, cursors.repositories, {
        keyOf: slugKey,
        list: ({ after }) => Promise.resolve(reached.filter((one) => after === null || slugKey(one) > after)),
        count: () => Promise.resolve(reached.length),
      });
    }
    const reach = { accountId: accountIdOf(actor) ?? 0, least, query };
    return connectionTo(slice, cursors.repositories, {
      keyOf: slugKey,
      async list(slice) {
        if (isSiteAdmin(actor)) return listAllRepositories(reader, query, slice);
        const found = await listReachableRepositories(reader, reach, slice);
        caller.authority.learn(found);
        return found.map(({ repository }) => repository);
      },
      count: () =>
        isSiteAdmin(actor) ? countAllRepositories(reader, query) : countReachableRepositories(reader, reach),
    });
  }

  /** The organizations that repositories lie in; missing ones are made for those who may. */
  private async organizationsFor(
    change: Change,
    repositories: readonly Wanted[],
  ): Promise<Map<string, Organization>> {
    const found = new Map<string, Organization>();
    for (const { slug } of repositories) {
      const organizationSlug = organizationOf(slug);
      if (found.has(foldCase(organizationSlug))) continue;
      let organization = await change.sight.organizationBySlug(organizationSlug);
      if (organization === null) {
        if (!isSiteAdmin(change.authority.actor)) throw notFound();
        organization = await insertOrganization(change.tx, organizationSlug, new Date(change.now));
        change.record({ action: "ORGANIZATION_CREATED", organizationId: organization.id });
      }
      found.set(foldCase(organizationSlug), organization);
    }
    // Asked when all are found: what is missing is said before what is forbidden.
    for (const organization of found.values()) {
      await permit(change.authority, "Mutation.importRepositories", organization);
    }
    return found;
  }
}

const slugKey = (repository: Repository): string => foldCase(repository.slug);

/** Where an audit line about a repository belongs. */
export const placeOf = ({
  id,
  organizationId,
}: Repository): { repositoryId: number; organizationId: number } => ({
  repositoryId: id,
  organizationId,
});

/** A repository that the caller sees. */
export async function repositoryNamed(change: Change, slug: string): Promise<Repository> {
  const repository = await change.sight.repositoryBySlug(slug);
  if (repository === null) throw notFound();
  return repository;
}

type Wanted = Pick<NewRepository, "slug" | "description" | "defaultBranch">;

function readRepository(path: string, input: CreateRepository): Wanted {
  return {
    slug: readText(`${path}slug`, repositorySlugBound, input.slug),
    description: readOptionalText(`${path}description`, bounds.description, input.description),
    defaultBranch: readOptionalText(`${path}defaultBranch`, bounds.branch, input.defaultBranch) ?? "main",
  };
}

async function insert(
  change: Change,
  wanted: readonly Omit<NewRepository, "createdAt">[],
): Promise<Repository[]> {
  const createdAt = new Date(change.now);
  const repositories = await insertRepositories(
    change.tx,
    wanted.map((repository) => ({ ...repository, createdAt })),
  );
  for (const repository of repositories)
    change.record({ action: "REPOSITORY_CREATED", ...placeOf(repository) });
  return repositories;
}
