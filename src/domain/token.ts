import type { RepositoryScope } from "./scope";

export const TOKEN_KINDS = ["ACCOUNT", "REPOSITORY"] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

export const TOKEN_STATES = ["ACTIVE", "RETIRING", "ROTATED", "EXPIRED", "REVOKED"] as const;
export type TokenState = (typeof TOKEN_STATES)[number];

/** The instants that decide a token's state. */
export interface TokenLife {
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly rotatedAt: Date | null;
}

/** A token as the server talks about it: without its secret and without its digest. */
export interface Token extends TokenLife {
  readonly noun: "Token";
  readonly id: number;
  readonly kind: TokenKind;
  /** Set for repository tokens, null for account tokens. */
  readonly scope: RepositoryScope | null;
  readonly label: string;
  readonly hint: string;
  /** The owner of an account token. */
  readonly accountId: number | null;
  /** The repository of a repository token; the repository may be gone. */
  readonly repositoryId: number | null;
  /** The organization of that repository; null once the repository is deleted. */
  readonly organizationId: number | null;
  readonly createdById: number | null;
  readonly createdByTokenId: number | null;
  readonly lastUsedAt: Date | null;
  readonly revokedById: number | null;
  readonly revokeReason: string | null;
  readonly replacesId: number | null;
  readonly replacedById: number | null;
  readonly imported: boolean;
}

/** The first that holds of REVOKED, ROTATED, EXPIRED, ACTIVE. At `expiresAt` itself a token is over. */
export function stateOf(life: TokenLife, now: number): TokenState {
  if (life.revokedAt !== null) return "REVOKED";
  if (life.rotatedAt !== null) return "ROTATED";
  if (life.expiresAt !== null && life.expiresAt.getTime() <= now) return "EXPIRED";
  return "ACTIVE";
}

/** Whether a token in this state is accepted. */
export function isLive(state: TokenState): state is "ACTIVE" | "RETIRING" {
  return state === "ACTIVE" || state === "RETIRING";
}

/** From creation to expiry, in milliseconds; Infinity for a token that never expires. */
export function lifetimeMs(life: TokenLife): number {
  return life.expiresAt === null ? Infinity : life.expiresAt.getTime() - life.createdAt.getTime();
}

/**
 * When a new token ends that asks for `wantedMs` of life, where `mostMs` is allowed; null: never.
 * Asking for more is not refused here: what was left out is cut, what was given is the caller's to check.
 */
export function expiryWithin(now: number, wantedMs: number, mostMs: number): Date | null {
  const lifeMs = Math.min(wantedMs, mostMs);
  return lifeMs === Infinity ? null : new Date(Math.min(now + lifeMs, LATEST_INSTANT_MS));
}

/** Whether an expiry (null: never) lies later than `mostMs` from now. */
export function outlives(expiresAt: Date | null, now: number, mostMs: number): boolean {
  return (expiresAt === null ? Infinity : expiresAt.getTime()) > now + mostMs;
}

/** The last instant that RFC 3339 can write: 9999-12-31T23:59:59.999Z. */
export const LATEST_INSTANT_MS = 253_402_300_799_999;
