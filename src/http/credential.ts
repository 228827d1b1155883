import { AppError } from "../errors";
import { kindOfSecret, LONGEST_SECRET } from "../secrets/parse";

const twoCredentials = (): AppError =>
  new AppError("BAD_REQUEST", "two credentials that differ: send one", { bearerError: "invalid_request" });
/** Headers that hold a secret and nothing else: Codacy's, CircleCI's, NocoDB's. */
export const plainHeaders: ReadonlySet<string> = new Set([
  "api-token",
  "project-token",
  "circle-token",
  "xc-token",
]);

/**
 * The secret that a request presents, by any of the forms that are taken; null: none. Throws BAD_REQUEST when two
 * are presented that differ. `rawHeaders`: names and values in turn, repeated headers included; `inUrl`: one more, from
 * the query, where that is taken; `moreHeaders`: headers that hold a secret at this place alone, in lower case.
 */
export function readCredential(
  rawHeaders: readonly string[],
  inUrl?: string,
  moreHeaders: readonly string[] = [],
): string | null {
  const isPlain = (name: string): boolean => plainHeaders.has(name) || moreHeaders.includes(name);
  let presented = inUrl === undefined || inUrl === "" ? null : inUrl.slice(0, LONGEST_SECRET);
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? "";
    if (name !== "authorization" && !isPlain(name)) continue;
    const value = rawHeaders[index + 1]?.trim() ?? "";
    if (value === "") continue;
    const secret = (name === "authorization" ? fromAuthorization(value) : value).slice(0, LONGEST_SECRET);
    if (secret === "") continue;
    if (presented !== null && presented !== secret) throw twoCredentials();
    presented = secret;
  }
  return presented;
}

/** RFC 6750 and RFC 7617. A scheme that is neither is a bad credential, also when it is a secret that has no scheme. */
function fromAuthorization(header: string): string {
  const space = header.search(/[ \t]/);
  const scheme = (space === -1 ? header : header.slice(0, space)).toLowerCase();
  const rest = space === -1 ? "" : header.slice(space).trim();
  if (scheme === "bearer") return rest;
  return scheme === "basic" ? fromBasic(rest, header) : `Authorization: ${header}`;
}

/** The user name or the password, whichever is a secret, form-decoded first (RFC 6749, 2.3.1). */
function fromBasic(encoded: string, header: string): string {
  const decoded = Buffer.from(encoded, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  if (colon === -1) return encoded === "" ? "" : header;
  const user = formDecode(decoded.slice(0, colon));
  const password = formDecode(decoded.slice(colon + 1));
  if (kindOfSecret(user) !== null) {
    // Two secrets in one header are two credentials.
    if (kindOfSecret(password) !== null && password !== user) throw twoCredentials();
    return user;
  }
  return password === "" ? user : password;
}

function formDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
