import type { TextBound } from "../domain/text";
import { badInput } from "../errors";
import { holdsSecret } from "../secrets/parse";

/**
 * The text as it is kept. Throws BAD_USER_INPUT, naming the field and what is allowed, never the value. A text with a
 * secret in it is refused too: it would be stored, listed and logged in the clear.
 */
export function readText(field: string, bound: TextBound, text: string): string {
  const kept = bound.accept(text);
  if (kept === null) throw badInput(field, bound.allowed);
  if (holdsSecret(kept)) throw badInput(field, "must not hold a token");
  return kept;
}

/** The same for a text that may be left out; an empty one counts as left out where the bound lets it. */
export function readOptionalText(
  field: string,
  bound: TextBound,
  text: string | null | undefined,
): string | null {
  if (text === null || text === undefined) return null;
  return readText(field, bound, text) || null;
}

/** An expiry that was given. Throws BAD_USER_INPUT unless it is later than now and within the maximum lifetime. */
export function readExpiry(field: string, expiresAt: Date, now: number, maxLifetimeMs: number): Date {
  if (expiresAt.getTime() <= now) throw badInput(field, "must be later than now");
  if (expiresAt.getTime() > now + maxLifetimeMs) {
    throw badInput(field, `must be at most ${maxLifetimeMs / 86_400_000} days from now`);
  }
  return expiresAt;
}

export function readWholeNumber(field: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw badInput(field, `must be a whole number from ${least} to ${most}`);
  }
  return value;
}
