import { isLive, stateOf, type Token } from "../domain/token";
import { AppError } from "../errors";
import { deriveRetryKeys, type RetryKeys, seal, unseal } from "../secrets/seal";
import type { Reader, Tx } from "../store/database";
import { findAnswer, keepAnswer, type KeptAnswer } from "../store/idempotency-store";
import { findTokens } from "../store/token-store";

/** How long an answer is kept for a retry, in milliseconds. */
export const ANSWER_LIFE_MS = 600_000;

/** What a mutation that may be retried makes. `replaced`: the old token, for a rotation. */
export interface Made {
  readonly token: Token;
  readonly secret: string;
  readonly replaced?: Token;
}

/** What is kept beside the sealed secrets. */
export interface KeptTokens {
  readonly tokenIds: readonly number[];
  readonly replacedIds: readonly number[];
}

/** An Idempotency-Key with the credential that was sent with it, for the length of one request. */
export class Retry {
  private readonly keys: RetryKeys;
  /** 16 to 255 printable characters. */
  readonly isWellFormed: boolean;
  /** Digest of operation and input, once they are known. */
  inputDigest = "";
  private running: RunningRetries | null = null;

  constructor(key: string, credential: string) {
    this.isWellFormed = /^[\x20-\x7e]{16,255}$/.test(key);
    this.keys = deriveRetryKeys(key, credential);
  }

  get digest(): string {
    return this.keys.digest;
  }

  /** Throws IDEMPOTENCY_IN_PROGRESS while another request with this key is under way. */
  start(running: RunningRetries): void {
    running.add(this.digest);
    this.running = running;
  }

  /** Lets the next request with this key in. May be called again, and when it was never started. */
  end(): void {
    this.running?.delete(this.digest);
    this.running = null;
  }

  /** What was kept and is still fresh. */
  async find(db: Reader, now: number): Promise<KeptAnswer | null> {
    const kept = await findAnswer(db, this.digest);
    return kept !== null && kept.createdAt.getTime() > now - ANSWER_LIFE_MS ? kept : null;
  }

  /**
   * Whether a token that was rotated out may still do one thing: ask again for the answer to its own rotation, as long
   * as the successor is good.
   */
  async mayReplay(db: Reader, token: Token, now: number): Promise<boolean> {
    const kept = await this.find(db, now);
    if (kept === null) return false;
    const { tokenIds, replacedIds } = JSON.parse(kept.answer) as KeptTokens;
    if (replacedIds.length !== 1 || replacedIds[0] !== token.id) return false;
    const [successor] = await findTokens(db, tokenIds);
    return successor !== undefined && isLive(stateOf(successor, now));
  }

  async keep(
    { tx, now }: { readonly tx: Tx; readonly now: number },
    tokenId: number,
    made: readonly Made[],
  ): Promise<void> {
    const tokens: KeptTokens = {
      tokenIds: made.map(({ token }) => token.id),
      replacedIds: made.flatMap(({ replaced }) => (replaced === undefined ? [] : [replaced.id])),
    };
    await keepAnswer(tx, {
      keyDigest: this.digest,
      tokenId,
      inputDigest: this.inputDigest,
      answer: JSON.stringify(tokens),
      sealed: seal(this.keys.sealing, JSON.stringify(made.map(({ secret }) => secret))),
      createdAt: new Date(now),
    });
  }

  /** The secrets again. */
  secretsOf(kept: KeptAnswer): string[] {
    return JSON.parse(unseal(this.keys.sealing, kept.sealed)) as string[];
  }
}

/** Keys of requests that are under way in this process. */
export class RunningRetries {
  private readonly digests = new Set<string>();

  /** Throws IDEMPOTENCY_IN_PROGRESS. */
  add(digest: string): void {
    if (this.digests.has(digest)) {
      throw new AppError("IDEMPOTENCY_IN_PROGRESS", "a request with this Idempotency-Key is under way");
    }
    this.digests.add(digest);
  }

  delete(digest: string): void {
    this.digests.delete(digest);
  }
}
