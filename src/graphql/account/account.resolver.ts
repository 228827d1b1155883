import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from "type-graphql";
import type { Account } from "../../domain/account";
import { AuditArgs } from "../audit-event/audit-event.input";
import { AuditEventConnection } from "../audit-event/audit-event.object";
import { PageArgsInput } from "../connection";
import type { Context } from "../context";
import { toNodeId } from "../../domain/node-id";
import { MembershipConnection } from "../organization/organization.object";
import { AccountTokensArgs } from "../token/token.input";
import { TokenConnection } from "../token/token.object";
import {
  AccountPayload,
  CreateAccountInput,
  ResumeAccountInput,
  SearchArgs,
  SuspendAccountInput,
  UpdateAccountInput,
} from "./account.input";
import { AccountConnection, AccountObject } from "./account.object";

@Resolver(() => AccountObject)
export class AccountResolver {
  @Query(() => AccountObject, { nullable: true })
  account(@Arg("login", () => String) login: string, @Ctx() { caller }: Context) {
    return caller.sight.accountByLogin(login);
  }

  @Query(() => AccountConnection, { nullable: true, description: "Site administrators." })
  accounts(@Args(() => SearchArgs) args: SearchArgs, @Ctx() { services, caller }: Context) {
    return services.accounts.listAccounts(caller, args);
  }

  @FieldResolver()
  id(@Root() account: Account): string {
    return toNodeId("Account", account.id);
  }

  @FieldResolver(() => TokenConnection, { nullable: true, description: "Account tokens of this account." })
  tokens(
    @Root() account: Account,
    @Args(() => AccountTokensArgs) args: AccountTokensArgs,
    @Ctx() { services, caller }: Context,
  ) {
    return services.tokens.listAccountTokens(caller, account, args);
  }

  @FieldResolver(() => MembershipConnection, { nullable: true })
  organizations(
    @Root() account: Account,
    @Args(() => PageArgsInput) args: PageArgsInput,
    @Ctx() { services, caller }: Context,
  ) {
    return services.organizations.listMemberships(caller, account, args);
  }

  @FieldResolver(() => AuditEventConnection, { nullable: true })
  auditEvents(
    @Root() account: Account,
    @Args(() => AuditArgs) args: AuditArgs,
    @Ctx() { services, caller }: Context,
  ) {
    return services.audit.listOfAccount(caller, account, args);
  }

  @Mutation(() => AccountPayload, { nullable: true, description: "Site administrators." })
  async createAccount(
    @Arg("input", () => CreateAccountInput) input: CreateAccountInput,
    @Ctx() { services, caller }: Context,
  ) {
    return { account: await services.accounts.createAccount(caller, input) };
  }

  @Mutation(() => AccountPayload, {
    nullable: true,
    description: "Site administrators; its name also itself.",
  })
  async updateAccount(
    @Arg("input", () => UpdateAccountInput) input: UpdateAccountInput,
    @Ctx() { services, caller }: Context,
  ) {
    return { account: await services.accounts.updateAccount(caller, input) };
  }

  @Mutation(() => AccountPayload, { nullable: true, description: "Site administrators." })
  async suspendAccount(
    @Arg("input", () => SuspendAccountInput) input: SuspendAccountInput,
    @Ctx() { services, caller }: Context,
  ) {
    return { account: await services.accounts.suspendAccount(caller, input) };
  }

  @Mutation(() => AccountPayload, { nullable: true, description: "Site administrators." })
  async resumeAccount(
    @Arg("input", () => ResumeAccountInput) input: ResumeAccountInput,
    @Ctx() { services, caller }: Context,
  ) {
    return { account: await services.accounts.resumeAccount(caller, input) };
  }
}
