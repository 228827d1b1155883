export const BUILD_STATUSES = ["QUEUED", "RUNNING", "SUCCESS", "FAILED", "CANCELED"] as const;
export type BuildStatus = (typeof BUILD_STATUSES)[number];

export interface Build {
  readonly noun: "Build";
  readonly id: number;
  readonly repositoryId: number;
  /** Counts from 1 within its repository. */
  readonly number: number;
  readonly branch: string;
  readonly commit: string;
  readonly status: BuildStatus;
  readonly url: string | null;
  readonly reportedAt: Date;
}
