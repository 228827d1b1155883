import type { Build, BuildStatus } from "../domain/build";
import type { Repository } from "../domain/repository";
import { bounds, foldCase } from "../domain/text";
import { conflict, notFound } from "../errors";
import { countBuilds, findBuildByNumber, insertBuild, listBuilds, updateBuild } from "../store/build-store";
import type { Caller } from "./caller";
import { change } from "./change";
import type { Foundation } from "./foundation";
import { readOptionalText, readText, readWholeNumber } from "./input";
import { type Connection, cursors, type PageArgs, connectionTo, readPage } from "./page";
import { permit } from "./permit";
import { repositoryNamed } from "./repository-service";

export interface ReportBuild {
  readonly repository: string;
  /** From 1; left out: a new build, which gets the next one. */
  readonly number?: number | null;
  readonly branch: string;
  readonly commit: string;
  readonly status: BuildStatus;
  readonly url?: string | null;
}

const MOST_BUILDS = 2_147_483_647;

/** Keeps the builds of repositories. A branch's status is that of its highest number. */
export class BuildService {
  constructor(private readonly foundation: Foundation) {}

  /** UNAUTHENTICATED, BAD_USER_INPUT, NOT_FOUND, FORBIDDEN, CONFLICT. */
  async reportBuild(caller: Caller, input: ReportBuild): Promise<Build> {
    const branch = readText("branch", bounds.branch, input.branch);
    const commit = readText("commit", bounds.commit, input.commit);
    const url = readOptionalText("url", bounds.url, input.url);
    const number =
      typeof input.number === "number" ? readWholeNumber("number", input.number, 1, MOST_BUILDS) : null;
    const reportsOn: number[] = [];
    return change(
      this.foundation,
      caller,
      async (change) => {
        const repository = await repositoryNamed(change, input.repository);
        reportsOn.push(repository.id);
        await permit(change.authority, "Mutation.reportBuild", repository);
        const reportedAt = new Date(change.now);
        const line = {
          action: "BUILD_REPORTED",
          repositoryId: repository.id,
          organizationId: repository.organizationId,
        } as const;
        if (number === null) {
          change.record(line);
          const { status } = input;
          return insertBuild(change.tx, {
            repositoryId: repository.id,
            branch,
            commit,
            status,
            url,
            reportedAt,
          });
        }
        const build = await findBuildByNumber(change.tx, repository.id, number);
        if (build === null) throw notFound();
        if (build.branch !== branch || foldCase(build.commit) !== foldCase(commit)) {
          throw conflict("the build of that number is of another branch or commit");
        }
        const wanted = { status: input.status, url: url ?? build.url };
        if (wanted.status === build.status && wanted.url === build.url) return build;
        change.record(line);
        return updateBuild(change.tx, build, { ...wanted, reportedAt });
      },
      { endsNoRight: true, reportsOn },
    );
  }

  async listBuilds(
    caller: Caller,
    repository: Repository,
    args: PageArgs & { branch?: string | null },
  ): Promise<Connection<Build>> {
    const slice = readPage(args, cursors.builds);
    const branch = readOptionalText("branch", bounds.branch, args.branch);
    await permit(caller.authority, "Repository.builds", repository);
    const { reader } = this.foundation.database;
    return connectionTo(slice, cursors.builds, {
      keyOf: (build: Build) => build.number,
      list: (slice) => listBuilds(reader, repository.id, branch, slice),
      count: () => countBuilds(reader, repository.id, branch),
    });
  }

  /** Null for a repository that the caller does not see, for a branch without a build, and for no branch's name. */
  async statusBySlug(caller: Caller, slug: string, branch: string | null): Promise<BuildStatus | null> {
    const { actor } = caller.authority;
    const { statuses } = this.foundation.recent;
    // With its length: a slug and a branch may hold anything.
    const place = `${slug.length} ${slug}${branch === null ? "" : ` ${branch}`}`;
    const key = actor.kind === "anonymous" ? null : `${actor.token.id} ${place}`;
    const known = key === null ? undefined : statuses.get(key);
    if (known !== undefined) return known;
    const { moment } = statuses;
    const repository = await caller.sight.repositoryBySlug(slug);
    if (repository === null || (branch !== null && bounds.branch.accept(branch) === null)) return null;
    const status = await caller.sight.status(repository, branch);
    if (key !== null) statuses.keep(moment, key, repository.id, status);
    return status;
  }

  async statusOf(
    caller: Caller,
    repository: Repository,
    branch: string | null | undefined,
  ): Promise<BuildStatus | null> {
    return caller.sight.status(repository, readOptionalText("branch", bounds.branch, branch));
  }
}
