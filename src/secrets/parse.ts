import type { TokenKind } from "../domain/token";
import { endsWithChecksum, PREFIX } from "./format";

const whole = /^tw[ar]_[0-9A-Za-z]{38}$/;
const anywhere = /(?<![0-9A-Za-z])tw[ar]_[0-9A-Za-z]{38}(?![0-9A-Za-z])/;
const everywhere = new RegExp(anywhere.source, "g");
const cutOff = /(?<![0-9A-Za-z])tw[ar]_[0-9A-Za-z]{5,38}$/;
const HINT_LENGTH = 8;
/** What is presented as a secret is cut at so many characters before anything looks at it. */
export const LONGEST_SECRET = 1024;

/** The kind of a well-formed secret; null for any other string. Says nothing about whether the token exists. */
export function kindOfSecret(text: string): TokenKind | null {
  if (!whole.test(text) || !endsWithChecksum(text)) return null;
  return text.startsWith(PREFIX.ACCOUNT) ? "ACCOUNT" : "REPOSITORY";
}

/** Kind and first four characters: enough to recognise a token, nowhere near enough to use it. */
export function hintOf(secret: string): string {
  return secret.slice(0, HINT_LENGTH);
}

/** Whether something shaped like a secret stands in a text, its checksum right or wrong. */
export function holdsSecret(text: string): boolean {
  return anywhere.test(text);
}

/** The text with everything shaped like a secret cut down to its hint. */
export function redact(text: string): string {
  return text.replace(everywhere, (secret) => `${hintOf(secret)}[redacted]`);
}

/** The beginning of a text, redacted: a secret that the cut goes through is cut down to its hint as well. */
export function redactBeginning(text: string, length: number): string {
  const beginning = redact(text.slice(0, length));
  return text.length <= length ? beginning : beginning.replace(cutOff, (part) => `${hintOf(part)}[redacted]`);
}
