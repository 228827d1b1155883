import { send } from "./raw";

export interface VendorAnswer<Body> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Body;
}

/** Asks as a vendor's client does: a method, a path, the headers it knows, and JSON if there is any. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what comes back is what the tests are about
export async function call<Body = any>(
  url: string,
  line: string,
  headers: readonly (readonly [string, string])[] = [],
  json?: unknown,
): Promise<VendorAnswer<Body>> {
  const [method = "", path = ""] = line.split(" ");
  const sent = json === undefined ? headers : [...headers, ["Content-Type", "application/json"] as const];
  const body = json === undefined ? undefined : typeof json === "string" ? json : JSON.stringify(json);
  const answer = await send(url, { method, path, headers: sent, body });
  const isJson = answer.headers["content-type"]?.startsWith("application/json") === true;
  return {
    status: answer.status,
    headers: answer.headers,
    body: (isJson ? JSON.parse(answer.text) : answer.text) as Body,
  };
}
