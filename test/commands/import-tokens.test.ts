import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "../../src/commands/command-line";
import { importTokensCommand } from "../../src/commands/import-tokens";
import { TestApp } from "../support/kit";
import { BUILD_TIMEOUT_MS, Program } from "../support/program";
import { greet } from "../support/tokens";

jest.setTimeout(120_000);
const sha256 = (secret: string): string => createHash("sha256").update(secret).digest("hex");
const M = "MARKER";

let test: TestApp;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tokenward-import-tokens-"));
  test = await TestApp.start({ env: { LOG_LEVEL: "trace" } });
  await test.repository("gh/acme/docs");
});
afterEach(async () => {
  await test.close();
  rmSync(folder, { recursive: true, force: true });
});

type Environment = Partial<Record<"TOKENWARD_URL" | "TOKENWARD_TOKEN", string>>;

/** The command in this process, which starts sooner. */
async function run(args: string[], env: Environment = {}) {
  let [stdout, stderr] = ["", ""];
  const out = (text: string): void => void (stdout += text);
  const err = (text: string): void => void (stderr += text);
  const variables: Environment = { TOKENWARD_URL: test.url, TOKENWARD_TOKEN: test.adminSecret, ...env };
  const command = importTokensCommand({ environment: (name) => variables[name], out, err });
  const readConfig = (): never => {
    throw new Error("the import needs no configuration of a server");
  };
  const surroundings = { readConfig, describeVariables: () => [], version: "", out, err };
  const status = await runCommandLine(["import-tokens", ...args], [command], surroundings);
  return { status, stdout, stderr };
}

function file(content: unknown): string {
  const path = join(folder, "tokens.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const account = (secret: string, more: object = {}) => ({
  kind: "ACCOUNT",
  secret,
  label: "old",
  account: "admin",
  ...more,
});
const imported = async (): Promise<number> =>
  (await test.rows<{ n: number }>("SELECT count(*) AS n FROM token WHERE imported"))[0]!.n;

