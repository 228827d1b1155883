import type { Account } from "../domain/account";
import { loginBound } from "../domain/account";
import type { AuditEvent } from "../domain/audit-event";
import type { Build, BuildStatus } from "../domain/build";
import { covers } from "../domain/scope";
import { organizationSlugBound, type Organization, repositorySlugBound } from "../domain/organization";
import type { Repository } from "../domain/repository";
import type { Token } from "../domain/token";
import { findAccountByLogin } from "../store/account-store";
import type { Reader } from "../store/database";
import { findOrganizationBySlug } from "../store/organization-store";
import { findRepositoryBySlug } from "../store/repository-store";
import { type Authority, NOWHERE } from "./authority";
import { Objects } from "./objects";

type AuditPlace = Pick<AuditEvent, "organizationId" | "repositoryId">;
export type NodeObject = Account | Organization | Repository | Build | Token | AuditEvent;

/**
 * The objects that a caller may know of: each is given, or null for a missing and a hidden one alike, after the same
 * queries. Reads of one object are made once a request, and those of many in one query.
 */
export class Sight {
  /** Objects that are known to be seen by way of another, without a question of their own. */
  readonly behind: Objects;

  constructor(
    private readonly authority: Authority,
    private readonly db: Reader,
  ) {
    this.behind = new Objects(db);
  }

  async account(id: number | null): Promise<Account | null> {
    if (id === null || this.authority.actor.kind !== "account") return null;
    const [account, visible] = await Promise.all([this.behind.account(id), this.authority.seesAccount(id)]);
    return visible ? account : null;
  }

  async accountByLogin(login: string): Promise<Account | null> {
    if (loginBound.accept(login) === null) return null;
    const account = await findAccountByLogin(this.db, login);
    const visible = await this.authority.seesAccount(account?.id ?? 0);
    return visible ? account : null;
  }

  async organization(id: number | null): Promise<Organization | null> {
    if (id === null || this.authority.actor.kind !== "account") return null;
    const [organization, visible] = await Promise.all([
      this.behind.organization(id),
      this.authority.seesOrganization(id),
    ]);
    return visible ? organization : null;
  }

  async organizationBySlug(slug: string): Promise<Organization | null> {
    if (organizationSlugBound.accept(slug.toLowerCase()) === null) return null;
    const organization = await findOrganizationBySlug(this.db, slug);
    const visible = await this.authority.seesOrganization(organization?.id ?? 0);
    return visible ? organization : null;
  }

  async repository(id: number | null): Promise<Repository | null> {
    if (id === null) return null;
    const repository = await this.behind.repository(id);
    const visible = await this.authority.seesRepository(repository ?? NOWHERE);
    return visible ? repository : null;
  }

  async repositoryBySlug(slug: string): Promise<Repository | null> {
    if (repositorySlugBound.accept(slug.toLowerCase()) === null) return null;
    const repository = await findRepositoryBySlug(this.db, slug);
    const visible = await this.authority.seesRepository(repository ?? NOWHERE);
    return visible ? repository : null;
  }

  async build(id: number): Promise<Build | null> {
    const build = await this.behind.build(id);
    const repository = await this.behind.repository(build?.repositoryId ?? 0);
    const scope = await this.authority.scopeOn(repository ?? NOWHERE);
    return covers(scope, "READ_ONLY") ? build : null;
  }

  async token(id: number | null): Promise<Token | null> {
    if (id === null) return null;
    const token = await this.behind.token(id);
    if (token !== null) return (await this.authority.seesToken(token)) ? token : null;
    await this.authority.scopeOn(NOWHERE);
    return null;
  }

  /** An audit event, for whoever sees a list that it is in, and for its actor. */
  async auditEvent(id: number): Promise<AuditEvent | null> {
    const event = await this.behind.auditEvent(id);
    const administers = await this.administers(event ?? { organizationId: null, repositoryId: null });
    return event !== null && (administers || this.isAbout(event)) ? event : null;
  }

  /** Where an event came from: account tokens with ADMIN there, site administrators, its actor. */
  async originOf(event: AuditEvent): Promise<Pick<AuditEvent, "ip" | "userAgent">> {
    const { actor } = this.authority;
    const trusted =
      isActorOf(this.authority, event) ||
      (actor.kind === "account" && (actor.account.isSiteAdmin || (await this.administers(event))));
    return trusted ? event : { ip: null, userAgent: null };
  }

  async status(repository: Repository, branch: string | null): Promise<BuildStatus | null> {
    return this.behind.status({ repositoryId: repository.id, branch: branch ?? repository.defaultBranch });
  }

  /** Whether an event is in the caller's own list or of its own doing, or the caller reads them all. */
  private isAbout(event: AuditEvent): boolean {
    const { actor } = this.authority;
    if (isActorOf(this.authority, event)) return true;
    return actor.kind === "account" && (actor.account.isSiteAdmin || event.accountId === actor.account.id);
  }

  private async administers({ organizationId, repositoryId }: AuditPlace): Promise<boolean> {
    const role = await this.authority.roleIn(organizationId ?? 0);
    const repository = await this.behind.repository(repositoryId ?? 0);
    const scope = await this.authority.scopeOn(repository ?? NOWHERE);
    return (organizationId !== null && role === "ADMIN") || (repository !== null && scope === "ADMIN");
  }
}

function isActorOf({ actor }: Authority, event: AuditEvent): boolean {
  if (actor.kind === "anonymous") return false;
  return actor.kind === "account"
    ? event.actorId === actor.account.id
    : event.actorTokenId === actor.token.id;
}
