import DataLoader from "dataloader";
import type { Account } from "../domain/account";
import type { AuditEvent } from "../domain/audit-event";
import type { Build, BuildStatus } from "../domain/build";
import type { Organization } from "../domain/organization";
import type { Repository } from "../domain/repository";
import type { Token } from "../domain/token";
import { findAccounts } from "../store/account-store";
import { findAuditEvents } from "../store/audit-store";
import { findBuilds, findStatuses } from "../store/build-store";
import type { Reader } from "../store/database";
import { findOrganizations } from "../store/organization-store";
import { findRepositories } from "../store/repository-store";
import { findTokens } from "../store/token-store";

interface Kinds {
  account: Account;
  organization: Organization;
  repository: Repository;
  build: Build;
  token: Token;
  auditEvent: AuditEvent;
}
const finders: { readonly [K in keyof Kinds]: (db: Reader, ids: readonly number[]) => Promise<Kinds[K][]> } =
  {
    account: findAccounts,
    organization: findOrganizations,
    repository: findRepositories,
    build: findBuilds,
    token: findTokens,
    auditEvent: findAuditEvents,
  };

interface Branch {
  readonly repositoryId: number;
  readonly branch: string;
}

/** Objects by id, whoever asks: each is read once a request, and those asked for at the same time in one query. */
export class Objects {
  private readonly loaders: { [K in keyof Kinds]?: DataLoader<number, Kinds[K] | null> } = {};
  private statuses: DataLoader<Branch, BuildStatus | null, string> | undefined;

  constructor(private readonly db: Reader) {}

  account(id: number): Promise<Account | null> {
    return this.load("account", id);
  }

  organization(id: number): Promise<Organization | null> {
    return this.load("organization", id);
  }

  repository(id: number): Promise<Repository | null> {
    return this.load("repository", id);
  }

  build(id: number): Promise<Build | null> {
    return this.load("build", id);
  }

  token(id: number): Promise<Token | null> {
    return this.load("token", id);
  }

  auditEvent(id: number): Promise<AuditEvent | null> {
    return this.load("auditEvent", id);
  }

  status(branch: Branch): Promise<BuildStatus | null> {
    this.statuses ??= new DataLoader((branches) => this.findStatuses(branches), {
      cacheKeyFn: ({ repositoryId, branch: name }) => `${repositoryId}:${name}`,
    });
    return this.statuses.load(branch);
  }

  private load<K extends keyof Kinds>(kind: K, id: number): Promise<Kinds[K] | null> {
    const loaders: { [L in K]?: DataLoader<number, Kinds[L] | null> } = this.loaders;
    loaders[kind] ??= new DataLoader(async (ids: readonly number[]) => {
      const found = new Map((await finders[kind](this.db, ids)).map((object) => [object.id, object]));
      return ids.map((wanted) => found.get(wanted) ?? null);
    });
    return loaders[kind].load(id);
  }

  private async findStatuses(branches: readonly Branch[]): Promise<(BuildStatus | null)[]> {
    const found = new Map<string, Map<number, BuildStatus>>();
    for (const name of new Set(branches.map((wanted) => wanted.branch))) {
      const ids = branches.filter(({ branch }) => branch === name).map(({ repositoryId }) => repositoryId);
      found.set(name, await findStatuses(this.db, name, ids));
    }
    return branches.map(({ repositoryId, branch }) => found.get(branch)?.get(repositoryId) ?? null);
  }
}
