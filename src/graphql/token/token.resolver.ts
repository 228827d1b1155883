import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, Info, Int, Mutation, Resolver, Root } from "type-graphql";
import type { Token } from "../../domain/token";
import { AccountObject } from "../account/account.object";
import type { Context } from "../context";
import { TokenStateEnum } from "../enums";
import { refuseNull } from "../never-null";
import { numberOf, toNodeId } from "../../domain/node-id";
import { RepositoryObject } from "../repository/repository.object";
import {
  CreateAccountTokenInput,
  CreateRepositoryTokenInput,
  CreateRepositoryTokensInput,
  HandoverInput,
  ReportLeakedTokenInput,
  RevokeTokenInput,
  RevokeTokensInput,
  RotateTokenInput,
  RotateTokensInput,
} from "./token.input";
import {
  CreateRepositoryTokensPayload,
  CreateTokenPayload,
  ReportLeakedTokenPayload,
  RevokeTokenPayload,
  RevokeTokensPayload,
  RotateTokenPayload,
  RotateTokensPayload,
  TokenHandoverObject,
  TokenObject,
  TokenPayload,
  TokenUsageObject,
} from "./token.object";

@Resolver(() => TokenObject)
export class TokenResolver {
  @FieldResolver()
  id(@Root() token: Token): string {
    return toNodeId("Token", token.id);
  }

  @FieldResolver(() => TokenStateEnum)
  state(@Root() token: Token, @Ctx() { services }: Context) {
    return services.tokens.stateOf(token);
  }

  @FieldResolver(() => Date, { nullable: true, description: "Null: never." })
  expiresAt(@Root() token: Token, @Ctx() { services }: Context) {
    return services.tokens.endOf(token);
  }

  @FieldResolver(() => TokenHandoverObject, {
    nullable: true,
    description: "While RETIRING: how its handover stands. Account tokens that may revoke it.",
  })
  handover(@Root() token: Token, @Ctx() { services, caller }: Context) {
    return services.usage.handoverOf(caller, token);
  }

  @FieldResolver(() => TokenUsageObject, {
    nullable: true,
    description:
      "Uses by day for the last days (1..90), and the latest by address and user agent (at most 20). Account tokens that may revoke it.",
  })
  usage(
    @Root() token: Token,
    @Arg("days", () => Int, { nullable: true, defaultValue: 30 }) days: number | null,
    @Ctx() { services, caller }: Context,
  ) {
    return services.usage.usageOf(caller, token, days ?? 30);
  }

  @FieldResolver(() => AccountObject, { nullable: true, description: "ACCOUNT tokens: their owner." })
  account(@Root() token: Token, @Ctx() { caller }: Context) {
    return caller.sight.account(token.accountId);
  }

  @FieldResolver(() => RepositoryObject, {
    nullable: true,
    description: "REPOSITORY tokens: the one repository they are for.",
  })
  repository(@Root() token: Token, @Ctx() { caller }: Context) {
    return caller.sight.repository(token.repositoryId);
  }

  @FieldResolver(() => AccountObject, {
    nullable: true,
    description: "Who made it. What a repository token makes has the createdBy of that token.",
  })
  createdBy(@Root() token: Token, @Ctx() { caller }: Context) {
    return caller.sight.account(token.createdById);
  }

  @FieldResolver(() => TokenObject, { nullable: true, description: "The token it was made with." })
  createdByToken(@Root() token: Token, @Ctx() { caller }: Context) {
    return caller.sight.token(token.createdByTokenId);
  }

  @FieldResolver(() => AccountObject, {
    nullable: true,
    description: "Ended by someone before its time: by whom.",
  })
  revokedBy(@Root() token: Token, @Ctx() { caller }: Context) {
    return caller.sight.account(token.revokedById);
  }

  @FieldResolver(() => TokenObject, {
    nullable: true,
    description: "Rotation: the token that this one replaced.",
  })
  replaces(@Root() token: Token, @Ctx() { caller }: Context) {
    return caller.sight.token(token.replacesId);
  }

  @FieldResolver(() => TokenObject, {
    nullable: true,
    description: "Rotation: the token that replaces this one.",
  })
  replacedBy(@Root() token: Token, @Ctx() { services, caller }: Context) {
    return caller.sight.token(services.tokens.successorIdOf(token));
  }

  @Mutation(() => CreateTokenPayload, {
    nullable: true,
    description: "The owner; site administrators for anyone.",
  })
  createAccountToken(
    @Arg("input", () => CreateAccountTokenInput) input: CreateAccountTokenInput,
    @Ctx() { services, caller }: Context,
  ) {
    return services.tokens.createAccountToken(caller, input);
  }

