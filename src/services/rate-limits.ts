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

  /** Counts so many guesses. Rejects with RATE_LIMITED when they are more than was left. */
  count(subject: RateSubject, guesses: number): Promise<void> {
    const limiter = this.limiters[subject.kind];
    if (limiter === null || guesses === 0) return nothing;
    return limiter.consume(keyOf(subject), guesses).then(ignore, (left: unknown) => {
      throw limited(left as RateLimiterRes);
    });
  }

  /** Null where there is no limit. */
  stateOf(subject: RateSubject): Promise<RateState> | null {
    const limiter = this.limiters[subject.kind];
    if (limiter === null) return null;
    return limiter.get(keyOf(subject)).then((found) => ({
      limit: limiter.points,
      remaining: Math.max(0, limiter.points - (found?.consumedPoints ?? 0)),
      resetSeconds: found === null ? WINDOW_SECONDS : secondsUntil(found),
    }));
  }
}

const nothing = Promise.resolve();
const ignore = (): void => undefined;

export function subjectOf(actor: Actor, address: string | null): RateSubject {
  return actor.kind === "anonymous"
    ? { kind: "address", address: address ?? "unknown" }
    : { kind: "token", id: actor.token.id };
}

function keyOf(subject: RateSubject): string {
  return subject.kind === "token" ? String(subject.id) : network(subject.address);
}

/** Each host has one, however its address is written. An IPv6 host has a whole /64 to itself: that is what is counted. */
function network(address: string): string {
  if (!isIPv6(address)) return address;
  // In lower case, without leading zeros, the zone left out.
  const written = new URL(`http://[${address.replace(/%.*$/, "")}]`).hostname.slice(1, -1);
  const [head = [], tail] = written
    .split("::")
    .map((part) => part.split(":").filter((group) => group !== ""));
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array<string>(zeros).fill("0"), ...(tail ?? [])];
  return written.startsWith("::ffff:") ? ipv4(groups.slice(6)) : groups.slice(0, 4).join(":");
}

/** An IPv4 address as the last two groups of an IPv6 address hold it. */
function ipv4(groups: readonly string[]): string {
  const bytes = groups.map((group) => parseInt(group, 16)).flatMap((group) => [group >> 8, group & 255]);
  return bytes.join(".");
}

const secondsUntil = (state: RateLimiterRes): number => Math.max(1, Math.ceil(state.msBeforeNext / 1000));

const limited = (state: RateLimiterRes): AppError =>
  new AppError("RATE_LIMITED", "too many guesses: try again later", {
    retryAfterSeconds: secondsUntil(state),
  });
