import vectors from "../data/vectors.json";
import { isPublished } from "../../src/secrets/published";
import { digestOf } from "../../src/secrets/digest";
import { checksum } from "../../src/secrets/format";
import { mintSecret } from "../../src/secrets/mint";
import { hintOf, holdsSecret, kindOfSecret, redact } from "../../src/secrets/parse";

describe("the format of secrets", () => {
  it.each(vectors.valid)(
    "takes the published vector $hint of kind $kind",
    ({ secret, kind, hint, sha256 }) => {
      expect(kindOfSecret(secret)).toBe(kind);
      expect(hintOf(secret)).toBe(hint);
      expect(digestOf(secret)).toBe(sha256);
    },
  );

  it.each(vectors.invalid)("refuses a secret that is wrong: $why", ({ text }) => {
    expect(kindOfSecret(text)).toBeNull();
  });

  it("refuses every other form, its checksum right: kind, length and alphabet count by themselves", () => {
    const sealed = (text: string): string => text + checksum(text);
    const body = "a".repeat(32);
    expect(kindOfSecret(sealed(`twa_${body}`))).toBe("ACCOUNT");
    expect(kindOfSecret(sealed(`twr_${body}`))).toBe("REPOSITORY");
    const others = [
      ...[`tws_${body}`, `TWA_${body}`, `twa-${body}`, `xwa_${body}`],
      ...[`twa_${body}a`, `twa_${body.slice(1)}`, ` twa_${body}`, `atwa_${body}`],
      ...[`twa_${body.slice(1)}-`, `twa_${body.slice(1)}é`],
    ].map(sealed);
    others.push(`${sealed(`twa_${body}`)}\n`, `\n${sealed(`twa_${body}`)}`);
    expect(others.filter((text) => kindOfSecret(text) !== null)).toEqual([]);
  });

  it("knows every published account vector, so that nobody starts with one", () => {
    const accounts = vectors.valid.filter(({ kind }) => kind === "ACCOUNT");
    expect(accounts.map(({ secret }) => isPublished(secret))).toEqual(accounts.map(() => true));
  });

  it.each(["ACCOUNT", "REPOSITORY"] as const)("mints well-formed %s secrets that never repeat", (kind) => {
    const secrets = Array.from({ length: 2000 }, () => mintSecret(kind));
    expect(new Set(secrets.map((secret) => kindOfSecret(secret)))).toEqual(new Set([kind]));
    expect(new Set(secrets).size).toBe(secrets.length);
  });

  it("draws every digit equally often", () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 4000; i++) {
      for (const digit of mintSecret("ACCOUNT").slice(4, 36)) counts.set(digit, (counts.get(digit) ?? 0) + 1);
    }
    const expected = (4000 * 32) / 62;
    const chiSquare = [...counts.values()].reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    );
    expect(counts.size).toBe(62);
    // 61 degrees of freedom: beyond 130 a fair source falls less than once in a million runs.
    expect(chiSquare).toBeLessThan(130);
  });

  it("finds and blots out what is shaped like a secret, its checksum right or wrong, and nothing else", () => {
    const secret = mintSecret("REPOSITORY");
    const broken = `${secret.slice(0, -1)}!`;
    expect(holdsSecret(`see ${secret}, please`)).toBe(true);
    expect(holdsSecret(`x${secret}`)).toBe(false);
    expect(holdsSecret(broken)).toBe(false);
    expect(redact(`a ${secret} b ${secret}`)).toBe(
      `a ${hintOf(secret)}[redacted] b ${hintOf(secret)}[redacted]`,
    );
  });
});
