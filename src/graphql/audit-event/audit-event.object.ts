import { Field, ID, ObjectType } from "type-graphql";
import type { AuditAction, AuditEvent } from "../../domain/audit-event";
import type { OrganizationRole } from "../../domain/organization";
import type { RepositoryScope } from "../../domain/scope";
import { connectionOf } from "../connection";
import { AuditActionEnum, OrganizationRoleEnum, RepositoryScopeEnum } from "../enums";
import { NodeInterface } from "../node/node.object";

type Plain = Pick<AuditEvent, "at" | "action" | "requestId" | "scope" | "role" | "reason">;

@ObjectType("AuditEvent", {
  implements: NodeInterface,
  description: "Written in the transaction of the change: one line for each object changed.",
})
export class AuditEventObject implements Plain {
  @Field(() => ID) id!: string;
  @Field(() => Date) at!: Date;
  @Field(() => AuditActionEnum) action!: AuditAction;
  @Field(() => String, { nullable: true }) requestId!: string | null;
  @Field(() => RepositoryScopeEnum, { nullable: true }) scope!: RepositoryScope | null;
  @Field(() => OrganizationRoleEnum, { nullable: true }) role!: OrganizationRole | null;

  @Field(() => String, {
    nullable: true,
    description: "As given. REPOSITORY_RENAMED and REPOSITORY_DELETED: the slug that is gone.",
  })
  reason!: string | null;
}

export const AuditEventConnection = connectionOf(AuditEventObject, "AuditEvent");
