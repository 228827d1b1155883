import type { RepositoryScope } from "./scope";

export const VERIFICATION_CODES = [
  "NOT_FOUND",
  "REVOKED",
  "ROTATED",
  "EXPIRED",
  "ACCOUNT_SUSPENDED",
  "REPOSITORY_DENIED",
  "SCOPE_DENIED",
  "VALID",
] as const;
export type VerificationCode = (typeof VERIFICATION_CODES)[number];

/** The outcome of a verification: expected, so a value. An error means that the system failed. */
export type Verdict = { readonly code: "NOT_FOUND" } | KnownVerdict;

export interface KnownVerdict {
  readonly code: Exclude<VerificationCode, "NOT_FOUND">;
  readonly tokenId: number;
  readonly createdAt: Date;
  /** The owner of an account token. */
  readonly accountId: number | null;
  readonly login: string | null;
  /** That a repository token was made for; null where it is gone, and for account tokens. */
  readonly ownRepositoryId: number | null;
  /** Null where the repository asked for was denied, or is gone. */
  readonly repositoryId: number | null;
  /** As held on the repository asked for, also when it is too low; without one, a repository token's own. */
  readonly scope: RepositoryScope | null;
  readonly expiresAt: Date | null;
}
