import { randomBytes } from "node:crypto";
import type { TokenKind } from "../domain/token";
import { BASE62, BODY_LENGTH, checksum, PREFIX } from "./format";

// The largest multiple of 62 that a byte can hold: bytes from here up are thrown away, so that no digit is likelier.
const UNBIASED_LIMIT = 248;

/** A new secret of 42 characters, 190 bits of it from the operating system's CSPRNG. It is stored nowhere. */
export function mintSecret(kind: TokenKind): string {
  let text: string = PREFIX[kind];
  const length = text.length + BODY_LENGTH;
  while (text.length < length) {
    for (const byte of randomBytes(2 * BODY_LENGTH)) {
      if (byte < UNBIASED_LIMIT && text.length < length) text += BASE62.charAt(byte % 62);
    }
  }
  return text + checksum(text);
}
