import { send } from "./raw";

/** The fields of the answers, every vendor's: which of them are there is what the tests look at. */
interface Row {
  readonly id: number;
  readonly token: string;
  readonly name: string;
  readonly login: string;
  readonly label: string;
  readonly scope: string;
  readonly expiresAt: string;
  readonly error: string;
  readonly data: VendorBody;
  readonly list: VendorBody;
  readonly pagination: { readonly cursor?: string; readonly limit: number; readonly total: number };
  readonly pageInfo: { readonly totalRows: number };
}
/** One object, or a list of them. */
export type VendorBody = Row & readonly Row[];

export interface VendorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: VendorBody;
}

/** Asks as a vendor's client does: a method and a path, headers, and JSON if there is any. */
export async function call(
  url: string,
  line: string,
  headers: readonly (readonly [string, string])[] = [],
  json?: unknown,
): Promise<VendorAnswer> {
  const [method = "", path = ""] = line.split(" ");
  const sent = json === undefined ? headers : [...headers, ["Content-Type", "application/json"] as const];
  const body = json === undefined ? undefined : typeof json === "string" ? json : JSON.stringify(json);
  const answer = await send(url, { method, path, headers: sent, body });
  const isJson = answer.headers["content-type"]?.startsWith("application/json") === true;
  return {
    status: answer.status,
    headers: answer.headers,
    body: (isJson ? JSON.parse(answer.text) : answer.text) as VendorBody,
  };
}

/** For what differs each time. */
export const aNumber: unknown = expect.any(Number);
export const aText: unknown = expect.any(String);
export const anAccountSecret: unknown = expect.stringMatching(/^twa_\w{38}$/);
export const aRepositorySecret: unknown = expect.stringMatching(/^twr_\w{38}$/);
export const aDate: unknown = expect.stringMatching(/^@\d+$/);
