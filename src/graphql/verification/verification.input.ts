import { Field, InputType } from "type-graphql";
import type { RepositoryScope } from "../../domain/scope";
import type { VerifyToken } from "../../services/verify-token";
import { RepositoryScopeEnum } from "../enums";

@InputType()
export class VerifyTokenInput implements VerifyToken {
  @Field(() => String) secret!: string;

  @Field(() => String, {
    nullable: true,
    description:
      "Slug, never null. Left out of the document: the token itself is verified, for nothing in particular.",
  })
  repository?: string | null;

  @Field(() => RepositoryScopeEnum, {
    nullable: true,
    defaultValue: "STATUS",
    description:
      "Never null. Least scope needed; above STATUS it needs a repository, so that a forgotten slug never opens a door.",
  })
  scope?: RepositoryScope | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description: "False: only look; lastUsedAt, usage and handovers do not notice.",
  })
  recordUse?: boolean | null;
}
