import { request as httpRequest } from "node:http";
import { connect } from "node:net";

export interface RawRequest {
  readonly method?: string;
  /** With the query; as it is sent. */
  readonly path?: string;
  /** Names and values as they are sent: a name may come twice. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Buffer;
}

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case; those of a header that came twice, joined. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** One HTTP request, byte for byte as it is given: `fetch` joins, adds and refuses headers. */
export function send(url: string, { method = "GET", path = "/", headers = [], body }: RawRequest) {
  const { hostname, port, host } = new URL(url);
  const sent = [["Host", host] as const, ...headers];
  if (body !== undefined) sent.push(["Content-Length", String(Buffer.byteLength(body))]);
  return new Promise<RawAnswer>((resolve, reject) => {
    const request = httpRequest({ hostname, port, method, path, headers: sent.flat(), agent: false });
    request.once("error", reject);
    request.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () => {
        const entries = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(entries) as RawAnswer["headers"],
          text: Buffer.concat(chunks).toString("utf8"),
        });
      });
    });
    request.end(body);
  });
}

/** Sends bytes that need not be HTTP, and gives all that comes back until the server closes. */
export function sendBytes(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
    socket.once("error", reject);
    socket.once("close", () => {
      resolve(answer);
    });
  });
}

export const bearer = (secret: string): readonly [string, string] => ["Authorization", `Bearer ${secret}`];
export const basic = (user: string, password: string): readonly [string, string] => [
  "Authorization",
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
];
