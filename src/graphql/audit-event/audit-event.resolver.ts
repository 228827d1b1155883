import { Args, Ctx, FieldResolver, Query, Resolver, Root } from "type-graphql";
import type { AuditEvent } from "../../domain/audit-event";
import { AccountObject } from "../account/account.object";
import type { Context } from "../context";
import { toNodeId } from "../../domain/node-id";
import { OrganizationObject } from "../organization/organization.object";
import { RepositoryObject } from "../repository/repository.object";
import { TokenObject } from "../token/token.object";
import { AuditArgs } from "./audit-event.input";
import { AuditEventConnection, AuditEventObject } from "./audit-event.object";

@Resolver(() => AuditEventObject)
export class AuditEventResolver {
  @Query(() => AuditEventConnection, { nullable: true, description: "Site administrators." })
  auditEvents(@Args(() => AuditArgs) args: AuditArgs, @Ctx() { services, caller }: Context) {
    return services.audit.listOfSite(caller, args);
  }

  @FieldResolver()
  id(@Root() event: AuditEvent): string {
    return toNodeId("AuditEvent", event.id);
  }

  @FieldResolver(() => AccountObject, { nullable: true })
  actor(@Root() event: AuditEvent, @Ctx() { caller }: Context) {
    return caller.sight.account(event.actorId);
  }

  @FieldResolver(() => TokenObject, { nullable: true })
  actorToken(@Root() event: AuditEvent, @Ctx() { caller }: Context) {
    return caller.sight.token(event.actorTokenId);
  }

  @FieldResolver(() => AccountObject, { nullable: true })
  account(@Root() event: AuditEvent, @Ctx() { caller }: Context) {
    return caller.sight.account(event.accountId);
  }

  @FieldResolver(() => OrganizationObject, { nullable: true })
  organization(@Root() event: AuditEvent, @Ctx() { caller }: Context) {
    return caller.sight.organization(event.organizationId);
  }

  @FieldResolver(() => RepositoryObject, { nullable: true })
  repository(@Root() event: AuditEvent, @Ctx() { caller }: Context) {
    return caller.sight.repository(event.repositoryId);
  }

  @FieldResolver(() => TokenObject, { nullable: true })
  token(@Root() event: AuditEvent, @Ctx() { caller }: Context) {
    return caller.sight.token(event.tokenId);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "Account tokens with ADMIN there, site administrators, its actor.",
  })
  async ip(@Root() event: AuditEvent, @Ctx() { caller }: Context) {
    return (await caller.sight.originOf(event)).ip;
  }

  @FieldResolver(() => String, { nullable: true, description: "As ip; at most 1024 characters." })
  async userAgent(@Root() event: AuditEvent, @Ctx() { caller }: Context) {
    return (await caller.sight.originOf(event)).userAgent;
  }
}
