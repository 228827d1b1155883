import { type Ended, type LineEvent, type LineToken, rotationTarget, step } from "../domain/handover";
import type { Token } from "../domain/token";
import { findLines, updateLife } from "../store/line-store";
import { revokeTokens } from "../store/token-store";
import type { Change } from "./change";

interface Ending {
  readonly byId: number | null;
  readonly reason: string | null;
}

/** The lines of some tokens in a transaction: steps are taken on them in memory, and written together. */
export class Lines {
  private constructor(
    private readonly change: Change,
    private readonly before: Map<number, Token>,
    private lives: ReadonlyMap<number, LineToken>,
  ) {}

  private readonly ended: Ended[] = [];
  /** As time alone had left them. */
  private settled: ReadonlyMap<number, LineToken> = this.lives;

  /** The tokens of these ids with those before and after them. Writes down, with `save`, what time has done to them. */
  static async load(change: Change, ids: readonly number[]): Promise<Lines> {
    const tokens = new Map((await findLines(change.tx, ids)).map((token) => [token.id, token]));
    const lines = new Lines(change, tokens, tokens);
    lines.take({ kind: "settle" });
    lines.settled = lines.lives;
    return lines;
  }

  get ids(): number[] {
    return [...this.lives.keys()];
  }

  /** One step. A successor that it makes must be stored already. */
  take(event: LineEvent): {
    readonly outcome: "done" | "refused" | "conflict";
    readonly replacedId: number | null;
  } {
    const { line, outcome, ended, replacedId } = step(this.lives, event, this.change.now);
    this.lives = line;
    this.ended.push(...ended);
    return { outcome, replacedId };
  }

  /** A token that was stored meanwhile. */
  add(token: Token): void {
    this.before.set(token.id, token);
    this.lives = new Map(this.lives).set(token.id, token);
  }

  /** The token that rotating this one replaces. */
  targetOf(id: number): Token | undefined {
    const target = rotationTarget(this.lives, id, this.change.now);
    return target && this.token(target.id);
  }

  /** A token as it stands after the steps; undefined: it is not in these lines. */
  token(id: number): Token | undefined {
    const before = this.before.get(id);
    return before && { ...before, ...this.lives.get(id) };
  }

  /** Writes what changed, and the audit lines of what ended on the way. The caller sees what it ended. */
  async save(ending: Ending): Promise<void> {
    const { tx, now, authority } = this.change;
    const revoked: number[] = [];
    for (const [id, life] of this.lives) {
      const before = this.before.get(id);
      if (life === before) continue;
      if (life.revokedAt !== null && before?.revokedAt === null) revoked.push(id);
      if (before === undefined || differs(life, before)) await updateLife(tx, id, life);
      const settled = this.settled.get(id);
      if (before !== undefined && settled !== undefined && !hasEnded(settled) && hasEnded(life))
        authority.reveal(before);
    }
    await revokeTokens(tx, revoked, { at: new Date(now), ...ending });
    for (const { id, how, at } of this.ended) this.recordEnd(id, how, at);
  }

  private recordEnd(id: number, how: Ended["how"], at: Date): void {
    const about = aboutToken(this.token(id));
    if (how === "CANCELED") {
      this.change.record({ action: "HANDOVER_CANCELED", tokenId: id, ...about });
      return;
    }
    // Time did it: nobody acted, and the request at hand is only the one that noticed.
    const nobody = { actorId: null, actorTokenId: null, requestId: null, ip: null, userAgent: null };
    this.change.record({ action: "HANDOVER_LAPSED", tokenId: id, ...about, ...nobody, at });
  }
}

/** Where an audit line about a token belongs. */
export function aboutToken(token: Token | undefined) {
  const { accountId = null, repositoryId = null, organizationId = null, scope = null } = token ?? {};
  return { accountId, repositoryId, organizationId, scope };
}

const hasEnded = ({ revokedAt, rotatedAt }: LineToken): boolean => revokedAt !== null || rotatedAt !== null;

const life = [
  "expiresAt",
  "rotatedAt",
  "replacedById",
  "handoverStartedAt",
  "handoverEndsAt",
  "overlapSeconds",
  "successorUsedAt",
  "overlapEndsAt",
  "awaitsFirstUse",
  "lapsesAt",
] as const;

const differs = (one: LineToken, other: LineToken): boolean =>
  life.some((field) => one[field] !== other[field]);
