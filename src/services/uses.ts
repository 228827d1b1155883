import { type Actor, accountIdOf } from "../domain/actor";
import type { Token } from "../domain/token";
import { claimReuse, isReuseNews, touchToken } from "../store/line-store";
import type { Origin } from "./caller";
import { type Change, changeUnattended } from "./change";
import type { Foundation } from "./foundation";
import { aboutToken, Lines } from "./lines";

const REUSE_WINDOW_MS = 3_600_000;

/** What the use of a token brings about. */
export class Uses {
  constructor(private readonly foundation: Foundation) {}

  /**
   * Notes a use. The first one of a new token is written down before this resolves, because the old one ends by it:
   * the one write that any use costs. False: the token has ended meanwhile, this is no use. Every other use is noted at
   * once.
   */
  used(token: Token, origin: Origin): true | Promise<boolean> {
    if (!token.awaitsFirstUse) return this.note(token.id, origin);
    return this.firstUsed(token.id).then((isFirst) => isFirst && this.note(token.id, origin));
  }

  /** Notes a use that is not the first one. */
  note(tokenId: number, { ip, userAgent }: Origin): true {
    this.foundation.usage.record(tokenId, this.foundation.now(), { ip, userAgent });
    return true;
  }

  /**
   * A secret that was rotated out is presented again: counted, and written down at most once an hour. Touches no other
   * token: whoever holds the old secret may be a machine that was forgotten. A failure here fails nothing.
   */
  async reused(token: Token, origin: Origin, verifier: Actor | null): Promise<void> {
    this.foundation.metrics.reused();
    const { database, now } = this.foundation;
    try {
      if (!(await isReuseNews(database.reader, token.id, now(), REUSE_WINDOW_MS))) return;
      const reuse = async (change: Change): Promise<void> => {
        if (!(await claimReuse(change.tx, token.id, change.now, REUSE_WINDOW_MS))) return;
        change.record({
          action: "TOKEN_REUSED",
          tokenId: token.id,
          ...aboutToken(token),
          ...origin,
          actorId: verifier === null ? null : accountIdOf(verifier),
          actorTokenId: verifier === null || verifier.kind === "anonymous" ? null : verifier.token.id,
        });
      };
      await changeUnattended(this.foundation, reuse, { changesOnly: [token.id] });
    } catch {
      // The secret is refused all the same.
    }
  }

  private firstUsed(tokenId: number): Promise<boolean> {
    const changesOnly: number[] = [];
    const firstUse = async (change: Change): Promise<boolean> => {
      const lines = await Lines.load(change, [tokenId]);
      changesOnly.push(...lines.ids);
      const { outcome } = lines.take({ kind: "use", id: tokenId });
      await lines.save({ byId: null, reason: null });
      if (outcome === "done") await touchToken(change.tx, tokenId, change.now);
      return outcome === "done";
    };
    return changeUnattended(this.foundation, firstUse, { changesOnly });
  }
}
