import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, Info, Query, Resolver, Root } from "type-graphql";
import type { Verdict } from "../../domain/verdict";
import type { Soon } from "../../soon";
import { AccountObject } from "../account/account.object";
import type { Context } from "../context";
import { refuseNull } from "../never-null";
import { RepositoryObject } from "../repository/repository.object";
import type { ShownRepository } from "../repository/repository.resolver";
import { TokenObject } from "../token/token.object";
import { VerifyTokenInput } from "./verification.input";
import { TokenVerificationObject } from "./verification.object";

const NEVER_NULL = ["repository", "scope"] as const;

@Resolver(() => TokenVerificationObject)
export class VerificationResolver {
  @Query(() => TokenVerificationObject, {
    nullable: true,
    description: "For services that guard their own API. Refused over GET.",
  })
  verifyToken(
    @Arg("input", () => VerifyTokenInput) input: VerifyTokenInput,
    @Ctx() { services, caller }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Soon<Verdict> {
    refuseNull(info, "input", input, NEVER_NULL);
    return services.verification.verifyToken(caller, input);
  }

  @Query(() => [TokenVerificationObject], { nullable: true, description: "Up to 100, answered in order." })
  verifyTokens(
    @Arg("inputs", () => [VerifyTokenInput]) inputs: VerifyTokenInput[],
    @Ctx() { services, caller }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Verdict[]> {
    refuseNull(info, "inputs", inputs, NEVER_NULL);
    return services.verification.verifyTokens(caller, inputs);
  }

  @FieldResolver(() => Boolean, { description: "code is VALID." })
  valid(@Root() verdict: Verdict): boolean {
    return verdict.code === "VALID";
  }

  @FieldResolver(() => TokenObject, {
    nullable: true,
    description:
      "Token, account and repository are set for every code but NOT_FOUND, with their plain fields only; repository is null when it was denied.",
  })
  token(@Root() verdict: Verdict, @Ctx() { caller }: Context) {
    return verdict.code === "NOT_FOUND" ? null : caller.sight.behind.token(verdict.tokenId);
  }

  @FieldResolver(() => AccountObject, { nullable: true })
  account(@Root() verdict: Verdict, @Ctx() { caller }: Context) {
    if (verdict.code === "NOT_FOUND" || verdict.accountId === null) return null;
    return caller.sight.behind.account(verdict.accountId);
  }

  @FieldResolver(() => RepositoryObject, { nullable: true })
  async repository(@Root() verdict: Verdict, @Ctx() { caller }: Context): Promise<ShownRepository | null> {
    if (verdict.code === "NOT_FOUND" || verdict.repositoryId === null) return null;
    const repository = await caller.sight.behind.repository(verdict.repositoryId);
    // Whoever verifies learns which repository it is, no more: everything above STATUS is asked for by its own rule.
    return repository && { ...repository, viewerScope: "STATUS" };
  }
}
