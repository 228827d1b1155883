import { deriveRetryKeys, seal, unseal } from "../../src/secrets/seal";

const KEY = "0123456789abcdef";
const keys = deriveRetryKeys(KEY, "credential");

describe("the keys of a retry", () => {
  it("are the same for the same Idempotency-Key and credential, and others when either differs", () => {
    expect(deriveRetryKeys(KEY, "credential")).toEqual(keys);
    for (const other of [deriveRetryKeys(KEY, "other"), deriveRetryKeys(`${KEY}0`, "credential")]) {
      expect(other.digest).not.toBe(keys.digest);
      expect(other.sealing).not.toEqual(keys.sealing);
    }
  });

  it("stay what they are: rows that an earlier version kept are found and opened", () => {
    expect(keys.digest).toBe("ca07bb5627a517c4198d3eb3cba849345ff4b7e82d02c4db754a13b0b7e03e74");
    expect(keys.sealing.toString("hex")).toBe(
      "5b198f927a9364bb87db2557e7b33cc4d16e7a8d7ec3fd372fcccdf36cf6d4f6",
    );
  });
});

describe("a sealed text", () => {
  it("is opened by its own key, and is not in what is kept", () => {
    const sealed = seal(keys.sealing, "twa_secret");
    expect(unseal(keys.sealing, sealed)).toBe("twa_secret");
    expect(Buffer.from(sealed, "base64").toString("latin1")).not.toContain("twa_");
    expect(Buffer.from(sealed, "base64").toString("base64")).toBe(sealed);
  });

  it("is as long as nonce, text and tag together, and never the same twice", () => {
    const [one, other] = [seal(keys.sealing, "é"), seal(keys.sealing, "é")];
    expect(Buffer.from(one, "base64")).toHaveLength(12 + 2 + 16);
    expect(one).not.toBe(other);
    expect(unseal(keys.sealing, other)).toBe("é");
  });

  it("is opened by no other key, nor with any byte changed", () => {
    const sealed = seal(keys.sealing, "text");
    const { sealing } = deriveRetryKeys(KEY, "other");
    expect(() => unseal(sealing, sealed)).toThrow();
    const bytes = Buffer.from(sealed, "base64");
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index] = changed[index]! ^ 1;
      expect(() => unseal(keys.sealing, changed.toString("base64"))).toThrow();
    }
  });
});
