import { ArgsType, Field } from "type-graphql";
import type { AuditAction } from "../../domain/audit-event";
import { PageArgsInput } from "../connection";
import { AuditActionEnum } from "../enums";

@ArgsType()
export class AuditArgs extends PageArgsInput {
  @Field(() => [AuditActionEnum], { nullable: true }) actions?: AuditAction[] | null;
  @Field(() => Date, { nullable: true, description: "From this instant on." }) since?: Date | null;
  @Field(() => Date, { nullable: true, description: "Before this instant." }) until?: Date | null;
}
