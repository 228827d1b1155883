import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from "type-graphql";
import type { Membership, Organization } from "../../domain/organization";
import { SearchArgs } from "../account/account.input";
import { AccountObject } from "../account/account.object";
import { AuditArgs } from "../audit-event/audit-event.input";
import { AuditEventConnection } from "../audit-event/audit-event.object";
import { PageArgsInput } from "../connection";
import type { Context } from "../context";
import { OrganizationRoleEnum } from "../enums";
import { toNodeId } from "../../domain/node-id";
import { RepositoryConnection } from "../repository/repository.object";
import { TokensArgs } from "../token/token.input";
import { TokenConnection } from "../token/token.object";
import {
  CreateOrganizationInput,
  OrganizationPayload,
  RemoveMembershipInput,
  SetMembershipInput,
} from "./organization.input";
import {
  MembershipConnection,
  MembershipObject,
  OrganizationConnection,
  OrganizationObject,
} from "./organization.object";

@Resolver(() => OrganizationObject)
export class OrganizationResolver {
  @Query(() => OrganizationObject, { nullable: true })
  organization(@Arg("slug", () => String) slug: string, @Ctx() { caller }: Context) {
    return caller.sight.organizationBySlug(slug);
  }

  @Query(() => OrganizationConnection, { nullable: true, description: "Site administrators." })
  organizations(@Args(() => SearchArgs) args: SearchArgs, @Ctx() { services, caller }: Context) {
    return services.organizations.listOrganizations(caller, args);
  }

  @FieldResolver()
  id(@Root() organization: Organization): string {
    return toNodeId("Organization", organization.id);
  }

  @FieldResolver(() => OrganizationRoleEnum, { nullable: true })
  viewerRole(@Root() organization: Organization, @Ctx() { caller }: Context) {
    return caller.authority.roleIn(organization.id);
  }

  @FieldResolver(() => RepositoryConnection, { description: "query: a substring of the name, without case." })
  repositories(
    @Root() organization: Organization,
    @Args(() => SearchArgs) args: SearchArgs,
    @Ctx() { services, caller }: Context,
  ) {
    return services.repositories.listRepositories(caller, organization, args);
  }

  @FieldResolver(() => MembershipConnection, { nullable: true, description: "Members." })
  members(
    @Root() organization: Organization,
    @Args(() => PageArgsInput) args: PageArgsInput,
    @Ctx() { services, caller }: Context,
  ) {
    return services.organizations.listMembers(caller, organization, args);
  }

  @FieldResolver(() => TokenConnection, {
    nullable: true,
    description: "Repository tokens of all its repositories.",
  })
  tokens(
    @Root() organization: Organization,
    @Args(() => TokensArgs) args: TokensArgs,
    @Ctx() { services, caller }: Context,
  ) {
    return services.tokens.listOrganizationTokens(caller, organization, args);
  }

  @FieldResolver(() => AuditEventConnection, { nullable: true })
  auditEvents(
    @Root() organization: Organization,
    @Args(() => AuditArgs) args: AuditArgs,
    @Ctx() { services, caller }: Context,
  ) {
    return services.audit.listOfOrganization(caller, organization, args);
  }

  @Mutation(() => OrganizationPayload, { nullable: true, description: "Site administrators." })
  async createOrganization(
    @Arg("input", () => CreateOrganizationInput) input: CreateOrganizationInput,
    @Ctx() { services, caller }: Context,
  ) {
    return { organization: await services.organizations.createOrganization(caller, input) };
  }

  @Mutation(() => OrganizationPayload, { nullable: true, description: "Administrators of the organization." })
  async setMembership(
    @Arg("input", () => SetMembershipInput) input: SetMembershipInput,
    @Ctx() { services, caller }: Context,
  ) {
    return { organization: await services.organizations.setMembership(caller, input) };
  }

  @Mutation(() => OrganizationPayload, {
    nullable: true,
    description: "Administrators of the organization; everyone themselves.",
  })
  async removeMembership(
    @Arg("input", () => RemoveMembershipInput) input: RemoveMembershipInput,
    @Ctx() { services, caller }: Context,
  ) {
    return { organization: await services.organizations.removeMembership(caller, input) };
  }
}

@Resolver(() => MembershipObject)
export class MembershipResolver {
  @FieldResolver(() => AccountObject)
  account(@Root() membership: Membership, @Ctx() { caller }: Context) {
    return caller.sight.behind.account(membership.accountId);
  }

  @FieldResolver(() => OrganizationObject)
  organization(@Root() membership: Membership, @Ctx() { caller }: Context) {
    return caller.sight.behind.organization(membership.organizationId);
  }
}
