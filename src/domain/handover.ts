import { isLive, stateOf, type TokenLife } from "./token";

/** A token as its line sees it: what its life turns on, and who comes before and after. Ids alone tell tokens apart. */
export interface LineToken extends TokenLife {
  readonly id: number;
}

/** The tokens of one or more lines, by id. A step needs the token it is about, its predecessor and its successor. */
export type Line = ReadonlyMap<number, LineToken>;

export type LineEvent =
  | {
      readonly kind: "rotate";
      readonly id: number;
      readonly successorId: number;
      readonly successorExpiresAt: Date | null;
      readonly handover: "IMMEDIATE" | "ON_FIRST_USE";
      readonly overlapMs: number;
      /** How long an unused successor is waited for. */
      readonly deadlineMs: number;
    }
  | { readonly kind: "use" | "revoke" | "finish" | "cancel"; readonly id: number }
  /** Time passed: what has come to its end is written as ended. */
  | { readonly kind: "settle" };

/** What a step ended besides the token it was about, for the audit log. */
export interface Ended {
  readonly id: number;
  readonly how: "CANCELED" | "LAPSED";
  readonly at: Date;
}

export interface Step {
  readonly line: Line;
  /** `refused`: the token is not good; `conflict`: it is not in a state for this. In both the event changes nothing. */
  readonly outcome: "done" | "refused" | "conflict";
  readonly ended: readonly Ended[];
  /** The token that was replaced, for a rotation: the predecessor, where an unused successor was rotated. */
  readonly replacedId: number | null;
}

/**
 * The life of a line of tokens (docs/rotation.md): what an event does to it at an instant, in milliseconds since 1970.
 * Whatever happens, at most two tokens of a line are good, and nothing that ended becomes good again.
 */
export function step(line: Line, event: LineEvent, now: number): Step {
  const draft = new Draft(line, now);
  draft.settle();
  switch (event.kind) {
    case "settle":
      return draft.result("done");
    case "use":
      return draft.use(event.id);
    case "revoke":
      return draft.revoke(event.id);
    case "finish":
      return draft.finish(event.id);
    case "cancel":
      return draft.cancel(event.id);
    case "rotate":
      return draft.rotate(event);
  }
}

/** The token that rotating this one replaces: its predecessor, where that waits for its first use. */
export function rotationTarget(line: Line, id: number, now: number): LineToken | undefined {
  const token = line.get(id);
  const old = line.get(token?.replacesId ?? NaN);
  const waits = old !== undefined && old.replacedById === id && isPending(old) && isLive(stateOf(old, now));
  return waits && token !== undefined && isLive(stateOf(token, now)) ? old : token;
}

const noHandover = {
  handoverStartedAt: null,
  handoverEndsAt: null,
  overlapSeconds: null,
  successorUsedAt: null,
  overlapEndsAt: null,
} as const;
const noWait = { awaitsFirstUse: false, lapsesAt: null } as const;

/** Whether the token waits for the first use of its successor. */
const isPending = (token: LineToken): boolean =>
  token.handoverStartedAt !== null && token.successorUsedAt === null;

class Draft {
  private readonly tokens: Map<number, LineToken>;
  private readonly ended: Ended[] = [];
  private readonly at: Date;

  constructor(
    line: Line,
    private readonly now: number,
  ) {
    this.tokens = new Map(line);
    this.at = new Date(now);
  }

  result(outcome: Step["outcome"], replacedId: number | null = null): Step {
    return { line: this.tokens, outcome, ended: this.ended, replacedId };
  }

  /** Writes down what time has done: overlaps that are over, successors that nobody used in time. */
  settle(): void {
    for (const token of [...this.tokens.values()]) {
      if (token.revokedAt !== null || token.rotatedAt !== null) continue;
      const { overlapEndsAt, handoverEndsAt, expiresAt, replacedById } = token;
      // Whose successor is not at hand is left to a step that has both.
      if (replacedById !== null && !this.tokens.has(replacedById)) continue;
      if (overlapEndsAt !== null && overlapEndsAt.getTime() <= this.now) {
        // A token that expired during its overlap stays expired.
        if (expiresAt === null || expiresAt >= overlapEndsAt) this.put(token, { rotatedAt: overlapEndsAt });
      } else if (isPending(token) && handoverEndsAt !== null && handoverEndsAt.getTime() <= this.now) {
        this.lapse(token, handoverEndsAt);
      }
    }
  }

  use(id: number): Step {
    const token = this.live(id);
    if (token === null) return this.result("refused");
    if (!token.awaitsFirstUse) return this.result("done");
    this.put(token, noWait);
    const old = this.pendingPredecessor(token);
    if (old !== null) {
      const overlapEndsAt = new Date(this.now + (old.overlapSeconds ?? 0) * 1000);
      const rotatedAt = overlapEndsAt.getTime() <= this.now ? this.at : null;
      this.put(old, { successorUsedAt: this.at, overlapEndsAt, rotatedAt });
    }
    return this.result("done");
  }

