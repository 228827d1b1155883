import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Which connections: those that listen for news of changes, or all there are. */
type Which = "listener" | "all";

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  isListener: boolean;
}

export const DELAY_MS = 500;

/** Stands between the program and its database, and fails as networks do. */
export class Proxy {
  private readonly pairs = new Set<Pair>();
  private held: Which | null = null;
  private refused: Which | null = null;
  /** Looks at what clients send; true: the connection is cut once the database has it, before it answers. */
  cutBehind: (sent: Buffer) => boolean = () => false;

  /** Looks at what clients send; true: the connection is cut, and the database has it `DELAY_MS` later. */
  delayBehindCut: (sent: Buffer) => boolean = () => false;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** `url`: of the database; the proxy's own is the same but for host and port. */
  static async before(url: string): Promise<Proxy> {
    const target = new URL(url);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const own = new URL(url);
    own.hostname = "127.0.0.1";
    own.port = String((server.address() as AddressInfo).port);
    const proxy = new Proxy(server, own.href);
    server.on("connection", (near) => {
      proxy.join(near, Number(target.port), target.hostname);
    });
    return proxy;
  }

  /** Connections end at once, with a reset; new ones too, until `recover`. */
  refuse(which: Which): void {
    this.refused = which;
    for (const pair of this.pairs) if (fits(pair, which)) pair.near.resetAndDestroy();
  }

  /** Nothing gets through any more, in either direction, and nobody is told: connections stay, new ones hang. */
  hold(which: Which): void {
    this.held = which;
    for (const pair of this.pairs) if (fits(pair, which)) pause(pair);
  }

  /** All is well again; what was held goes on, in the order it came. */
  recover(): void {
    this.refused = this.held = null;
    for (const { near, far } of this.pairs) {
      near.resume();
      far.resume();
    }
  }

  async close(): Promise<void> {
    this.refuse("all");
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(near: Socket, port: number, host: string): void {
    const pair: Pair = { near, far: connect(port, host), isListener: false };
    const { far } = pair;
    this.pairs.add(pair);
    const end = (): void => {
      this.pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) socket.on("error", end).on("close", end);
    // The first packet names the program.
    near.once("data", (first: Buffer) => {
      pair.isListener = first.includes("tokenward news");
      if (this.refused !== null && fits(pair, this.refused)) near.resetAndDestroy();
      if (this.held !== null && fits(pair, this.held)) pause(pair);
    });
    near.on("data", (sent: Buffer) => {
      if (this.delayBehindCut(sent)) {
        near
          .removeAllListeners()
          .on("error", () => undefined)
          .resetAndDestroy();
        far.removeAllListeners("data");
        setTimeout(() => far.write(sent, () => far.end()), DELAY_MS);
        return;
      }
      const cuts = this.cutBehind(sent);
      if (cuts) far.removeAllListeners("data");
      far.write(sent, () => {
        if (cuts) near.resetAndDestroy();
      });
    });
    far.on("data", (answer: Buffer) => near.write(answer));
  }
}

const fits = ({ isListener }: Pair, which: Which): boolean => which === "all" || isListener;

function pause({ near, far }: Pair): void {
  near.pause();
  far.pause();
}
