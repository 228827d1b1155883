import { mintSecret } from "../../src/secrets/mint";
import { hintOf, redactBeginning } from "../../src/secrets/parse";

describe("the beginning of a text", () => {
  const secret = mintSecret("ACCOUNT");
  const hint = `${hintOf(secret)}[redacted]`;

  it("is the text when it is short enough, with every secret cut down to its hint", () => {
    expect(redactBeginning("curl/8", 6)).toBe("curl/8");
    expect(redactBeginning(`a ${secret} b ${secret}`, 1024)).toBe(`a ${hint} b ${hint}`);
    expect(redactBeginning("twa_short", 1024)).toBe("twa_short");
  });

  it("ends where it is cut, and nothing but a secret that is cut through is taken out", () => {
    expect(redactBeginning("abcdef", 3)).toBe("abc");
    expect(redactBeginning(`ab ${secret}`, 20)).toBe(`ab ${hint}`);
    expect(redactBeginning("twa_short", 9)).toBe("twa_short");
    expect(redactBeginning("see twa_short, and then more", 20)).toBe("see twa_short, and t");
  });

  it("holds no more of a secret than its hint, wherever it is cut", () => {
    for (let length = 3; length < 60; length += 1) {
      const beginning = redactBeginning(`ab ${secret} and more of it`, length);
      expect(`${beginning}|`).not.toContain(secret.slice(0, hintOf(secret).length + 1));
      expect(`ab ${hint} and more of it`.startsWith(beginning) || beginning === `ab ${hint}`).toBe(true);
    }
  });
});
