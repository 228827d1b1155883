import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from "type-graphql";
import type { Build } from "../../domain/build";
import type { Context } from "../context";
import { toNodeId } from "../../domain/node-id";
import { ReportBuildInput, ReportBuildPayload } from "./build.input";
import { BuildObject } from "./build.object";

@Resolver(() => BuildObject)
export class BuildResolver {
  @FieldResolver()
  id(@Root() build: Build): string {
    return toNodeId("Build", build.id);
  }

  @Mutation(() => ReportBuildPayload, { nullable: true, description: "ADMIN." })
  async reportBuild(
    @Arg("input", () => ReportBuildInput) input: ReportBuildInput,
    @Ctx() { services, caller }: Context,
  ) {
    return { build: await services.builds.reportBuild(caller, input) };
  }
}
