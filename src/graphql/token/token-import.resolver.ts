import { Arg, Ctx, Field, Mutation, ObjectType, Resolver } from "type-graphql";
import type { Context } from "../context";
import { ImportTokensInput } from "./token-import.input";
import { TokenObject } from "./token.object";

@ObjectType()
export class ImportTokensPayload {
  @Field(() => [TokenObject], { description: "In the order given." }) tokens!: TokenObject[];
}

@Resolver()
export class TokenImportResolver {
  @Mutation(() => ImportTokensPayload, {
    nullable: true,
    description:
      "Site administrators. Takes over tokens that exist elsewhere, by the digests of their secrets.",
  })
  async importTokens(
    @Arg("input", () => ImportTokensInput) input: ImportTokensInput,
    @Ctx() { services, caller }: Context,
  ) {
    return { tokens: await services.tokenImports.importTokens(caller, input) };
  }
}
