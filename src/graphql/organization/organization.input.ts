import { Field, InputType, ObjectType } from "type-graphql";
import type { OrganizationRole } from "../../domain/organization";
import { OrganizationRoleEnum } from "../enums";
import { OrganizationObject } from "./organization.object";

@InputType()
export class CreateOrganizationInput {
  @Field(() => String, { description: "provider/name." }) slug!: string;
}

@InputType()
export class SetMembershipInput {
  @Field(() => String, { description: "Slug." }) organization!: string;
  @Field(() => String) login!: string;
  @Field(() => OrganizationRoleEnum) role!: OrganizationRole;
}

@InputType()
export class RemoveMembershipInput {
  @Field(() => String, { description: "Slug." }) organization!: string;
  @Field(() => String) login!: string;
}

@ObjectType()
export class OrganizationPayload {
  @Field(() => OrganizationObject) organization!: OrganizationObject;
}
