import { type Actor, isSiteAdmin } from "../domain/actor";
import { expiryWithin, lifetimeMs, outlives } from "../domain/token";
import { AppError } from "../errors";
import type { Foundation } from "./foundation";
import { readExpiry } from "./input";

/**
 * How long a token made by this actor may live from now, in milliseconds: no longer than the actor's own whole
 * lifetime, but for a site administrator's tokens for other accounts. `ownerId`: whose account token it is to be, null
 * for a repository's.
 */
export function longestLifetimeMs(actor: Actor, ownerId: number | null): number {
  if (actor.kind === "anonymous") return 0;
  const forAnother = ownerId !== null && actor.kind === "account" && ownerId !== actor.account.id;
  return forAnother && isSiteAdmin(actor) ? Infinity : lifetimeMs(actor.token);
}

/** The expiry of a new token: as given, which may be FORBIDDEN, or as wanted, cut to what is allowed. */
export function decideExpiry(
  { limits }: Foundation,
  now: number,
  { given, wantedMs, mostMs }: { given: Date | null; wantedMs: number; mostMs: number },
): Date | null {
  if (given === null) return expiryWithin(now, wantedMs, Math.min(mostMs, limits.maxTokenLifetimeMs));
  if (outlives(given, now, mostMs)) throw outlivesCaller();
  return given;
}

/** What the input alone shows of an expiry: BAD_USER_INPUT when it is past, or later than the server's maximum. */
export function checkExpiry(
  foundation: Foundation,
  expiresAt: Date | null | undefined,
  field = "expiresAt",
): Date | null {
  if (expiresAt === null || expiresAt === undefined) return null;
  return readExpiry(field, expiresAt, foundation.now(), foundation.limits.maxTokenLifetimeMs);
}

export const outlivesCaller = (): AppError =>
  new AppError("FORBIDDEN", "a token may not make one that lives longer than its own whole lifetime", {
    field: "expiresAt",
  });
