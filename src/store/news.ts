import { Client, type Notification } from "pg";
import type { WriteListener } from "./database";

/** Told of changes, in the transaction that makes them: its listeners hear of it when it is committed, in that order. */
export const CHANGES = "tokenward_changes";
const LEASE_MS = 1_000;
const PING_EVERY_MS = 250;
/** Without an echo for so long the connection is taken for dead, whatever the socket says. */
const DEAF_AFTER_MS = 3_000;
const RECONNECT_AFTER_MS = 250;
const CONNECT_WITHIN_MS = 3_000;

interface NewsOptions {
  readonly url: string;
  /** A name of this instance's own, of letters, digits and underscores. */
  readonly instance: string;
  readonly onNews: WriteListener;
}

/** A notification takes 8000 bytes; more than fits into it is everything. */
const MOST_NAMED = 400;

/** What is told of a change: who made it, the tokens that it changed, and whose builds; none named: anything. */
export function newsOf(instance: string, ...[tokenIds, builtIds]: Parameters<WriteListener>): string {
  return tokenIds === null || tokenIds.length + builtIds.length > MOST_NAMED
    ? instance
    : `${instance} ${tokenIds.join(",")} ${builtIds.join(",")}`;
}

const numbersIn = (list = ""): number[] => (list === "" ? [] : list.split(",").map(Number));

/**
 * Hears of the changes that other instances commit, on a connection of its own. What is in memory may be used under a
 * lease alone: a second from when this instance *sent* the latest ping whose echo came back. Notifications come in the
 * order of the commits, so that a ping's echo says that all news before it has arrived; an old one that waited in a
 * socket says so of an old instant, and renews nothing.
 */
export class News {
  private client: Client | null = null;
  private leaseEndsAt = -Infinity;
  private lastEchoAt = 0;
  private serial = 0;
  private readonly sentAt = new Map<number, number>();
  private readonly echoes: string;
  private timer: NodeJS.Timeout | null = null;
  private isPinging = false;
  private heedsOwn = false;
  private stopped = false;

  constructor(private readonly options: NewsOptions) {
    this.echoes = `tokenward_echo_${options.instance}`;
  }

  /** By the monotonic clock: it goes on while the process is stopped. */
  get isHeard(): boolean {
    return performance.now() < this.leaseEndsAt;
  }

  /**
   * From now on this instance's own changes are news to it too. One whose outcome it was not told of may be committed
   * after it has read, and remembered, how things were before.
   */
  heedOwn(): void {
    this.heedsOwn = true;
  }

  /** Resolves when the first attempt has succeeded or failed; it goes on trying by itself. */
  async start(): Promise<void> {
    const client = new Client({
      connectionString: this.options.url,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      application_name: "tokenward news",
      keepAlive: true,
    });
    this.client = client;
    const lost = (): void => {
      this.lose(client);
    };
    client.on("error", lost);
    client.on("end", lost);
    client.on("notification", (notification) => {
      this.hear(notification);
    });
    try {
      await client.connect();
      // Pings need not survive a crash: they wait for no disk.
      await client.query("SET synchronous_commit = off");
      await client.query(`LISTEN ${CHANGES}`);
      await client.query(`LISTEN ${this.echoes}`);
    } catch {
      lost();
      return;
    }
    if (this.client !== client) return;
    // Listening first: what changes from now on is heard. What changed before was missed.
    this.options.onNews(null, []);
    this.lastEchoAt = performance.now();
    this.isPinging = false;
    this.ping(client);
    this.timer = setInterval(() => {
      this.ping(client);
    }, PING_EVERY_MS);
    this.timer.unref();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    const { client } = this;
    this.client = null;
    this.leaseEndsAt = -Infinity;
    if (this.timer !== null) clearInterval(this.timer);
    await client?.end().catch(() => undefined);
  }

  private ping(client: Client): void {
    if (performance.now() - this.lastEchoAt > DEAF_AFTER_MS) {
      this.lose(client);
      return;
    }
    if (this.isPinging) return;
    this.isPinging = true;
    this.serial += 1;
    this.sentAt.set(this.serial, performance.now());
    client.query("SELECT pg_notify($1, $2)", [this.echoes, String(this.serial)]).then(
      () => {
        this.isPinging = false;
      },
      () => {
        this.lose(client);
      },
    );
  }

  private hear({ channel, payload }: Notification): void {
    if (channel === CHANGES) {
      const [instance, tokens, built] = (payload ?? "").split(" ");
      const tokenIds = tokens === undefined ? null : numbersIn(tokens);
      if (instance !== this.options.instance || this.heedsOwn)
        this.options.onNews(tokenIds, numbersIn(built));
      return;
    }
    const serial = Number(payload);
    const sentAt = this.sentAt.get(serial);
    if (sentAt === undefined) return;
    for (const older of this.sentAt.keys()) if (older <= serial) this.sentAt.delete(older);
    // While there was no lease nobody kept anything up to date.
    if (!this.isHeard) this.options.onNews(null, []);
    this.leaseEndsAt = sentAt + LEASE_MS;
    this.lastEchoAt = performance.now();
  }

  private lose(client: Client): void {
    if (this.client !== client) return;
    this.client = null;
    this.leaseEndsAt = -Infinity;
    this.sentAt.clear();
    if (this.timer !== null) clearInterval(this.timer);
    // Not `end`, which waits for an answer.
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    if (this.stopped) return;
    setTimeout(() => {
      if (!this.stopped) void this.start();
    }, RECONNECT_AFTER_MS).unref();
  }
}