  @Mutation(() => CreateTokenPayload, { nullable: true, description: "ADMIN on the repository." })
  createRepositoryToken(
    @Arg("input", () => CreateRepositoryTokenInput) input: CreateRepositoryTokenInput,
    @Ctx() { services, caller }: Context,
  ) {
    return services.tokens.createRepositoryToken(caller, input);
  }

  @Mutation(() => CreateRepositoryTokensPayload, {
    nullable: true,
    description: "Repositories left out: administrators of the organization; named: ADMIN on each.",
  })
  async createRepositoryTokens(
    @Arg("input", () => CreateRepositoryTokensInput) input: CreateRepositoryTokensInput,
    @Ctx() { services, caller }: Context,
    @Info() info: GraphQLResolveInfo,
  ) {
    refuseNull(info, "input", input, ["repositories"]);
    return { tokens: await services.tokens.createRepositoryTokens(caller, input) };
  }

  @Mutation(() => RotateTokenPayload, {
    nullable: true,
    description: "Whoever may create a token of that kind, scope and owner; any token itself.",
  })
  rotateToken(
    @Arg("input", () => RotateTokenInput) input: RotateTokenInput,
    @Ctx() { services, caller }: Context,
    @Info() info: GraphQLResolveInfo,
  ) {
    refuseNull(info, "input", input, ["id"]);
    return services.rotation.rotateToken(caller, { ...input, id: tokenNumber(input.id) });
  }

  @Mutation(() => RotateTokensPayload, {
    nullable: true,
    description: "Whoever may rotate each of the tokens.",
  })
  rotateTokens(
    @Arg("input", () => RotateTokensInput) input: RotateTokensInput,
    @Ctx() { services, caller }: Context,
    @Info() info: GraphQLResolveInfo,
  ) {
    refuseNull(info, "input", input, FILTERS);
    return services.rotation.rotateTokens(caller, { ...input, ...selectionOf(input) });
  }

  @Mutation(() => TokenPayload, { nullable: true, description: "Whoever may rotate the token." })
  async finishHandover(
    @Arg("input", () => HandoverInput) { id }: HandoverInput,
    @Ctx() { services, caller }: Context,
  ) {
    return { token: await services.rotation.finishHandover(caller, numberOf("Token", id)) };
  }

  @Mutation(() => TokenPayload, { nullable: true, description: "Whoever may rotate the token." })
  async cancelHandover(
    @Arg("input", () => HandoverInput) { id }: HandoverInput,
    @Ctx() { services, caller }: Context,
  ) {
    return { token: await services.rotation.cancelHandover(caller, numberOf("Token", id)) };
  }

  @Mutation(() => RevokeTokenPayload, {
    nullable: true,
    description: "Whoever may create a token of that kind, scope and owner; any token itself.",
  })
  revokeToken(
    @Arg("input", () => RevokeTokenInput) input: RevokeTokenInput,
    @Ctx() { services, caller }: Context,
    @Info() info: GraphQLResolveInfo,
  ) {
    refuseNull(info, "input", input, ["id"]);
    return services.revocation.revokeToken(caller, { ...input, id: tokenNumber(input.id) });
  }

  @Mutation(() => RevokeTokensPayload, {
    nullable: true,
    description: "Whoever may revoke all that the filter means.",
  })
  async revokeTokens(
    @Arg("input", () => RevokeTokensInput) input: RevokeTokensInput,
    @Ctx() { services, caller }: Context,
    @Info() info: GraphQLResolveInfo,
  ) {
    refuseNull(info, "input", input, FILTERS);
    const revokedCount = await services.revocation.revokeTokens(caller, { ...input, ...selectionOf(input) });
    return { revokedCount };
  }

  @Mutation(() => ReportLeakedTokenPayload, {
    nullable: true,
    description: "Needs no sign-in: whoever holds a secret may end it.",
  })
  async reportLeakedToken(
    @Arg("input", () => ReportLeakedTokenInput) input: ReportLeakedTokenInput,
    @Ctx() { services, caller }: Context,
  ) {
    await services.revocation.reportLeakedToken(caller, input);
    return { accepted: true };
  }
}

const tokenNumber = (id: string | null | undefined): number | undefined =>
  id === null || id === undefined ? undefined : numberOf("Token", id);

/** Filters that a forgotten variable must not widen. */
const FILTERS = ["account", "repository", "organization", "ids", "createdBefore"] as const;

const selectionOf = (input: RevokeTokensInput | RotateTokensInput) => ({
  account: input.account ?? undefined,
  repository: input.repository ?? undefined,
  organization: input.organization ?? undefined,
  ids: input.ids?.map((id) => numberOf("Token", id)),
  createdBefore: input.createdBefore ?? undefined,
});
