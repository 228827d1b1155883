import { Field, ID, Int, ObjectType } from "type-graphql";
import type { Build, BuildStatus } from "../../domain/build";
import { connectionOf } from "../connection";
import { BuildStatusEnum } from "../enums";
import { NodeInterface } from "../node/node.object";

@ObjectType("Build", { implements: NodeInterface })
export class BuildObject implements Omit<Build, "noun" | "id" | "repositoryId"> {
  @Field(() => ID) id!: string;
  @Field(() => Int, { description: "Counts from 1 within its repository." }) number!: number;
  @Field(() => String) branch!: string;
  @Field(() => String) commit!: string;
  @Field(() => BuildStatusEnum) status!: BuildStatus;
  @Field(() => String, { nullable: true }) url!: string | null;
  @Field(() => Date) reportedAt!: Date;
}

export const BuildConnection = connectionOf(BuildObject, "Build");
