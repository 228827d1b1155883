import { ArgsType, Field, InputType, ObjectType } from "type-graphql";
import type { AccountKind } from "../../domain/account";
import type { CreateAccount, UpdateAccount } from "../../services/account-service";
import { PageArgsInput } from "../connection";
import { AccountKindEnum } from "../enums";
import { AccountObject } from "./account.object";

@InputType()
export class CreateAccountInput implements CreateAccount {
  @Field(() => String, { description: "1 to 39 letters, digits and single inner hyphens." }) login!: string;
  @Field(() => String, { nullable: true, description: "1 to 100 characters." }) name?: string | null;
  @Field(() => AccountKindEnum, { nullable: true, defaultValue: "USER" }) kind?: AccountKind | null;
  @Field(() => Boolean, { nullable: true, defaultValue: false }) isSiteAdmin?: boolean | null;
}

@InputType({ description: "name: null clears it." })
export class UpdateAccountInput implements UpdateAccount {
  @Field(() => String) login!: string;
  @Field(() => String, { nullable: true }) name?: string | null;
  @Field(() => Boolean, { nullable: true }) isSiteAdmin?: boolean | null;
}

@InputType()
export class SuspendAccountInput {
  @Field(() => String) login!: string;
  @Field(() => String, { nullable: true, description: "At most 200 characters." }) reason?: string | null;
}

@InputType()
export class ResumeAccountInput {
  @Field(() => String) login!: string;
}

@ObjectType()
export class AccountPayload {
  @Field(() => AccountObject) account!: AccountObject;
}

@ArgsType()
export class SearchArgs extends PageArgsInput {
  @Field(() => String, { nullable: true, description: "A substring, without ASCII case." }) query?:
    string | null;
}
