import { Entity } from "typeorm";
import type { RepositoryScope } from "../domain/scope";
import type { TokenKind } from "../domain/token";
import { IdColumn, InstantColumn, IntegerColumn, TextColumn, TruthColumn } from "./columns";

@Entity({ name: "token" })
export class TokenEntity {
  @IdColumn() id!: number;
  @TextColumn("kind") kind!: TokenKind;
  /** SHA-256 of the secret. Never selected: rows are found by it, it never comes out. */
  @TextColumn("digest", { select: false }) digest!: string;
  @TextColumn("hint") hint!: string;
  @TextColumn("scope", { nullable: true }) scope!: RepositoryScope | null;
  @TextColumn("label") label!: string;
  @IntegerColumn("account_id", { nullable: true }) accountId!: number | null;
  @IntegerColumn("repository_id", { nullable: true }) repositoryId!: number | null;
  @IntegerColumn("organization_id", { nullable: true }) organizationId!: number | null;
  @IntegerColumn("created_by_id", { nullable: true }) createdById!: number | null;
  @IntegerColumn("created_by_token_id", { nullable: true }) createdByTokenId!: number | null;
  @InstantColumn("created_at") createdAt!: Date;
  @InstantColumn("expires_at", { nullable: true }) expiresAt!: Date | null;
  @InstantColumn("last_used_at", { nullable: true }) lastUsedAt!: Date | null;
  @InstantColumn("revoked_at", { nullable: true }) revokedAt!: Date | null;
  @IntegerColumn("revoked_by_id", { nullable: true }) revokedById!: number | null;
  @TextColumn("revoke_reason", { nullable: true }) revokeReason!: string | null;
  @InstantColumn("rotated_at", { nullable: true }) rotatedAt!: Date | null;
  @IntegerColumn("replaces_id", { nullable: true }) replacesId!: number | null;
  @IntegerColumn("replaced_by_id", { nullable: true }) replacedById!: number | null;
  @InstantColumn("handover_started_at", { nullable: true }) handoverStartedAt!: Date | null;
  @InstantColumn("handover_ends_at", { nullable: true }) handoverEndsAt!: Date | null;
  @IntegerColumn("overlap_seconds", { nullable: true }) overlapSeconds!: number | null;
  @InstantColumn("successor_used_at", { nullable: true }) successorUsedAt!: Date | null;
  @InstantColumn("overlap_ends_at", { nullable: true }) overlapEndsAt!: Date | null;
  @TruthColumn("awaits_first_use") awaitsFirstUse!: boolean;
  @InstantColumn("lapses_at", { nullable: true }) lapsesAt!: Date | null;
  /** How often it was used, and how often it had been when its handover began. */
  @IntegerColumn("use_count", { select: false }) useCount!: number;
  @IntegerColumn("handover_use_base", { select: false }) handoverUseBase!: number;
  /** When its reuse after rotation was last written down. */
  @InstantColumn("reused_at", { nullable: true, select: false }) reusedAt!: Date | null;
  @TruthColumn("imported") imported!: boolean;
}
