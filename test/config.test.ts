import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeVariables, readConfig } from "../src/config";
import { mintSecret } from "../src/secrets/mint";

const vectors = JSON.parse(readFileSync(join(__dirname, "data", "vectors.json"), "utf8")) as {
  valid: { secret: string }[];
  invalid: { text: string }[];
};

function configOf(environment: Record<string, string>) {
  const result = readConfig(environment);
  if ("faults" in result) throw new Error(result.faults.join("\n"));
  return result.config;
}

describe("the configuration", () => {
  it("is that of the manual when nothing is set, or all is set but empty", () => {
    const nothing = configOf({});
    expect(nothing).toMatchObject({
      host: "127.0.0.1",
      port: 4000,
      database: { kind: "sqlite", path: "./data/tokenward.db" },
      bootstrapToken: null,
      maxTokensPerAccount: 100,
      maxTokensPerRepository: 100,
      maxTokenLifetimeDays: null,
      introspection: "authenticated",
      trustProxy: false,
      logLevel: "info",
    });
    const empty = Object.fromEntries(describeVariables().map(({ name }) => [name, ""]));
    expect(configOf(empty)).toEqual(nothing);
  });

  it.each([
    ["HOST", "::1", { host: "::1" }],
    ["HOST", "0.0.0.0", { host: "0.0.0.0" }],
    ["PORT", "0", { port: 0 }],
    ["PORT", "65535", { port: 65535 }],
    ["DATABASE_URL", "sqlite:/var/lib/t.db", { database: { kind: "sqlite", path: "/var/lib/t.db" } }],
    ["DATABASE_URL", "sqlite:///var/lib/t.db", { database: { kind: "sqlite", path: "/var/lib/t.db" } }],
    ["DATABASE_URL", "sqlite:a b.db", { database: { kind: "sqlite", path: "a b.db" } }],
    ["MAX_TOKENS_PER_ACCOUNT", "1", { maxTokensPerAccount: 1 }],
    ["MAX_TOKENS_PER_REPOSITORY", "1000000", { maxTokensPerRepository: 1_000_000 }],
    ["MAX_TOKEN_LIFETIME_DAYS", "90", { maxTokenLifetimeDays: 90 }],
    ["INTROSPECTION", "on", { introspection: "on" }],
    ["INTROSPECTION", "off", { introspection: "off" }],
    ["TRUST_PROXY", "off", { trustProxy: false }],
    ["TRUST_PROXY", "2", { trustProxy: 2 }],
    ["TRUST_PROXY", "10.0.0.0/8, ::1", { trustProxy: ["10.0.0.0/8", "::1"] }],
    ["LOG_LEVEL", "silent", { logLevel: "silent" }],
  ])("takes %s=%s", (name, value, expected) => {
    expect(configOf({ [name]: value })).toMatchObject(expected);
  });

  it("takes a BOOTSTRAP_TOKEN that is well-formed and known to nobody", () => {
    const secret = mintSecret("ACCOUNT");
    expect(configOf({ BOOTSTRAP_TOKEN: secret }).bootstrapToken).toBe(secret);
  });

  it.each([
    ["HOST", "two words"],
    ["HOST", "a/b"],
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["PORT", "4000x"],
    ["PORT", "1e3"],
    ["PORT", " 80"],
    ["DATABASE_URL", "mysql://root:hunter2@db/tokenward"],
    ["DATABASE_URL", "sqlite:"],
    ["DATABASE_URL", "sqlite::memory:"],
    ["DATABASE_URL", "sqlite:a\0b"],
    ["MAX_TOKENS_PER_ACCOUNT", "0"],
    ["MAX_TOKENS_PER_REPOSITORY", "1.5"],
    ["MAX_TOKEN_LIFETIME_DAYS", "0"],
    ["MAX_TOKEN_LIFETIME_DAYS", "forever"],
    ["INTROSPECTION", "ON"],
    ["TRUST_PROXY", "11"],
    ["TRUST_PROXY", "0"],
    ["TRUST_PROXY", "10.0.0.0/33"],
    ["TRUST_PROXY", "localhost"],
    ["LOG_LEVEL", "loud"],
    ["BOOTSTRAP_TOKEN", "hunter2-hunter2"],
    ["BOOTSTRAP_TOKEN", mintSecret("REPOSITORY")],
    ["BOOTSTRAP_TOKEN", ` ${mintSecret("ACCOUNT")}`],
    ...vectors.valid.map(({ secret }) => ["BOOTSTRAP_TOKEN", secret]),
    ...vectors.invalid.filter(({ text }) => text !== "").map(({ text }) => ["BOOTSTRAP_TOKEN", text]),
  ])("refuses %s=%j with what is allowed, and without the value", (name, value) => {
    const result = readConfig({ [name]: value });
    if (!("faults" in result)) throw new Error("it was taken");
    const { meaning } = describeVariables().find((variable) => variable.name === name)!;
    const [fault, ...more] = result.faults;
    expect(more).toEqual([]);
    const allowed = fault!.slice(`${name}: must be `.length);
    expect(fault).toBe(`${name}: must be ${allowed}`);
    expect(meaning).toContain(`(${allowed})`);
    if (value.length > 7) expect(fault).not.toContain(value.trim());
  });

  it("names every fault at once, in the order of the manual", () => {
    const names = describeVariables().map(({ name }) => name);
    const result = readConfig(Object.fromEntries(names.map((name) => [name, "not this one"])));
    if (!("faults" in result)) throw new Error("it was taken");
    expect(result.faults.map((fault) => fault.split(":")[0])).toEqual(names);
  });
});
