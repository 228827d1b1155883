import { setInterval as every } from "node:timers";
import type { Database } from "../store/database";
import { recordUses } from "../store/token-store";

const FLUSH_EVERY_MS = 15_000;
const ROWS_AT_ONCE = 500;
const MOST_WAITING = 100_000;

/**
 * Remembers when tokens were last used and writes it down in batches, off the request path: right within a minute,
 * and a failure here fails nothing. What a crash takes is at most the last moments before it.
 */
export class UsageRecorder {
  private waiting = new Map<number, number>();
  private flushing: Promise<void> | null = null;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly database: Database,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.timer = every(() => void this.flush(), FLUSH_EVERY_MS);
    this.timer.unref();
  }

  /** `at`: milliseconds since 1970. */
  record(tokenId: number, at: number): void {
    this.waiting.set(tokenId, at);
    if (this.waiting.size >= MOST_WAITING) void this.flush();
  }

  /** Resolves when all that was recorded before is written, or has failed and waits for the next time. */
  flush(): Promise<void> {
    this.flushing ??= this.write().finally(() => {
      this.flushing = null;
    });
    return this.flushing;
  }

  /** Writes what is left. Nothing may be recorded afterwards. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flushing;
    await this.flush();
  }

  private async write(): Promise<void> {
    const uses = [...this.waiting];
    this.waiting = new Map();
    // Small transactions, so that the mutations waiting in line get their turn in between.
    for (let start = 0; start < uses.length; start += ROWS_AT_ONCE) {
      try {
        await this.database.write((tx) => recordUses(tx, new Map(uses.slice(start, start + ROWS_AT_ONCE))));
      } catch (error) {
        this.keep(uses.slice(start));
        this.onFailure(error);
        return;
      }
    }
  }

  private keep(uses: readonly (readonly [number, number])[]): void {
    for (const [tokenId, at] of uses) {
      if (this.waiting.size >= MOST_WAITING) return;
      if (!this.waiting.has(tokenId)) this.waiting.set(tokenId, at);
    }
  }
}
