import { Entity } from "typeorm";
import type { AuditAction } from "../domain/audit-event";
import type { OrganizationRole } from "../domain/organization";
import type { RepositoryScope } from "../domain/scope";
import { IdColumn, InstantColumn, IntegerColumn, TextColumn } from "./columns";

@Entity({ name: "audit_event" })
export class AuditEventEntity {
  @IdColumn() id!: number;
  @InstantColumn("at") at!: Date;
  @TextColumn("action") action!: AuditAction;
  @TextColumn("request_id", { nullable: true }) requestId!: string | null;
  @IntegerColumn("actor_id", { nullable: true }) actorId!: number | null;
  @IntegerColumn("actor_token_id", { nullable: true }) actorTokenId!: number | null;
  @IntegerColumn("account_id", { nullable: true }) accountId!: number | null;
  @IntegerColumn("organization_id", { nullable: true }) organizationId!: number | null;
  @IntegerColumn("repository_id", { nullable: true }) repositoryId!: number | null;
  @IntegerColumn("token_id", { nullable: true }) tokenId!: number | null;
  @TextColumn("scope", { nullable: true }) scope!: RepositoryScope | null;
  @TextColumn("role", { nullable: true }) role!: OrganizationRole | null;
  @TextColumn("reason", { nullable: true }) reason!: string | null;
  @TextColumn("ip", { nullable: true }) ip!: string | null;
  @TextColumn("user_agent", { nullable: true }) userAgent!: string | null;
}
