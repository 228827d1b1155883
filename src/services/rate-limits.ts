import { isIPv6 } from "node:net";
import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import type { Actor } from "../domain/actor";
import { AppError } from "../errors";

/** Who is counted: the token presented, or the address of whoever presents none, or a bad one. */
export type RateSubject =
  { readonly kind: "token"; readonly id: number } | { readonly kind: "address"; readonly address: string };

/** What a subject has left, as the RateLimit header fields say it (seconds until the window ends). */
export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetSeconds: number;
}

const WINDOW_SECONDS = 60;

/**
 * Counts guesses, not requests: each aliased field is one. Windows of a minute, in this process alone. A good token is
 * counted by itself, so that nobody at the same address can shut it out.
 */
export class RateLimits {
  private readonly limiters: Readonly<Record<RateSubject["kind"], RateLimiterMemory | null>>;

  /** Guesses a minute; 0: no limit. */
  constructor(perToken: number, perAddress: number) {
    const limiter = (points: number): RateLimiterMemory | null =>
      points === 0 ? null : new RateLimiterMemory({ points, duration: WINDOW_SECONDS });
    this.limiters = { token: limiter(perToken), address: limiter(perAddress) };
  }

  /** Throws RATE_LIMITED when nothing is left. Counts nothing. */
  async check(subject: RateSubject): Promise<void> {
    const limiter = this.limiters[subject.kind];
    const found = limiter && (await limiter.get(keyOf(subject)));
    if (limiter && found && found.consumedPoints >= limiter.points) throw limited(found);
  }

  /** Counts so many guesses, and throws RATE_LIMITED when they are more than was left. */
  async count(subject: RateSubject, guesses: number): Promise<void> {
    const limiter = this.limiters[subject.kind];
    if (limiter === null || guesses === 0) return;
    try {
      await limiter.consume(keyOf(subject), guesses);
    } catch (error) {
      throw limited(error as RateLimiterRes);
    }
  }

  /** Null where there is no limit. */
  async stateOf(subject: RateSubject): Promise<RateState | null> {
    const limiter = this.limiters[subject.kind];
    if (limiter === null) return null;
    const found = await limiter.get(keyOf(subject));
    return {
      limit: limiter.points,
      remaining: Math.max(0, limiter.points - (found?.consumedPoints ?? 0)),
      resetSeconds: found === null ? WINDOW_SECONDS : secondsUntil(found),
    };
  }
}

export function subjectOf(actor: Actor, address: string | null): RateSubject {
  return actor.kind === "anonymous"
    ? { kind: "address", address: address ?? "unknown" }
    : { kind: "token", id: actor.token.id };
}

function keyOf(subject: RateSubject): string {
  return subject.kind === "token" ? String(subject.id) : network(subject.address);
}

/** An IPv6 host has a whole /64 to itself: that is what is counted. */
function network(address: string): string {
  if (!isIPv6(address) || address.startsWith("::ffff:")) return address;
  const [head = "", tail = ""] = address.split("::", 2);
  const groups = head.split(":");
  const missing = 8 - groups.length - tail.split(":").filter((group) => group !== "").length;
  const full = address.includes("::")
    ? [...groups, ...Array<string>(Math.max(0, missing)).fill("0")]
    : groups;
  return full
    .slice(0, 4)
    .map((group) => (parseInt(group, 16) || 0).toString(16))
    .join(":");
}

const secondsUntil = (state: RateLimiterRes): number => Math.max(1, Math.ceil(state.msBeforeNext / 1000));

const limited = (state: RateLimiterRes): AppError =>
  new AppError("RATE_LIMITED", "too many guesses: try again later", {
    retryAfterSeconds: secondsUntil(state),
  });
