import { stateOf, type Token } from "../domain/token";
import { countHandoverUses, listUsageClients, listUsageDays, MOST_DAYS } from "../store/usage-store";
import type { Caller } from "./caller";
import type { Foundation } from "./foundation";
import { readWholeNumber } from "./input";
import { permit } from "./permit";

export interface TokenUsage {
  /** Every day of the time asked for, the oldest first. */
  readonly days: readonly { readonly date: string; readonly count: number }[];
  readonly clients: Awaited<ReturnType<typeof listUsageClients>>;
}

export interface TokenHandover {
  readonly startedAt: Date;
  readonly firstUseOfNewAt: Date | null;
  readonly oldUsesSinceStart: number;
  readonly overlapSeconds: number;
  readonly endsAt: Date;
}

const DAY_MS = 86_400_000;

/** Tells the owner of a token who uses it, and what has not moved to its successor yet. */
export class UsageService {
  constructor(private readonly foundation: Foundation) {}

  /** `days`: 1 to 90, today (UTC) included. BAD_USER_INPUT, FORBIDDEN. */
  async usageOf(caller: Caller, token: Token, days: number): Promise<TokenUsage> {
    readWholeNumber("days", days, 1, MOST_DAYS);
    await permit(caller.authority, "Token.usage", token);
    const { database, usage, now } = this.foundation;
    await usage.flush();
    const today = Math.floor(now() / DAY_MS);
    const counts = await listUsageDays(database.reader, token.id, today - days + 1);
    const byDay = new Map(counts.map(({ day, count }) => [day, count]));
    return {
      days: Array.from({ length: days }, (_, index) => {
        const day = today - days + 1 + index;
        return { date: new Date(day * DAY_MS).toISOString().slice(0, 10), count: byDay.get(day) ?? 0 };
      }),
      clients: await listUsageClients(database.reader, token.id),
    };
  }

  /** Null unless the token is RETIRING. FORBIDDEN. */
  async handoverOf(caller: Caller, token: Token): Promise<TokenHandover | null> {
    await permit(caller.authority, "Token.handover", token);
    const { database, usage, now } = this.foundation;
    const { handoverStartedAt, handoverEndsAt, overlapEndsAt, expiresAt } = token;
    const planned = overlapEndsAt ?? handoverEndsAt;
    if (stateOf(token, now()) !== "RETIRING" || handoverStartedAt === null || planned === null) return null;
    // The old one's own expiry ends every handover.
    const endsAt = expiresAt !== null && expiresAt < planned ? expiresAt : planned;
    await usage.flush();
    return {
      startedAt: handoverStartedAt,
      firstUseOfNewAt: token.successorUsedAt,
      oldUsesSinceStart: await countHandoverUses(database.reader, token.id),
      overlapSeconds: token.overlapSeconds ?? 0,
      endsAt,
    };
  }
}
