import type { Build, BuildStatus } from "../domain/build";
import { BuildEntity } from "./build.entity";
import type { Reader, Tx } from "./database";
import { findRows } from "./find";
import { insertRows } from "./insert";
import { queryRows } from "./query";
import { newestFirst, type Slice } from "./slice";

function toBuild(row: BuildEntity): Build {
  const { id, repositoryId, number, branch, commit, status, url, reportedAt } = row;
  return { noun: "Build", id, repositoryId, number, branch, commit, status, url, reportedAt };
}

export async function findBuilds(db: Reader, ids: readonly number[]): Promise<Build[]> {
  return findRows(db, BuildEntity, "id", ids, toBuild);
}

export async function findBuildByNumber(
  db: Reader,
  repositoryId: number,
  number: number,
): Promise<Build | null> {
  const row = await db.findOneBy(BuildEntity, { repositoryId, number });
  return row && toBuild(row);
}

/** Adds a build under the repository's next number. */
export async function insertBuild(tx: Tx, build: Omit<Build, "noun" | "id" | "number">): Promise<Build> {
  const newest = await tx.maximum(BuildEntity, "number", { repositoryId: build.repositoryId });
  const row = { ...build, number: Number(newest ?? 0) + 1 };
  const [id = 0] = await insertRows(tx, BuildEntity, [row]);
  return toBuild({ ...row, id });
}

export async function updateBuild(
  tx: Tx,
  build: Build,
  change: Pick<Build, "status" | "url" | "reportedAt">,
): Promise<Build> {
  await tx.update(BuildEntity, build.id, change);
  return { ...build, ...change };
}

function matching(db: Reader, repositoryId: number, branch: string | null) {
  const builds = db
    .createQueryBuilder(BuildEntity, "b")
    .where("b.repositoryId = :repositoryId", { repositoryId });
  if (branch !== null) builds.andWhere("b.branch = :branch", { branch });
  return builds;
}

/** Newest first: by number, which is what the cursor holds. */
export async function listBuilds(
  db: Reader,
  repositoryId: number,
  branch: string | null,
  slice: Slice<number>,
): Promise<Build[]> {
  const rows = await newestFirst(matching(db, repositoryId, branch), "b.number", slice).getMany();
  return rows.map(toBuild);
}

export async function countBuilds(db: Reader, repositoryId: number, branch: string | null): Promise<number> {
  return matching(db, repositoryId, branch).getCount();
}

/** The status of a branch of each repository: that of its highest number. Those without a build are left out. */
export async function findStatuses(
  db: Reader,
  branch: string,
  repositoryIds: readonly number[],
): Promise<Map<number, BuildStatus>> {
  const rows = await queryRows<{ id: number | string; status: BuildStatus | null }>(
    db,
    `SELECT r.id AS id, (SELECT b.status FROM build b WHERE b.repository_id = r.id AND b.branch = :branch
                         ORDER BY b.number DESC LIMIT 1) AS status
     FROM repository r WHERE r.id IN (:...repositoryIds)`,
    { branch, repositoryIds },
  );
  return new Map(rows.flatMap((row) => (row.status === null ? [] : [[Number(row.id), row.status]])));
}
