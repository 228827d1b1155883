import { Authorized, Field, ID, ObjectType } from "type-graphql";
import type { Organization, OrganizationRole } from "../../domain/organization";
import type { RuleName } from "../../domain/rules";
import { connectionOf } from "../connection";
import { OrganizationRoleEnum } from "../enums";
import { NodeInterface } from "../node/node.object";

@ObjectType("Organization", { implements: NodeInterface })
export class OrganizationObject implements Omit<Organization, "noun" | "id"> {
  @Field(() => ID) id!: string;

  @Field(() => String, {
    description:
      "provider/name, for example gh/codacy. Providers: gh, ghe, gl, gle, bb, bbe. Names: 1 to 100 of A-Z a-z 0-9 . _ -, not . or ..; kept as written, compared without case.",
  })
  slug!: string;

  @Field(() => String) name!: string;

  @Authorized<RuleName>("Organization.createdAt")
  @Field(() => Date, { nullable: true, description: "Members." })
  createdAt!: Date;
}

@ObjectType("Membership")
export class MembershipObject {
  @Field(() => OrganizationRoleEnum) role!: OrganizationRole;
}

export const OrganizationConnection = connectionOf(OrganizationObject, "Organization");
export const MembershipConnection = connectionOf(MembershipObject, "Membership");