describe("tokenward import-tokens", () => {
  it("takes plain secrets, which it hashes, and digests", async () => {
    const [plain, digested] = ["codacy-account-token-1", "circleci-project-token-2"];
    const path = file([
      account(plain),
      {
        kind: "REPOSITORY",
        sha256: sha256(digested),
        label: "CI",
        repository: "gh/acme/docs",
        scope: "READ_ONLY",
        expiresAt: test.in(3_600_000),
      },
    ]);
    expect(await run([path])).toEqual({
      status: 0,
      stdout: "2 imported\n",
      stderr: `${path} holds secrets: remove it.\n`,
    });
    for (const secret of [plain, digested]) {
      expect(await greet(test.client(secret))).toBe("welcome");
      expect(test.log.join("\n")).not.toContain(secret);
    }
  });

  it("says nothing of secrets in a file that holds none", async () => {
    const { secret, ...rest } = account("some-token-of-long-ago");
    expect(await run([file([{ ...rest, sha256: sha256(secret) }])])).toEqual({
      status: 0,
      stdout: "1 imported\n",
      stderr: "",
    });
  });

  it("names each bad entry by its place, without what stands there, and imports none", async () => {
    const good = "x".repeat(20);
    const bad = [
      [account("x".repeat(19)), "secret: must be 20 to 1024 ASCII characters without spaces"],
      [account("x".repeat(1025)), "secret: must be 20 to 1024 ASCII characters without spaces"],
      [account(`${M} with spaces and more`), "secret: must be 20 to 1024 ASCII characters without spaces"],
      [account(`${M}-nicht-nur-Äscii-hier`), "secret: must be 20 to 1024 ASCII characters without spaces"],
      [{ ...account(good), secret: 123456789 }, "secret: must be 20 to 1024 ASCII characters without spaces"],
      [{ ...account(good), secret: undefined, sha256: M }, "sha256: must be 64 hexadecimal digits"],
      [{ ...account(good), sha256: sha256(good) }, "must have either secret or sha256"],
      [{ ...account(good), secret: undefined }, "must have either secret or sha256"],
      [account(good, { kind: M }), "kind: must be ACCOUNT or REPOSITORY"],
      [account(good, { label: 1 }), "label: must be a text"],
      [account(good, { account: 1 }), "account: must be a text"],
      [account(good, { expiresAt: 1 }), "expiresAt: must be a text"],
      [account(good, { [M]: 1 }), "must have no other fields than "],
      [M, "must be an object"],
      [null, "must be an object"],
      [[], "must be an object"],
    ] as const;
    const path = file([account(good), ...bad.map(([entry]) => entry)]);
    const { status, stdout, stderr } = await run([path]);
    expect([status, stdout]).toEqual([1, ""]);
    const lines = stderr.trimEnd().split("\n");
    bad.forEach(([, fault], index) => {
      expect(lines[index]!.startsWith(`${path}[${index + 1}]: ${fault}`)).toBe(true);
    });
    expect(lines.slice(bad.length)).toEqual(["tokenward: nothing was imported"]);
    expect(stderr).not.toContain(M);
    expect(await imported()).toBe(0);
  });

  it("passes on by its place what the server refuses", async () => {
    const secrets = Array.from({ length: 4 }, (_, index) => `token-of-another-server-${index}`);
    expect((await run([file([account(secrets[0]!)])])).status).toBe(0);
    const refusals = [
      [account(secrets[0]!), "sha256: there is such a token already"],
      [account(secrets[2]!, { account: "nobody-here" }), "account: not found"],
      [account(secrets[2]!, { account: null }), "account: must be the login of an account token's owner"],
      [account(secrets[2]!, { label: "" }), "label: must be 1 to 100 characters without control characters"],
      [account(secrets[2]!, { expiresAt: test.in(-1) }), "expiresAt: must be later than now"],
      [account(secrets[1]!), "sha256: must name each token once"],
    ] as const;
    for (const [entry, fault] of refusals) {
      const path = file([account(secrets[1]!), entry]);
      expect(await run([path])).toEqual({
        status: 1,
        stdout: "",
        stderr: `tokenward: ${path}[1]: ${fault}; nothing was imported\n`,
      });
    }
    expect(await imported()).toBe(1);
  });

  it("imports a thousand at a time, and says how far it came", async () => {
    await test.close();
    test = await TestApp.start({ env: { MAX_TOKENS_PER_ACCOUNT: "5000" } });
    const tokens = Array.from({ length: 2001 }, (_, index) => account(`many-tokens-of-a-server-${index}`));
    const path = file([...tokens.slice(0, 1500), tokens[3]]);
    expect(await run([path])).toMatchObject({
      status: 1,
      stderr: `tokenward: ${path}[1500]: sha256: there is such a token already; the first 1000 were imported, and stay\n`,
    });
    expect(await imported()).toBe(1000);
    expect(await run([file(tokens.slice(1000))])).toMatchObject({ status: 0, stdout: "1001 imported\n" });
  });

  it("takes one file, that is there, that is a list, and a server that answers", async () => {
    const good = file([account("x".repeat(20))]);
    const faults = [
      [[], {}, "import-tokens takes one FILE"],
      [[good, good], {}, "import-tokens takes one FILE"],
      [[join(folder, "none.json")], {}, `${join(folder, "none.json")}: cannot be read (ENOENT)`],
      [[good], { TOKENWARD_TOKEN: "" }, "TOKENWARD_TOKEN: must be set to an account token"],
      [[good], { TOKENWARD_URL: "x" }, "--url or TOKENWARD_URL: must be an http or https URL"],
    ] as const;
    for (const [args, env, fault] of faults)
      expect(await run([...args], env)).toEqual({ status: 1, stdout: "", stderr: `tokenward: ${fault}\n` });
    for (const content of ["{", "", "{}", "[]"]) expect((await run([file(content)])).status).toBe(1);
    const path = file([account("x".repeat(20))]);
    const { stderr } = await run([path, "--url", "http://127.0.0.1:1"]);
    expect(stderr).toMatch(/^tokenward: no answer from http:\/\/127\.0\.0\.1:1/);
    const stranger = await test.account();
    expect(await run([path], { TOKENWARD_TOKEN: stranger.secret })).toMatchObject({
      stderr: `tokenward: ${path}: not allowed; nothing was imported\n`,
    });
    expect((await run([path], { TOKENWARD_TOKEN: "nonsense" })).stderr).toContain(
      "TOKENWARD_TOKEN is not good",
    );
    expect(await imported()).toBe(0);
  });
});

describe("the program", () => {
  it(
    "has the command",
    async () => {
      const program = await Program.prepare();
      try {
        const path = file([account("token-given-to-the-program")]);
        const env = { TOKENWARD_URL: test.url, TOKENWARD_TOKEN: test.adminSecret };
        expect(await program.run(["import-tokens", path], { env })).toMatchObject({
          status: 0,
          stdout: "1 imported\n",
        });
      } finally {
        await program.close();
      }
    },
    BUILD_TIMEOUT_MS,
  );
});
