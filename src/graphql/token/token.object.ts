import { Field, ID, Int, ObjectType } from "type-graphql";
import type { RepositoryScope } from "../../domain/scope";
import type { Token, TokenKind } from "../../domain/token";
import type { TokenHandover } from "../../services/usage-service";
import { connectionOf } from "../connection";
import { RepositoryScopeEnum, TokenKindEnum } from "../enums";
import { NodeInterface } from "../node/node.object";

type Plain = Pick<
  Token,
  "kind" | "scope" | "label" | "hint" | "createdAt" | "lastUsedAt" | "revokedAt" | "revokeReason" | "imported"
>;

@ObjectType("Token", {
  implements: NodeInterface,
  description: "A token without its secret: the secret exists only in the answers of create and rotate.",
})
export class TokenObject implements Plain {
  @Field(() => ID) id!: string;
  @Field(() => TokenKindEnum) kind!: TokenKind;

  @Field(() => RepositoryScopeEnum, {
    nullable: true,
    description: "REPOSITORY tokens: their scope. ACCOUNT tokens: null, they reach what their owner reaches.",
  })
  scope!: RepositoryScope | null;

  @Field(() => String) label!: string;

  @Field(() => String, {
    description:
      "Kind and first four characters of the secret, to recognise it: twr_Ab3d. Imported tokens: imported.",
  })
  hint!: string;

  @Field(() => Date) createdAt!: Date;
  @Field(() => Date, { nullable: true, description: "Right within a minute; null before the first use." })
  lastUsedAt!: Date | null;

  @Field(() => Date, { nullable: true, description: "Ended by someone before its time: when." })
  revokedAt!: Date | null;

  @Field(() => String, { nullable: true, description: "Ended by someone before its time: why." })
  revokeReason!: string | null;

  @Field(() => Boolean, { description: "Brought in by importTokens." }) imported!: boolean;
}

@ObjectType("TokenHandover")
export class TokenHandoverObject implements TokenHandover {
  @Field(() => Date) startedAt!: Date;
  @Field(() => Date, { nullable: true }) firstUseOfNewAt!: Date | null;
  @Field(() => Int) oldUsesSinceStart!: number;
  @Field(() => Int) overlapSeconds!: number;

  @Field(() => Date, {
    description: "When the old ends (after the new one's first use), or the new one (unused).",
  })
  endsAt!: Date;
}

@ObjectType("TokenUsageDay")
export class TokenUsageDayObject {
  @Field(() => String, { description: "Of UTC: 2026-11-22." }) date!: string;
  @Field(() => Int) count!: number;
}

@ObjectType("TokenUsageClient")
export class TokenUsageClientObject {
  @Field(() => String, { nullable: true }) ip!: string | null;
  @Field(() => String, { nullable: true }) userAgent!: string | null;
  @Field(() => Date) lastUsedAt!: Date;
  @Field(() => Int) count!: number;
}

@ObjectType("TokenUsage")
export class TokenUsageObject {
  @Field(() => [TokenUsageDayObject]) days!: TokenUsageDayObject[];
  @Field(() => [TokenUsageClientObject]) clients!: TokenUsageClientObject[];
}

export const TokenConnection = connectionOf(TokenObject, "Token");

@ObjectType()
export class CreateTokenPayload {
  @Field(() => TokenObject) token!: TokenObject;
  @Field(() => String, { description: "Shown this once." }) secret!: string;
}

@ObjectType()
export class CreateRepositoryTokensPayload {
  @Field(() => [CreateTokenPayload]) tokens!: CreateTokenPayload[];
}

@ObjectType()
export class RotateTokenPayload {
  @Field(() => TokenObject) token!: TokenObject;
  @Field(() => String, { description: "Shown this once." }) secret!: string;
  @Field(() => TokenObject, { description: "The old one." }) replaced!: TokenObject;
}

@ObjectType()
export class RotateTokensPayload {
  @Field(() => Int) rotatedCount!: number;
  @Field(() => [RotateTokenPayload]) tokens!: RotateTokenPayload[];
}

@ObjectType()
export class TokenPayload {
  @Field(() => TokenObject) token!: TokenObject;
}

@ObjectType()
export class RevokeTokenPayload {
  @Field(() => TokenObject) token!: TokenObject;
  @Field(() => Int, { description: "How many tokens this ended." }) revokedCount!: number;
}

@ObjectType()
export class RevokeTokensPayload {
  @Field(() => Int) revokedCount!: number;
}

@ObjectType({ description: "The same answer whether the secret was known or not." })
export class ReportLeakedTokenPayload {
  @Field(() => Boolean) accepted!: boolean;
}
