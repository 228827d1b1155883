import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describeVariables } from "../../src/config";
import { mintSecret } from "../../src/secrets/mint";
import { BUILD_TIMEOUT_MS, Program } from "../support/program";

jest.setTimeout(120_000);
let program: Program;
beforeAll(async () => {
  program = await Program.prepare();
}, BUILD_TIMEOUT_MS);
afterEach(() => {
  // Nothing here may make a database.
  expect(readdirSync(program.folder)).toEqual([]);
});
afterAll(() => program.close());

const { version } = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")) as {
  version: string;
};
const secret = mintSecret("ACCOUNT");

/** The lines of a refusal: on standard error alone, each under the program's name. */
async function refusal(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const { status, stdout, stderr } = await program.run(args, { env });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  const lines = stderr.trimEnd().split("\n");
  for (const line of lines) expect(line).toMatch(/^tokenward: /);
  return lines.map((line) => line.slice("tokenward: ".length));
}

describe("the command line", () => {
  it.each([["--help"], []])("prints the manual for %p", async (...args) => {
    const { status, stdout, stderr } = await program.run(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const command of [
      "serve",
      "migrate",
      "backup FILE",
      "copy",
      "import FILE...",
      "admin-token LOGIN",
    ]) {
      expect(stdout).toContain(`\n  ${command}`);
    }
    for (const { name, fallback, meaning } of describeVariables()) {
      expect(stdout).toContain(`default: ${fallback}`);
      expect(stdout).toMatch(new RegExp(`^  ${name} +default: `, "m"));
      expect(stdout).toContain(meaning);
    }
  });

  it("prints the version of the package", async () => {
    expect(await program.run(["--version"])).toEqual({
      status: 0,
      signal: null,
      stdout: `${version}\n`,
      stderr: "",
    });
  });

  it("prints what a command takes, whatever else is given", async () => {
    const { status, stdout, stderr } = await program.run(["import", "--unknown", "--help"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: tokenward import FILE\.\.\./);
    expect(stdout).toContain("--url URL");
    expect(stdout).toContain("--provider NAME");
  });

  it.each([["frobnicate"], [`--token=${secret}`]])(
    "names what there is for an unknown word",
    async (word) => {
      expect(await refusal([word])).toEqual([
        "unknown command or option: must be one of serve, migrate, backup, copy, import, import-tokens, admin-token, --help, --version",
      ]);
    },
  );

  it.each([
    [["migrate", "now", "please"], ["migrate takes no operands"]],
    [["admin-token"], ["admin-token takes one LOGIN"]],
    [
      ["serve", "--port", "4000"],
      ["unknown option (argument 1): serve takes --accept-rollback, --help", "serve takes no operands"],
    ],
    [
      ["import", `--token=${secret}`, "--url="],
      [
        "unknown option (argument 1): import takes --url, --provider, --help",
        "--url: needs a value, URL",
        "import takes at least one FILE",
      ],
    ],
  ])("names all faults at once, and no value (%#)", async (args, faults) => {
    expect(await refusal(args)).toEqual(faults);
  });
});

it("names every variable that is wrong at once, with what is allowed, and no value", async () => {
  const wrong = Object.fromEntries(describeVariables().map(({ name }) => [name, "not this one"]));
  const faults = await refusal(["serve"], wrong);
  expect(faults.map((fault) => fault.split(":")[0])).toEqual(describeVariables().map(({ name }) => name));
  for (const [index, { meaning }] of describeVariables().entries()) {
    const [, allowed] = /^\w+: must be (.+)$/.exec(faults[index]!)!;
    expect(meaning).toContain(allowed);
  }
  expect(faults.join("\n")).not.toContain("not this one");
});
