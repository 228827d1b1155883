import { hash } from "node:crypto";

/**
 * SHA-256 of a whole secret, in lower-case hexadecimal: all that is stored of it. A fast hash is safe here because
 * the secret has 190 random bits; it would not be for a password.
 */
export function digestOf(secret: string): string {
  return hash("sha256", secret, "hex");
}
