import { Mutex } from "async-mutex";
import { AppError } from "../errors";
import type { Database, Reader, Tx, WriteListener, WriteOptions } from "./database";
import type { EpochKeeper } from "./epoch";

/** What is the same on every database: writers queue, what they ended is told, and nothing is written once it is closed. */
export abstract class QueuedDatabase implements Database {
  private readonly queue = new Mutex();
  private readonly listeners: WriteListener[] = [];
  private closed = false;

  constructor(readonly epoch: EpochKeeper) {}

  abstract get reader(): Reader;
  abstract get hearsOthers(): boolean;
  abstract scrub(): Promise<boolean>;
  /** Ends the connections. */
  protected abstract disconnect(): Promise<void>;

  onWrite(listener: WriteListener): void {
    this.listeners.push(listener);
  }

  abstract write<T>(work: (tx: Tx) => Promise<T>, options?: WriteOptions): Promise<T>;

  async check(): Promise<void> {
    await this.reader.query("SELECT 1 FROM migrations LIMIT 1");
    await this.epoch.check();
  }

  async close(): Promise<void> {
    await this.queue.runExclusive(async () => {
      if (this.closed) return;
      this.closed = true;
      await this.epoch.stop();
      await this.disconnect();
    });
  }

  /** Runs work alone in this process. Rejects with UNAVAILABLE when it is closed. */
  protected alone<T>(work: () => Promise<T>): Promise<T> {
    return this.queue.runExclusive(() => {
      if (this.closed) throw new AppError("UNAVAILABLE", "the server is stopping");
      return work();
    });
  }

  /** Runs work between two writes, unless it is closed: then it gives `otherwise`. */
  protected between<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    return this.queue.runExclusive(() => (this.closed ? Promise.resolve(otherwise) : work()));
  }

  /** Behind a write, whatever came of it: it may have been done all the same. */
  protected tellOf(options: WriteOptions): void {
    const news = newsIn(options);
    if (news !== null) this.tell(...news);
  }

  protected tell(...news: Parameters<WriteListener>): void {
    for (const listener of this.listeners) listener(...news);
  }
}

/** What there is to tell of a write; null: nothing that was read before is less true by it. */
export function newsIn({
  endsNoRight = false,
  changesOnly = null,
  reportsOn = [],
}: WriteOptions): Parameters<WriteListener> | null {
  if (!endsNoRight) return [changesOnly, reportsOn];
  return reportsOn.length === 0 ? null : [[], reportsOn];
}
