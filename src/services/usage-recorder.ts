import { setInterval as every } from "node:timers";
import type { Database, Tx } from "../store/database";
import { addUses, MOST_CLIENTS, type UsageClient } from "../store/usage-store";

const FLUSH_EVERY_MS = 30_000;
const TOKENS_AT_ONCE = 100;
const MOST_WAITING = 100_000;
const DAY_MS = 86_400_000;

interface Waiting {
  lastUsedAt: number;
  count: number;
  readonly days: Map<number, number>;
  /** In the order of their last use. */
  readonly clients: Map<string, WaitingClient>;
  /** The last of them. */
  latest: WaitingClient | null;
}

interface WaitingClient extends UsageClient {
  lastUsedAt: number;
  count: number;
}

/**
 * Remembers who used which token when, and writes it down in batches, off the request path: right within a minute, and
 * a failure here fails nothing. What a crash takes is at most the last moments before it.
 */
export class UsageRecorder {
  private waiting = new Map<number, Waiting>();
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
  record(tokenId: number, at: number, client: UsageClient): void {
    let uses = this.waiting.get(tokenId);
    if (uses === undefined) {
      uses = { lastUsedAt: at, count: 0, days: new Map(), clients: new Map(), latest: null };
      this.waiting.set(tokenId, uses);
      if (this.waiting.size >= MOST_WAITING) void this.flush();
    }
    uses.lastUsedAt = Math.max(uses.lastUsedAt, at);
    uses.count += 1;
    const day = Math.floor(at / DAY_MS);
    uses.days.set(day, (uses.days.get(day) ?? 0) + 1);
    remember(uses, client, at, 1);
  }

  /** Resolves when all that was recorded before is written, or has failed and waits for the next time. */
  async flush(): Promise<void> {
    // A flush under way may have begun before the latest uses.
    await this.flushing;
    this.flushing ??= this.write().finally(() => {
      this.flushing = null;
    });
    await this.flushing;
  }

  /** Writes what is left. Nothing may be recorded afterwards. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private async write(): Promise<void> {
    const all = [...this.waiting];
    this.waiting = new Map();
    // Small transactions, so that the mutations waiting in line get their turn in between.
    for (let start = 0; start < all.length; start += TOKENS_AT_ONCE) {
      const some = all.slice(start, start + TOKENS_AT_ONCE);
      try {
        await this.database.write((tx: Tx) => addUses(tx, new Map(some)), { endsNoRight: true });
      } catch (error) {
        this.keep(all.slice(start));
        this.onFailure(error);
        return;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private keep(uses: readonly (readonly [number, Waiting])[]): void {
    for (const [tokenId, old] of uses) {
      const fresh = this.waiting.get(tokenId);
      if (fresh === undefined) {
        if (this.waiting.size < MOST_WAITING) this.waiting.set(tokenId, old);
        continue;
      }
      fresh.count += old.count;
      for (const [day, count] of old.days) fresh.days.set(day, (fresh.days.get(day) ?? 0) + count);
      for (const client of old.clients.values()) remember(fresh, client, client.lastUsedAt, client.count);
    }
  }
}

/** Keeps the latest clients. */
function remember(uses: Waiting, { ip, userAgent }: UsageClient, at: number, count: number): void {
  let client = uses.latest;
  if (client === null || client.ip !== ip || client.userAgent !== userAgent) {
    const key = `${ip ?? ""}\n${userAgent ?? ""}`;
    client = uses.clients.get(key) ?? { ip, userAgent, lastUsedAt: 0, count: 0 };
    uses.clients.delete(key);
    uses.clients.set(key, client);
    uses.latest = client;
    const [oldest] = uses.clients.keys();
    if (uses.clients.size > MOST_CLIENTS && oldest !== undefined) uses.clients.delete(oldest);
  }
  client.lastUsedAt = Math.max(at, client.lastUsedAt);
  client.count += count;
}
