import type { OrganizationRole } from "./organization";
import type { RepositoryScope } from "./scope";

export const AUDIT_ACTIONS = [
  "ACCOUNT_CREATED",
  "ACCOUNT_UPDATED",
  "ACCOUNT_SUSPENDED",
  "ACCOUNT_RESUMED",
  "ORGANIZATION_CREATED",
  "REPOSITORY_CREATED",
  "REPOSITORY_UPDATED",
  "REPOSITORY_RENAMED",
  "REPOSITORY_DELETED",
  "MEMBERSHIP_SET",
  "MEMBERSHIP_REMOVED",
  "COLLABORATOR_SET",
  "COLLABORATOR_REMOVED",
  "TOKEN_CREATED",
  "TOKEN_IMPORTED",
  "TOKEN_ROTATED",
  "TOKEN_REVOKED",
  "TOKEN_LEAK_REPORTED",
  "TOKEN_REUSED",
  "HANDOVER_FINISHED",
  "HANDOVER_CANCELED",
  "HANDOVER_LAPSED",
  "BUILD_REPORTED",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** One line for one object changed, written in the transaction that changes it. Never holds a secret. */
export interface AuditEvent {
  readonly noun: "AuditEvent";
  readonly id: number;
  readonly at: Date;
  readonly action: AuditAction;
  readonly requestId: string | null;
  readonly actorId: number | null;
  readonly actorTokenId: number | null;
  readonly accountId: number | null;
  readonly organizationId: number | null;
  readonly repositoryId: number | null;
  readonly tokenId: number | null;
  readonly scope: RepositoryScope | null;
  readonly role: OrganizationRole | null;
  readonly reason: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
}
