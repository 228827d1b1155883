import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "../../support/client";
import { BUILD_TIMEOUT_MS, Program, type RunningServer } from "../../support/program";

jest.setTimeout(240_000);
const script = readFileSync(join(__dirname, "../../data/create-project-tokens.sh"), "utf8");
const repositories = JSON.parse(
  readFileSync(join(__dirname, "../../data/codacy.repos.json"), "utf8"),
) as readonly { readonly name: string }[];
const machine = process.env.PATH ?? "";
const hasJq = spawnSync("jq", ["--version"]).status === 0;

let program: Program;
let server: RunningServer;
let secret: string;
let admin: Client;
beforeAll(async () => {
  program = await Program.prepare();
  secret = (await program.run(["admin-token", "admin"])).stdout.trim();
  server = await program.serve();
  admin = server.client(secret);
}, BUILD_TIMEOUT_MS);
afterAll(() => program.close());

/** The published script: the host and the token are ours, and it does not wait. */
const ours = (text: string): string =>
  text
    .replaceAll("https://app.codacy.com", server.url)
    .replace("<your account API token>", secret)
    .replace("sleep 10", "sleep 0");

/** Its own note: "the API may return a cursor", which the list of repositories then has to follow. */
const followingTheCursor = (text: string): string =>
  text.replace(
    /^repositories=\$\([^]*?"\)$/m,
    `repositories=$(
  cursor=
  while :; do
    page=$(curl -sX GET "https://app.codacy.com/api/v3/organizations/gh/codacy-docs/repositories?cursor=$cursor" \\
                -H "api-token: $CODACY_API_TOKEN")
    echo "$page" | jq -r ".data[] | .name"
    cursor=$(echo "$page" | jq -r ".pagination.cursor // empty")
    [ -n "$cursor" ] || break
  done)`,
  );

/** What a command printed, once it has ended well, with this on its standard input. */
async function output(
  command: string,
  args: readonly string[],
  path: string,
  input: string,
): Promise<string> {
  const child = spawn(command, args, { env: { PATH: path }, stdio: ["pipe", "pipe", "pipe"] });
  let printed = "";
  let complaints = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (printed += part));
  child.stderr.setEncoding("utf8").on("data", (part: string) => (complaints += part));
  child.stdin.end(input);
  const status = await new Promise((resolve) => child.once("close", resolve));
  expect({ status, complaints }).toEqual({ status: 0, complaints: "" });
  return printed;
}

/** The machine's own programs, and in front of them ours that stands in for jq. */
function pathWithStandIn(): string {
  const folder = join(program.folder, "bin");
  mkdirSync(folder, { recursive: true });
  const jq = `#!/bin/sh\nexec "${process.execPath}" "${join(__dirname, "../../support/jq.mjs")}" "$@"\n`;
  writeFileSync(join(folder, "jq"), jq, { mode: 0o755 });
  return `${folder}:${machine}`;
}

/** Runs it with real bash and curl, and answers its question. */
async function run(text: string): Promise<Map<string, string>> {
  const file = join(program.folder, "create-project-tokens.sh");
  writeFileSync(file, text);
  const printed = await output("bash", ["--norc", file], hasJq ? machine : pathWithStandIn(), "y\n");
  const lines = printed.trim().split("\n");
  return new Map(lines.map((line) => line.split(",") as [string, string]));
}

async function expectGood(made: ReadonlyMap<string, string>): Promise<void> {
  const inputs = [...made].map(([name, token]) => ({
    secret: token,
    repository: `gh/codacy-docs/${name}`,
    scope: "ADMIN",
  }));
  const codes: string[] = [];
  for (let start = 0; start < inputs.length; start += 100) {
    const { verifyTokens } = await admin.must<{ verifyTokens: { code: string }[] }>(
      "query($inputs: [VerifyTokenInput!]!) { verifyTokens(inputs: $inputs) { code } }",
      { inputs: inputs.slice(start, start + 100) },
    );
    codes.push(...verifyTokens.map(({ code }) => code));
  }
  expect(codes).toEqual(inputs.map(() => "VALID"));
  expect(new Set(made.values()).size).toBe(made.size);
}

const add = (names: readonly string[]): Promise<unknown> =>
  admin.must(
    "mutation($input: ImportRepositoriesInput!) { importRepositories(input: $input) { createdCount } }",
    { input: { repositories: names.map((name) => ({ slug: `gh/codacy-docs/${name}` })) } },
  );
const names = repositories.map(({ name }) => name);

describe("what stands in for jq where there is none", () => {
  it("prints what the script looks for", async () => {
    const answer = JSON.stringify({ data: [{ name: "docs" }, { name: "a b" }], pagination: { limit: 2 } });
    const path = pathWithStandIn();
    const print = (filter: string): Promise<string> => output("jq", ["-r", filter], path, answer);
    expect(await print(".data[] | .name")).toBe("docs\na b\n");
    expect(await print(".pagination.cursor // empty")).toBe("");
    expect(await print(".pagination.limit")).toBe("2\n");
  });
});

describe("Codacy's script for all repositories of an organization", () => {
  it("makes a good token for each of 85, changed in host, token and pause alone", async () => {
    await add(names);
    const made = await run(ours(script));
    expect([...made.keys()].sort()).toEqual([...names].sort());
    await expectGood(made);
  });

  it("makes one for each of 250, once it follows the cursor", async () => {
    const more = Array.from({ length: 250 - names.length }, (_, index) => `more-${index}`);
    await add(more);
    const text = followingTheCursor(script);
    expect(text).not.toBe(script);
    const made = await run(ours(text));
    expect([...made.keys()].sort()).toEqual([...names, ...more].sort());
    await expectGood(made);
  });
});
