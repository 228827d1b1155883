import DataLoader from "dataloader";
import { accountIdOf, type Actor, isSiteAdmin } from "../domain/actor";
import type { OrganizationRole } from "../domain/organization";
import {
  type AccountStanding,
  effectiveScope,
  type RepositoryFacts,
  type OrganizationStanding,
  type RepositoryStanding,
  sees,
  type TokenStanding,
} from "../domain/rules";
import type { RepositoryScope } from "../domain/scope";
import type { Token } from "../domain/token";
import { findAcquaintances } from "../store/account-store";
import { collaboratesIn, findCollaborations } from "../store/collaborator-store";
import type { Reader } from "../store/database";
import { findRoles } from "../store/organization-store";

/** What a standing on a repository is asked about; one that does not exist is asked about as `NOWHERE`. */
export interface Place {
  readonly id: number;
  readonly organizationId: number;
}

/**
 * Stands in for a repository that does not exist, so that a missing one is looked at with the same queries, and takes
 * the same time, as a hidden one.
 */
export const NOWHERE: Place = { id: 0, organizationId: 0 };

/**
 * What an actor has: its roles and scopes, read when they are first asked for and then kept. A query has one for the
 * whole request; a mutation gets a fresh one, read inside of its transaction, which then serves its answer too: what
 * the mutation took from its own caller is in the answer as it was before.
 */
export class Authority {
  /** Null until there is one. */
  private revealed: Set<number> | null = null;
  /** Scopes that are known without a question, by repository; null until there is one. */
  private learnt: Map<number, RepositoryScope | null> | null = null;
  private readonly loaders: Partial<{
    roles: DataLoader<number, OrganizationRole | null>;
    scopes: DataLoader<Place, RepositoryScope | null, number>;
    guests: DataLoader<number, boolean>;
    acquaintances: DataLoader<number, boolean>;
  }> = {};

  constructor(
    readonly actor: Actor,
    private db: Reader,
  ) {}

  /** From now on what was not asked before is read there. */
  readFrom(db: Reader): void {
    this.db = db;
  }

  /** Shows a token to the caller in the answer to the mutation that made, rotated or ended it. */
  reveal(...tokens: readonly Token[]): void {
    this.revealed ??= new Set();
    for (const token of tokens) this.revealed.add(token.id);
  }

  /** Takes what a list has read of the account's roles and collaborations; what was asked before stays as it was. */
  learn(list: readonly RepositoryFacts[]): void {
    this.learnt ??= new Map();
    for (const facts of list)
      if (!this.learnt.has(facts.repositoryId))
        this.learnt.set(facts.repositoryId, effectiveScope(this.actor, facts));
  }

  /** At once, where it is known. */
  scopeOn(place: Place): RepositoryScope | null | Promise<RepositoryScope | null> {
    const { actor } = this;
    if (actor.kind !== "account" || isSiteAdmin(actor))
      return effectiveScope(actor, { repositoryId: place.id, role: null, collaboration: null });
    const scope = this.learnt?.get(place.id);
    return scope === undefined ? this.scopes.load(place) : scope;
  }

  async roleIn(organizationId: number): Promise<OrganizationRole | null> {
    return this.actor.kind === "account" ? this.roles.load(organizationId) : null;
  }

  async onRepository(place: Place): Promise<RepositoryStanding> {
    return { scope: await this.scopeOn(place) };
  }

  async onOrganization(organizationId: number): Promise<OrganizationStanding> {
    if (this.actor.kind !== "account") return { role: null, collaborates: false };
    const [role, collaborates] = await Promise.all([
      this.roles.load(organizationId),
      this.guests.load(organizationId),
    ]);
    return { role, collaborates };
  }

  async onAccount(accountId: number): Promise<AccountStanding> {
    if (this.actor.kind !== "account") return { itself: false, acquainted: false };
    if (this.actor.account.id === accountId) return { itself: true, acquainted: false };
    const acquainted = !isSiteAdmin(this.actor) && (await this.acquaintances.load(accountId));
    return { itself: false, acquainted };
  }

  async onToken(token: Token): Promise<TokenStanding> {
    const { actor } = this;
    const { repositoryId, organizationId } = token;
    const place =
      repositoryId === null || organizationId === null ? null : { id: repositoryId, organizationId };
    // Asked for an account token too, so that a hidden one takes as long as a missing one.
    const reached = await this.scopeOn(place ?? NOWHERE);
    return {
      itself: actor.kind !== "anonymous" && actor.token.id === token.id,
      owns: token.kind === "ACCOUNT" && actor.kind === "account" && token.accountId === actor.account.id,
      scope: place === null ? null : reached,
    };
  }

  async seesRepository(place: Place): Promise<boolean> {
    return sees.repository(this.actor, await this.onRepository(place));
  }

  async seesOrganization(organizationId: number): Promise<boolean> {
    return sees.organization(this.actor, await this.onOrganization(organizationId));
  }

  async seesAccount(accountId: number): Promise<boolean> {
    return sees.account(this.actor, await this.onAccount(accountId));
  }

  async seesToken(token: Token): Promise<boolean> {
    return this.revealed?.has(token.id) === true || sees.token(this.actor, await this.onToken(token));
  }

  private get accountId(): number {
    return accountIdOf(this.actor) ?? 0;
  }

  private get roles(): DataLoader<number, OrganizationRole | null> {
    return (this.loaders.roles ??= new DataLoader(async (ids) => {
      const found = await findRoles(this.db, this.accountId, ids);
      const roles = new Map(found.map((membership) => [membership.organizationId, membership.role]));
      return ids.map((id) => roles.get(id) ?? null);
    }));
  }

  private get scopes(): DataLoader<Place, RepositoryScope | null, number> {
    return (this.loaders.scopes ??= new DataLoader((places) => this.readScopes(places), {
      cacheKeyFn: ({ id }) => id,
    }));
  }

  private async readScopes(places: readonly Place[]): Promise<(RepositoryScope | null)[]> {
    const organizationIds = [...new Set(places.map(({ organizationId }) => organizationId))];
    const [found, ...roles] = await Promise.all([
      findCollaborations(
        this.db,
        this.accountId,
        places.map(({ id }) => id),
      ),
      ...organizationIds.map((id) => this.roles.load(id)),
    ]);
    const collaborations = new Map(found.map(({ repositoryId, scope }) => [repositoryId, scope]));
    const roleIn = new Map(organizationIds.map((id, index) => [id, roles[index] ?? null]));
    this.learn(
      places.map(({ id, organizationId }) => ({
        repositoryId: id,
        role: roleIn.get(organizationId) ?? null,
        collaboration: collaborations.get(id) ?? null,
      })),
    );
    return places.map(({ id }) => this.learnt?.get(id) ?? null);
  }

  private get guests(): DataLoader<number, boolean> {
    return (this.loaders.guests ??= new DataLoader((ids) =>
      Promise.all(ids.map((id) => collaboratesIn(this.db, id, this.accountId))),
    ));
  }

  private get acquaintances(): DataLoader<number, boolean> {
    return (this.loaders.acquaintances ??= new DataLoader(async (ids) => {
      const found = new Set(await findAcquaintances(this.db, this.accountId, ids));
      return ids.map((id) => found.has(id));
    }));
  }
}
