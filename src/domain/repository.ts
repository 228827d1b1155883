import type { RepositoryScope } from "./scope";

export interface Repository {
  readonly noun: "Repository";
  readonly id: number;
  readonly organizationId: number;
  /** provider/organization/name, kept as written, compared without case. */
  readonly slug: string;
  readonly name: string;
  readonly description: string | null;
  readonly defaultBranch: string;
  readonly createdAt: Date;
}

/** Direct access of an account to one repository. */
export interface Collaborator {
  readonly accountId: number;
  readonly repositoryId: number;
  readonly scope: RepositoryScope;
}
