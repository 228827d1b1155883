import { type OutgoingHttpHeaders, ServerResponse, STATUS_CODES } from "node:http";

interface Ready {
  readonly response: { leave(parts: readonly unknown[]): void };
  /** What it is ended with. */
  readonly parts: readonly unknown[];
}
let ready: Ready[] = [];

function release(): void {
  const answers = ready;
  ready = [];
  for (const { response, parts } of answers) response.leave(parts);
}

type Ending = (...parts: unknown[]) => ServerResponse;

/**
 * The class of a server's responses. Each has the header fields `always` (names in lower case), unless a route sets
 * others of these names.
 *
 * A response leaves at the end of the turn of the event loop in which it was finished, in a row with the others: a write
 * wakes a client that sleeps, which takes as long as the write itself. Those behind the first one mostly find their
 * client awake. And it leaves as one text where it can: Node would check and write each field of the head again, and hand
 * head and body over as a list of two (docs/performance.md).
 */
export function responsesWith(
  always: Readonly<Record<string, string>>,
  keepAliveMs: number,
): typeof ServerResponse {
  const alike = Object.entries(always);
  const written =
    alike.map(([name, value]) => `${name}: ${value}\r\n`).join("") +
    `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveMs / 1000)}\r\n`;

  const ordinary = new Ordinary(new Set([...nodes, ...Object.keys(always)]));

  class Response extends ServerResponse {
    /** Node's, not documented, alike in Node 20 to 24: the head as it will be written, and whether it was. */
    declare _header: string | null;
    declare _headerSent: boolean;
    /** The head, if it is ours. */
    private head: string | null = null;

    override writeHead(status: number, ...rest: unknown[]): this {
      const fields = rest[0] ?? {};
      const head = isOrdinary(this, rest) ? headOf(status, fields as OutgoingHttpHeaders, ordinary) : null;
      if (head === null) {
        for (const [name, value] of alike)
          if (!Object.hasOwn(fields, name) && !this.hasHeader(name)) this.setHeader(name, value);
        return (super.writeHead as Ending).call(this, status, ...rest) as this;
      }
      this.statusCode = status;
      this.head = this._header = `${head}${written}\r\n`;
      return this;
    }

    override end(...parts: unknown[]): this {
      if (ready.push({ response: this, parts }) === 1) setImmediate(release);
      return this;
    }

    leave(parts: readonly unknown[]): void {
      try {
        const [body] = parts;
        const isOneText = this.head !== null && !this._headerSent && isAscii(body);
        if (isOneText) this._header = `${this.head}${body ?? ""}`;
        (super.end as Ending).apply(this, isOneText ? [] : [...parts]);
      } catch (error) {
        // Nobody stands above it any more who could answer for it.
        this.destroy(error as Error);
      }
    }
  }
  // Node takes the class that it makes them of; its types want the generic one.
  return Response as unknown as typeof ServerResponse;
}

/** An answer with a length of its own on a connection that goes on: those with anything else are left to Node. */
function isOrdinary(response: ServerResponse, rest: readonly unknown[]): boolean {
  const { method, httpVersion } = response.req;
  return (
    rest.length === 1 &&
    !response.headersSent &&
    response.shouldKeepAlive &&
    httpVersion === "1.1" &&
    method !== "HEAD" &&
    response.getHeaderNames().length === 0
  );
}

/** Fields that Node has a say in. */
const nodes: ReadonlySet<string> = new Set([
  "connection",
  "date",
  "keep-alive",
  "trailer",
  "transfer-encoding",
]);
/** What a field must not hold (RFC 9110, 5.5). */
const UNSAFE = /[^\t\x20-\x7e]/;
/** What a field is called (RFC 9110, 5.1). */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Fields that are written as they come. */
class Ordinary {
  /** Those that were looked at: the server's own, so there are few. */
  private readonly known = new Set<string>();

  /** `others`: fields that are not the caller's to set. */
  constructor(private readonly others: ReadonlySet<string>) {}

  has(name: string): boolean {
    if (this.known.has(name)) return true;
    if (this.others.has(name) || !NAME.test(name)) return false;
    this.known.add(name);
    return true;
  }
}

/** The head up to what all have; null: Node is to write it, or to refuse it. */
function headOf(status: number, fields: OutgoingHttpHeaders, ordinary: Ordinary): string | null {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n`;
  let hasLength = status === 304 || status === 204;
  for (const name in fields) {
    const value = fields[name];
    if (typeof value !== "string" && typeof value !== "number") return null;
    if (name === "content-length") hasLength = true;
    else if (!ordinary.has(name)) return null;
    if (typeof value === "string" && UNSAFE.test(value)) return null;
    head += `${name}: ${value}\r\n`;
  }
  return hasLength && status >= 200 ? `${head}Date: ${dateNow()}\r\n` : null;
}

let latest = { second: 0, text: "" };
/** RFC 9110, 5.6.7; made once a second. */
function dateNow(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== latest.second) latest = { second, text: new Date(second * 1000).toUTCString() };
  return latest.text;
}

const isAscii = (body: unknown): body is string | null | undefined =>
  body === null ||
  body === undefined ||
  (typeof body === "string" && Buffer.byteLength(body, "utf8") === body.length);
