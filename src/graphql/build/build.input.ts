import { ArgsType, Field, InputType, Int, ObjectType } from "type-graphql";
import type { BuildStatus } from "../../domain/build";
import type { ReportBuild } from "../../services/build-service";
import { PageArgsInput } from "../connection";
import { BuildStatusEnum } from "../enums";
import { BuildObject } from "./build.object";

@InputType({
  description:
    "number left out: a new build, which gets the next one. Given: that build's status and url change.",
})
export class ReportBuildInput implements ReportBuild {
  @Field(() => String, { description: "Slug." }) repository!: string;
  @Field(() => Int, { nullable: true }) number?: number | null;
  @Field(() => String, { description: "1 to 255 characters." }) branch!: string;
  @Field(() => String, { description: "7 to 64 hexadecimal digits." }) commit!: string;
  @Field(() => BuildStatusEnum) status!: BuildStatus;
  @Field(() => String, { nullable: true, description: "http or https, at most 2000 characters." })
  url?: string | null;
}

@ObjectType()
export class ReportBuildPayload {
  @Field(() => BuildObject) build!: BuildObject;
}

@ArgsType()
export class BuildsArgs extends PageArgsInput {
  @Field(() => String, { nullable: true }) branch?: string | null;
}
