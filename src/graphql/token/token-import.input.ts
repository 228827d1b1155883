import { Field, InputType } from "type-graphql";
import type { RepositoryScope } from "../../domain/scope";
import type { TokenKind } from "../../domain/token";
import type { ImportToken } from "../../services/token-import-service";
import { RepositoryScopeEnum, TokenKindEnum } from "../enums";

@InputType()
export class ImportTokenInput implements ImportToken {
  @Field(() => TokenKindEnum) kind!: TokenKind;

  @Field(() => String, { description: "Hexadecimal SHA-256 of the secret." }) sha256!: string;

  @Field(() => String, { description: "1 to 100 characters, trimmed, no control characters." })
  label!: string;

  @Field(() => String, {
    nullable: true,
    description: "ACCOUNT tokens, and they must have it: the owner's login.",
  })
  account?: string | null;

  @Field(() => String, { nullable: true, description: "REPOSITORY tokens, and they must have it: slug." })
  repository?: string | null;

  @Field(() => RepositoryScopeEnum, {
    nullable: true,
    description: "REPOSITORY tokens, and they must have it.",
  })
  scope?: RepositoryScope | null;

  @Field(() => Date, { nullable: true, description: "Later than now." }) expiresAt?: Date | null;
}

@InputType()
export class ImportTokensInput {
  @Field(() => [ImportTokenInput], { description: "1 to 1000, all or none." }) tokens!: ImportTokenInput[];
}
