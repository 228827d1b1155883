import { ArgsType, Field, ID, InputType, Int } from "type-graphql";
import type { RepositoryScope } from "../../domain/scope";
import type { TokenState } from "../../domain/token";
import type { RotateToken } from "../../services/rotation-service";
import type {
  CreateAccountToken,
  CreateRepositoryToken,
  CreateRepositoryTokens,
} from "../../services/token-service";
import { PageArgsInput } from "../connection";
import { RepositoryScopeEnum, RotationHandoverEnum, TokenStateEnum } from "../enums";

@InputType()
export class CreateAccountTokenInput implements CreateAccountToken {
  @Field(() => String, { description: "1 to 100 characters, trimmed, no control characters." })
  label!: string;
  @Field(() => Date, { nullable: true, description: "Later than now." }) expiresAt?: Date | null;
  @Field(() => String, { nullable: true, description: "Login; left out: the caller's own account." })
  account?: string | null;
}

@InputType()
export class CreateRepositoryTokenInput implements CreateRepositoryToken {
  @Field(() => String, { description: "Slug." }) repository!: string;
  @Field(() => RepositoryScopeEnum) scope!: RepositoryScope;
  @Field(() => String, { description: "1 to 100 characters, trimmed, no control characters." })
  label!: string;
  @Field(() => Date, { nullable: true, description: "Later than now." }) expiresAt?: Date | null;
}

@InputType({ description: "All or none, in one transaction." })
export class CreateRepositoryTokensInput implements CreateRepositoryTokens {
  @Field(() => String, { description: "Slug." }) organization!: string;

  @Field(() => [String], {
    nullable: true,
    description:
      "Never null. 1 to 1000 different names in it; left out: all of its repositories, if they are at most 1000.",
  })
  repositories?: string[] | null;

  @Field(() => RepositoryScopeEnum) scope!: RepositoryScope;
  @Field(() => String, { description: "1 to 100 characters, trimmed, no control characters." })
  label!: string;
  @Field(() => Date, { nullable: true, description: "Later than now." }) expiresAt?: Date | null;
}

@InputType()
export class RotateTokenInput implements Omit<RotateToken, "id"> {
  @Field(() => ID, {
    nullable: true,
    description: "Never null. Left out of the document: the token presented.",
  })
  id?: string | null;

  @Field(() => RotationHandoverEnum, { nullable: true, defaultValue: "IMMEDIATE" })
  handover?: "IMMEDIATE" | "ON_FIRST_USE" | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 0,
    description: "0 to 2592000 (30 days); with IMMEDIATE it must be 0.",
  })
  overlapSeconds?: number | null;

  @Field(() => String, { nullable: true, description: "Left out: the old one's." }) label?: string | null;

  @Field(() => Date, {
    nullable: true,
    description: "Left out: now plus the old one's whole lifetime, never if it never expired. Null: never.",
  })
  expiresAt?: Date | null;
}

@InputType({
  description:
    "As RevokeTokensInput chooses (no filter is ever null), at most 1000, all or none; the token presented is never among them.",
})
export class RotateTokensInput {
  @Field(() => String, { nullable: true, description: "Login." }) account?: string | null;
  @Field(() => String, { nullable: true, description: "Slug." }) repository?: string | null;
  @Field(() => String, { nullable: true, description: "Slug." }) organization?: string | null;
  @Field(() => [ID], { nullable: true, description: "1 to 1000." }) ids?: string[] | null;
  @Field(() => Date, { nullable: true }) createdBefore?: Date | null;

  @Field(() => RotationHandoverEnum, { nullable: true, defaultValue: "ON_FIRST_USE" })
  handover?: "IMMEDIATE" | "ON_FIRST_USE" | null;

  @Field(() => Int, { nullable: true, defaultValue: 0, description: "0 to 2592000 (30 days)." })
  overlapSeconds?: number | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: "Count only, change nothing." })
  dryRun?: boolean | null;
}

@InputType()
export class HandoverInput {
  @Field(() => ID, { description: "The RETIRING token." }) id!: string;
}

@InputType()
export class RevokeTokenInput {
  @Field(() => ID, {
    nullable: true,
    description: "Never null. Left out of the document: the token presented.",
  })
  id?: string | null;

  @Field(() => String, { nullable: true, description: "At most 200 characters." }) reason?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: "Also every token made with it, and with those.",
  })
  withCreated?: boolean | null;
}

@InputType({
  description:
    "Live tokens that fit all that is given; at least one of account, repository, organization, ids. No filter is ever null.",
})
export class RevokeTokensInput {
  @Field(() => String, {
    nullable: true,
    description:
      "Login: its account tokens and the repository tokens that it created. With organization or repository: only repository tokens there.",
  })
  account?: string | null;

  @Field(() => String, { nullable: true, description: "Slug." }) repository?: string | null;
  @Field(() => String, { nullable: true, description: "Slug." }) organization?: string | null;
  @Field(() => [ID], { nullable: true, description: "1 to 1000." }) ids?: string[] | null;
  @Field(() => Date, { nullable: true }) createdBefore?: Date | null;
  @Field(() => String, { nullable: true, description: "At most 200 characters." }) reason?: string | null;
  @Field(() => Boolean, { nullable: true, defaultValue: false }) withCreated?: boolean | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: "Count only, change nothing." })
  dryRun?: boolean | null;
}

@InputType()
export class ReportLeakedTokenInput {
  @Field(() => String) secret!: string;
  @Field(() => String, { nullable: true, description: "Where it was found." }) url?: string | null;
}

const LIVE: TokenState[] = ["ACTIVE", "RETIRING"];

@ArgsType()
export class AccountTokensArgs extends PageArgsInput {
  @Field(() => [TokenStateEnum], { nullable: true, defaultValue: LIVE }) states?: TokenState[] | null;
}

@ArgsType()
export class TokensArgs extends AccountTokensArgs {
  @Field(() => RepositoryScopeEnum, { nullable: true }) scope?: RepositoryScope | null;
  @Field(() => String, { nullable: true, description: "Login." }) createdBy?: string | null;
  @Field(() => Date, { nullable: true }) expiresBefore?: Date | null;
  @Field(() => Date, { nullable: true, description: "Never used counts." }) unusedSince?: Date | null;
}
