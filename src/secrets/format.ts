import { crc32 } from "node:zlib";
import type { TokenKind } from "../domain/token";

/** The digits of body and checksum, in the order of their values. */
export const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
export const BODY_LENGTH = 32;
export const CHECKSUM_LENGTH = 6;

export const PREFIX = { ACCOUNT: "twa_", REPOSITORY: "twr_" } as const satisfies Record<TokenKind, string>;

/** The value of each digit, by its code. */
const values = new Uint8Array(128);
for (let value = 0; value < BASE62.length; value++) values[BASE62.charCodeAt(value)] = value;

/** Whether a text, of the characters of a secret, ends with the checksum of what stands before it. */
export function endsWithChecksum(text: string): boolean {
  const end = text.length - CHECKSUM_LENGTH;
  let value = 0;
  for (let at = end; at < text.length; at++) value = value * 62 + (values[text.charCodeAt(at)] ?? NaN);
  return end >= 0 && value === crc32(text.slice(0, end));
}

/** CRC-32 (IEEE 802.3, as in zlib) of the ASCII text in base62, most significant digit first, padded to six. */
export function checksum(text: string): string {
  let rest = crc32(text);
  let digits = "";
  for (let i = 0; i < CHECKSUM_LENGTH; i++) {
    digits = BASE62.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