  revoke(id: number): Step {
    const token = this.live(id);
    if (token === null) return this.result("refused");
    this.end(token);
    return this.result("done");
  }

  finish(id: number): Step {
    const token = this.live(id);
    if (token === null || !this.isRetiring(token)) return this.result("conflict");
    this.release(token);
    this.put(token, { rotatedAt: this.at });
    return this.result("done");
  }

  cancel(id: number): Step {
    const token = this.live(id);
    if (token === null || !this.isRetiring(token) || !isPending(token)) return this.result("conflict");
    this.cancelSuccessor(token);
    return this.result("done");
  }

  rotate(event: LineEvent & { kind: "rotate" }): Step {
    const token = this.live(event.id);
    if (token === null) return this.result("conflict");
    let old = this.pendingPredecessor(token) ?? token;
    if (this.isRetiring(old)) {
      if (!isPending(old)) return this.result("conflict");
      old = this.cancelSuccessor(old);
    } else {
      this.endOverlapOf(token);
    }
    const { successorId, successorExpiresAt, overlapMs, deadlineMs } = event;
    const successor: LineToken = {
      ...noHandover,
      ...noWait,
      id: successorId,
      createdAt: this.at,
      expiresAt: successorExpiresAt,
      revokedAt: null,
      rotatedAt: null,
      replacesId: old.id,
      replacedById: null,
    };
    if (event.handover === "IMMEDIATE") {
      this.put(old, { ...noWait, replacedById: successorId, rotatedAt: this.at });
      this.tokens.set(successorId, successor);
      return this.result("done", old.id);
    }
    const deadline = new Date(this.now + deadlineMs);
    const ownEnd =
      successorExpiresAt !== null && successorExpiresAt < deadline ? successorExpiresAt : deadline;
    // Once the old one has expired nothing is waited for any more: the new one stays.
    const oldEndsFirst = old.expiresAt !== null && old.expiresAt <= deadline;
    this.put(old, {
      ...noWait,
      replacedById: successorId,
      handoverStartedAt: this.at,
      handoverEndsAt: ownEnd,
      overlapSeconds: overlapMs / 1000,
      successorUsedAt: null,
      overlapEndsAt: null,
    });
    this.tokens.set(successorId, {
      ...successor,
      awaitsFirstUse: true,
      lapsesAt: oldEndsFirst ? null : deadline,
    });
    return this.result("done", old.id);
  }

  private live(id: number): LineToken | null {
    const token = this.tokens.get(id);
    return token !== undefined && isLive(stateOf(token, this.now)) ? token : null;
  }

  private isRetiring(token: LineToken): boolean {
    return stateOf(token, this.now) === "RETIRING";
  }

  /** The token that waits for this one's first use. */
  private pendingPredecessor(token: LineToken): LineToken | null {
    if (token.replacesId === null) return null;
    const old = this.live(token.replacesId);
    return old !== null && old.replacedById === token.id && isPending(old) ? old : null;
  }

  private successorOf(token: LineToken): LineToken | null {
    return token.replacedById === null ? null : (this.tokens.get(token.replacedById) ?? null);
  }

  private put(token: LineToken, change: Partial<LineToken>): LineToken {
    const changed = { ...(this.tokens.get(token.id) ?? token), ...change };
    this.tokens.set(token.id, changed);
    return changed;
  }

  /** Revokes a token: what waited for it goes on without it, and what it waited for is free of the deadline. */
  private end(token: LineToken): void {
    const old = this.pendingPredecessor(token);
    if (old !== null) this.put(old, { ...noHandover, replacedById: null });
    if (isPending(token)) this.release(token);
    this.put(token, { ...noWait, revokedAt: this.at });
  }

  /** The old one ends: the deadline of its successor applies no longer. */
  private release(old: LineToken): void {
    const successor = this.successorOf(old);
    if (successor !== null) this.put(successor, noWait);
  }

  private cancelSuccessor(old: LineToken): LineToken {
    const successor = this.successorOf(old);
    if (successor !== null && isLive(stateOf(successor, this.now))) {
      this.put(successor, { ...noWait, revokedAt: this.at });
      this.ended.push({ id: successor.id, how: "CANCELED", at: this.at });
    }
    return this.put(old, { ...noHandover, replacedById: null });
  }

  /** The predecessor of a used token may still be in its overlap: a third good secret is one too many. */
  private endOverlapOf(token: LineToken): void {
    const old = token.replacesId === null ? null : this.live(token.replacesId);
    if (old !== null && old.replacedById === token.id) this.put(old, { rotatedAt: this.at });
  }

  private lapse(old: LineToken, at: Date): void {
    const successor = this.successorOf(old);
    if (old.expiresAt !== null && old.expiresAt <= at) {
      // The old one had ended by itself: the new one stays.
      this.release(old);
      this.put(old, noHandover);
      return;
    }
    if (successor !== null) {
      this.put(successor, { ...noWait, expiresAt: at });
      this.ended.push({ id: successor.id, how: "LAPSED", at });
    }
    this.put(old, { ...noHandover, replacedById: null });
  }
}
