import { accountIdOf } from "../domain/actor";
import type { AuditAction } from "../domain/audit-event";
import { isLive, stateOf, type Token } from "../domain/token";
import { findLineage, findTokens } from "../store/token-store";
import type { Change } from "./change";
import { aboutToken, Lines } from "./lines";
import { allowed } from "./permit";

interface Cause {
  readonly action?: Extract<AuditAction, "TOKEN_REVOKED" | "TOKEN_LEAK_REPORTED">;
  /** What the token tells of its end; the audit line too, unless it has a reason of its own. */
  readonly reason: string | null;
  readonly auditReason?: string | null;
  /** Count only. */
  readonly dryRun?: boolean;
}

const CHUNK = 1000;

/** The tokens that one mutation revokes, each counted, ended and written down once; what has ended already is not. */
export class Revocations {
  private readonly done = new Set<number>();

  constructor(
    private readonly change: Change,
    private readonly cause: Cause,
  ) {}

  get count(): number {
    return this.done.size;
  }

  /** Ends the live ones of these tokens, in small portions. `may`: asked of each token; null: all of them. */
  async end(
    ids: readonly number[],
    may: ((token: Token) => Promise<boolean>) | null = null,
  ): Promise<number[]> {
    const chosen: number[] = [];
    for (let start = 0; start < ids.length; start += CHUNK) {
      const tokens = await findTokens(this.change.tx, ids.slice(start, start + CHUNK));
      const asked = may === null ? tokens : await filterAsync(tokens, may);
      await this.endThese(asked);
      chosen.push(...asked.map((token) => token.id));
      // Other requests run between two large portions.
      if (ids.length > CHUNK) await new Promise((resolve) => setImmediate(resolve));
    }
    return chosen;
  }

  /** Also what was made with these, and with that, as far as the caller could revoke it one by one. */
  async endLineage(roots: readonly number[]): Promise<void> {
    const ids = new Set<number>();
    for (let start = 0; start < roots.length; start += CHUNK) {
      for (const id of await findLineage(this.change.tx, roots.slice(start, start + CHUNK))) ids.add(id);
    }
    const { authority } = this.change;
    await this.end(
      [...ids].sort((a, b) => a - b),
      (token) => allowed(authority, "Mutation.revokeToken", token),
    );
  }

  private async endThese(tokens: readonly Token[]): Promise<void> {
    const { change, cause } = this;
    const live = tokens.filter((token) => isLive(stateOf(token, change.now)) && !this.done.has(token.id));
    for (const token of live) this.done.add(token.id);
    if (cause.dryRun === true || live.length === 0) return;
    const { action = "TOKEN_REVOKED", reason, auditReason = reason } = cause;
    const lines = await Lines.load(
      change,
      live.map((token) => token.id),
    );
    for (const token of live) {
      lines.take({ kind: "revoke", id: token.id });
      change.record({ action, tokenId: token.id, ...aboutToken(token), reason: auditReason });
    }
    await lines.save({ byId: accountIdOf(change.authority.actor), reason });
  }
}

async function filterAsync<T>(items: readonly T[], keep: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(keep));
  return items.filter((_, index) => kept[index]);
}
