import { Authorized, Field, ID, ObjectType } from "type-graphql";
import type { Account, AccountKind } from "../../domain/account";
import type { RuleName } from "../../domain/rules";
import { connectionOf } from "../connection";
import { AccountKindEnum } from "../enums";
import { NodeInterface } from "../node/node.object";

@ObjectType("Account", { implements: NodeInterface, description: "A person or a service." })
export class AccountObject implements Omit<Account, "noun" | "id"> {
  @Field(() => ID) id!: string;

  @Field(() => String, {
    description: "1 to 39 letters, digits and single inner hyphens; kept as written, compared without case.",
  })
  login!: string;

  @Field(() => String, { nullable: true }) name!: string | null;
  @Field(() => AccountKindEnum) kind!: AccountKind;

  @Authorized<RuleName>("Account.isSiteAdmin")
  @Field(() => Boolean, { nullable: true, description: "The account itself and site administrators." })
  isSiteAdmin!: boolean;

  @Authorized<RuleName>("Account.createdAt")
  @Field(() => Date, { nullable: true, description: "The account itself and site administrators." })
  createdAt!: Date;

  @Authorized<RuleName>("Account.suspendedAt")
  @Field(() => Date, { nullable: true, description: "Set: every account token of this account is refused." })
  suspendedAt!: Date | null;
}

export const AccountConnection = connectionOf(AccountObject, "Account");
