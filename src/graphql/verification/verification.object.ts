import { Field, ObjectType } from "type-graphql";
import type { RepositoryScope } from "../../domain/scope";
import type { VerificationCode } from "../../domain/verdict";
import { RepositoryScopeEnum, VerificationCodeEnum } from "../enums";

@ObjectType("TokenVerification")
export class TokenVerificationObject {
  @Field(() => VerificationCodeEnum) code!: VerificationCode;

  @Field(() => RepositoryScopeEnum, {
    nullable: true,
    description:
      "The scope held on the repository asked for (also when it is too low); without one, a repository token's own; else null.",
  })
  scope?: RepositoryScope | null;

  @Field(() => Date, { nullable: true }) expiresAt?: Date | null;
}
