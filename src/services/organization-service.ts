import { type Account, loginBound } from "../domain/account";
import {
  type Membership,
  type Organization,
  type OrganizationRole,
  organizationSlugBound,
} from "../domain/organization";
import { bounds, foldCase } from "../domain/text";
import { conflict, notFound } from "../errors";
import { findAccountByLogin } from "../store/account-store";
import {
  countMemberships,
  countOrganizations,
  deleteMembership,
  findOrganizationBySlug,
  findRole,
  insertOrganization,
  type KeyedMembership,
  listMembers,
  listMemberships,
  listOrganizations,
  otherAdminExists,
  putMembership,
} from "../store/organization-store";
import type { Caller } from "./caller";
import { change, type Change } from "./change";
import type { Foundation } from "./foundation";
import { readOptionalText, readText } from "./input";
import { type Connection, cursors, emptyConnection, type PageArgs, connectionTo, readPage } from "./page";
import { permit } from "./permit";

/** Makes organizations and keeps their members. The last administrator at work cannot be lost. */
export class OrganizationService {
  constructor(private readonly foundation: Foundation) {}

  /** UNAUTHENTICATED, BAD_USER_INPUT, FORBIDDEN, CONFLICT. Makes nobody a member. */
  async createOrganization(caller: Caller, input: { slug: string }): Promise<Organization> {
    const slug = readText("slug", organizationSlugBound, input.slug);
    return change(this.foundation, caller, async (change) => {
      await permit(change.authority, "Mutation.createOrganization");
      if ((await findOrganizationBySlug(change.tx, slug)) !== null) throw conflict("the slug is taken");
      const organization = await insertOrganization(change.tx, slug, new Date(change.now));
      change.record({ action: "ORGANIZATION_CREATED", organizationId: organization.id });
      return organization;
    });
  }

  /** UNAUTHENTICATED, NOT_FOUND, FORBIDDEN, CONFLICT. Any account may be named by its login. */
  async setMembership(
    caller: Caller,
    input: { organization: string; login: string; role: OrganizationRole },
  ): Promise<Organization> {
    return change(this.foundation, caller, async (change) => {
      const organization = await organizationNamed(change, input.organization);
      await permit(change.authority, "Mutation.setMembership", organization);
      const account = await anyAccountNamed(change, input.login);
      const role = await findRole(change.tx, organization.id, account.id);
      if (role === input.role) return organization;
      if (role === "ADMIN") await keepAdmin(change, organization, account);
      await putMembership(change.tx, {
        organizationId: organization.id,
        accountId: account.id,
        role: input.role,
      });
      const about = { organizationId: organization.id, accountId: account.id };
      change.record({ action: "MEMBERSHIP_SET", ...about, role: input.role });
      return organization;
    });
  }

  /** The same errors. Whoever is no member stays none, without a word in the audit log. */
  async removeMembership(
    caller: Caller,
    input: { organization: string; login: string },
  ): Promise<Organization> {
    return change(this.foundation, caller, async (change) => {
      const { actor } = change.authority;
      const organization = await organizationNamed(change, input.organization);
      const leaves = actor.kind === "account" && foldCase(actor.account.login) === foldCase(input.login);
      if (!leaves) await permit(change.authority, "Mutation.removeMembership", organization);
      const account = await anyAccountNamed(change, input.login);
      // Read before it is gone: the answer shows the organization as the one who leaves saw it.
      await change.authority.onOrganization(organization.id);
      const role = await findRole(change.tx, organization.id, account.id);
      if (role === null) return organization;
      if (role === "ADMIN") await keepAdmin(change, organization, account);
      await deleteMembership(change.tx, organization.id, account.id);
      const about = { organizationId: organization.id, accountId: account.id };
      change.record({ action: "MEMBERSHIP_REMOVED", ...about, role });
      return organization;
    });
  }

  async listOrganizations(
    caller: Caller,
    args: PageArgs & { query?: string | null },
  ): Promise<Connection<Organization>> {
    const slice = readPage(args, cursors.organizations);
    const query = readOptionalText("query", bounds.search, args.query);
    await permit(caller.authority, "Query.organizations");
    const { reader } = this.foundation.database;
    return connectionTo(slice, cursors.organizations, {
      keyOf: (organization: Organization) => foldCase(organization.slug),
      list: (slice) => listOrganizations(reader, query, slice),
      count: () => countOrganizations(reader, query),
    });
  }

  async listMembers(
    caller: Caller,
    organization: Organization,
    args: PageArgs,
  ): Promise<Connection<Membership>> {
    const slice = readPage(args, cursors.members);
    await permit(caller.authority, "Organization.members", organization);
    const { reader } = this.foundation.database;
    return connectionTo(slice, cursors.members, {
      keyOf: (membership: KeyedMembership) => membership.key,
      list: (slice) => listMembers(reader, organization.id, slice),
      count: () => countMemberships(reader, { organizationId: organization.id }),
    });
  }

  async listMemberships(caller: Caller, account: Account, args: PageArgs): Promise<Connection<Membership>> {
    const slice = readPage(args, cursors.memberships);
    await permit(caller.authority, "Account.organizations", account);
    const { reader } = this.foundation.database;
    return connectionTo(slice, cursors.memberships, {
      keyOf: (membership: KeyedMembership) => membership.key,
      list: (slice) => listMemberships(reader, account.id, slice),
      count: () => countMemberships(reader, { accountId: account.id }),
    });
  }

  /** The caller's own memberships; none for a repository token. */
  async listOwnMemberships(caller: Caller, args: PageArgs): Promise<Connection<Membership>> {
    const { actor } = caller.authority;
    if (actor.kind === "account") return this.listMemberships(caller, actor.account, args);
    return emptyConnection(readPage(args, cursors.memberships));
  }
}

async function organizationNamed(change: Change, slug: string): Promise<Organization> {
  const organization = await change.sight.organizationBySlug(slug);
  if (organization === null) throw notFound();
  return organization;
}

/** An account by its login, seen or not: only for those from whom a login is no secret. */
export async function anyAccountNamed(change: Change, login: string): Promise<Account> {
  // Not every database takes every text.
  const account = loginBound.accept(login) === null ? null : await findAccountByLogin(change.tx, login);
  if (account === null) throw notFound();
  return account;
}

async function keepAdmin({ tx }: Change, organization: Organization, account: Account): Promise<void> {
  if (account.suspendedAt !== null) return;
  if (!(await otherAdminExists(tx, organization.id, account.id))) {
    throw conflict("the last administrator of an organization cannot be lost");
  }
}
