import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

const IV_LENGTH = 12;
const TAG_LENGTH = 16;

/** What an Idempotency-Key and a credential make together: neither can be had back from it, and both are needed. */
export interface RetryKeys {
  /** Finds the answer that was kept; says nothing of either. */
  readonly digest: string;
  /** Encrypts it. Is never stored. */
  readonly sealing: Buffer;
}

/** HKDF (RFC 5869) with SHA-256, the credential as the secret and the Idempotency-Key as the salt. */
export function deriveRetryKeys(idempotencyKey: string, credential: string): RetryKeys {
  const derive = (info: string): Buffer =>
    Buffer.from(hkdfSync("sha256", credential, idempotencyKey, info, 32));
  return {
    digest: createHmac("sha256", derive("tokenward retry lookup")).update("answer").digest("hex"),
    sealing: derive("tokenward retry sealing"),
  };
}

/** AES-256-GCM, the nonce in front and the tag behind, in base64. */
export function seal(key: Buffer, text: string): string {
  const iv = randomBytes(IV_LENGTH);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]).toString(
    "base64",
  );
}

/** Throws when the key is not the one that sealed it, or a byte was changed. */
export function unseal(key: Buffer, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_LENGTH));
  decipher.setAuthTag(bytes.subarray(-TAG_LENGTH));
  const body = bytes.subarray(IV_LENGTH, -TAG_LENGTH);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
}
