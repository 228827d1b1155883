import type { RepositoryScope } from "./scope";

export const TOKEN_KINDS = ["ACCOUNT", "REPOSITORY"] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

export const TOKEN_STATES = ["ACTIVE", "RETIRING", "ROTATED", "EXPIRED", "REVOKED"] as const;
export type TokenState = (typeof TOKEN_STATES)[number];

/** What decides a token's state, together with the clock. */
export interface TokenLife {
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly rotatedAt: Date | null;
  readonly replacesId: number | null;
  readonly replacedById: number | null;
  /** Of the old one, while it is handed over: since when, and when its unused successor ends. */
  readonly handoverStartedAt: Date | null;
  readonly handoverEndsAt: Date | null;
  readonly overlapSeconds: number | null;
  /** Of the old one: when its successor was first used, and when it therefore ends itself. */
  readonly successorUsedAt: Date | null;
  readonly overlapEndsAt: Date | null;
  /** Of the new one, while its first use is waited for; `lapsesAt`: until then. */
  readonly awaitsFirstUse: boolean;
  readonly lapsesAt: Date | null;
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
  readonly imported: boolean;
}

/** The first that holds of REVOKED, ROTATED, EXPIRED, RETIRING, ACTIVE. At the instant of its end a token is over. */
export function stateOf(life: TokenLife, now: number): TokenState {
  const isOver = (end: Date | null): boolean => end !== null && end.getTime() <= now;
  const { expiresAt, overlapEndsAt } = life;
  if (life.revokedAt !== null) return "REVOKED";
  // What expired during its overlap stays expired.
  const expiredFirst = expiresAt !== null && overlapEndsAt !== null && expiresAt < overlapEndsAt;
  if (life.rotatedAt !== null || (isOver(overlapEndsAt) && !expiredFirst)) return "ROTATED";
  if (isOver(expiresAt) || isOver(life.lapsesAt)) return "EXPIRED";
  const inHandover =
    life.handoverStartedAt !== null && (life.successorUsedAt !== null || !isOver(life.handoverEndsAt));
  return inHandover ? "RETIRING" : "ACTIVE";
}

/** Until when a token stays as it is, if nobody changes it: its state, and when it ends. Milliseconds since 1970. */
export function settledUntil(life: TokenLife, now: number): number {
  let until = Infinity;
  for (const end of [life.expiresAt, life.lapsesAt, life.overlapEndsAt, life.handoverEndsAt]) {
    const at = end?.getTime() ?? Infinity;
    if (at > now && at < until) until = at;
  }
  return until;
}

/** When a token ends, or ended, if nothing else ends it: its expiry, or the lapse of a successor that nobody used. */
export function endOf(life: TokenLife, now: number): Date | null {
  const { lapsesAt, expiresAt } = life;
  if (lapsesAt === null || lapsesAt.getTime() > now) return expiresAt;
  return expiresAt !== null && expiresAt < lapsesAt ? expiresAt : lapsesAt;
}

/** The successor that a token has, if it still has one: one that was not used in time is none. */
export function successorIdOf(life: TokenLife, now: number): number | null {
  const { handoverStartedAt, handoverEndsAt, successorUsedAt, expiresAt } = life;
  const waited = handoverStartedAt !== null && successorUsedAt === null && handoverEndsAt !== null;
  const open = life.revokedAt === null && life.rotatedAt === null;
  const lapsed =
    waited && open && handoverEndsAt.getTime() <= now && (expiresAt === null || expiresAt > handoverEndsAt);
  return lapsed ? null : life.replacedById;
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
