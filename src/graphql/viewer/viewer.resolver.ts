import { Args, Ctx, FieldResolver, Query, Resolver } from "type-graphql";
import { AccountObject } from "../account/account.object";
import { PageArgsInput } from "../connection";
import type { Context } from "../context";
import { MembershipConnection } from "../organization/organization.object";
import { OwnRepositoriesArgs } from "../repository/repository.input";
import { RepositoryConnection } from "../repository/repository.object";
import { TokenObject } from "../token/token.object";
import { ViewerObject } from "./viewer.object";

@Resolver(() => ViewerObject)
export class ViewerResolver {
  @Query(() => ViewerObject)
  viewer(): ViewerObject {
    return new ViewerObject();
  }

  @FieldResolver(() => TokenObject)
  token(@Ctx() { caller }: Context) {
    const { actor } = caller.authority;
    // Read anew: what it may do is remembered for a while, when it was last used goes on.
    return actor.kind === "anonymous" ? null : caller.sight.behind.token(actor.token.id);
  }

  @FieldResolver(() => AccountObject, {
    nullable: true,
    description: "The owner of an account token; null for a repository token.",
  })
  account(@Ctx() { caller }: Context) {
    const { actor } = caller.authority;
    return actor.kind === "account" ? actor.account : null;
  }

  @FieldResolver(() => RepositoryConnection, {
    description: "The repositories that the caller reaches with at least this scope.",
  })
  repositories(
    @Args(() => OwnRepositoriesArgs) args: OwnRepositoriesArgs,
    @Ctx() { services, caller }: Context,
  ) {
    return services.repositories.listOwnRepositories(caller, args);
  }

  @FieldResolver(() => MembershipConnection, {
    description: "The account's memberships; empty for a repository token.",
  })
  organizations(@Args(() => PageArgsInput) args: PageArgsInput, @Ctx() { services, caller }: Context) {
    return services.organizations.listOwnMemberships(caller, args);
  }
}
