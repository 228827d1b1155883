import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommandLine } from "../../src/commands/command-line";
import { importCommand } from "../../src/commands/import";
import { mintSecret } from "../../src/secrets/mint";
import { TestApp } from "../support/kit";
import { BUILD_TIMEOUT_MS, type Ended, Program } from "../support/program";

jest.setTimeout(120_000);
const data = join(__dirname, "..", "data");
const lists = ["codacy", "CircleCI-Public", "nocodb"].map((name) => join(data, `${name}.repos.json`));

let program: Program;
let test: TestApp;
let folder: string;
beforeAll(async () => {
  program = await Program.prepare();
}, BUILD_TIMEOUT_MS);
afterAll(() => program.close());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tokenward-import-"));
  test = await TestApp.start({ env: { LOG_LEVEL: "trace" } });
});
afterEach(async () => {
  await test.close();
  rmSync(folder, { recursive: true, force: true });
});

type Environment = Partial<Record<"TOKENWARD_URL" | "TOKENWARD_TOKEN", string>>;
const environment = (env: Environment): Environment => ({
  TOKENWARD_URL: test.url,
  TOKENWARD_TOKEN: test.adminSecret,
  ...env,
});

/** Runs the program against the server of this test. */
const runProgram = (args: string[], env: Environment = {}): Promise<Ended> =>
  program.run(["import", ...args], { env: environment(env) });

/** The same in this process, which starts sooner. */
async function runImport(args: string[], env: Environment = {}): Promise<Omit<Ended, "signal">> {
  let [stdout, stderr] = ["", ""];
  const out = (text: string): void => void (stdout += text);
  const err = (text: string): void => void (stderr += text);
  const command = importCommand({ environment: (name) => environment(env)[name], out, err });
  const readConfig = (): never => {
    throw new Error("the import needs no configuration of a server");
  };
  const surroundings = { readConfig, describeVariables: () => [], version: "", out, err };
  const status = await runCommandLine(["import", ...args], [command], surroundings);
  return { status, stdout, stderr };
}

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

const slugs = async (): Promise<string[]> =>
  (await test.rows<{ slug: string }>("SELECT slug FROM repository ORDER BY id")).map((row) => row.slug);
const requests = (): number => test.log.filter((line) => line.includes('"message":"request"')).length;

describe("importing the lists of three organizations", () => {
  it("makes their 202 repositories, and none when it is repeated", async () => {
    expect(await runProgram(lists)).toEqual({
      status: 0,
      signal: null,
      stdout: "202 created, 0 existed already, 0 bad\n",
      stderr: "",
    });
    const made = await slugs();
    expect(made).toHaveLength(202);
    const counts = await test.rows(
      "SELECT o.slug, count(*) AS n FROM organization o JOIN repository r ON r.organization_id = o.id GROUP BY 1 ORDER BY 1",
    );
    expect(counts).toEqual([
      { slug: "gh/CircleCI-Public", n: 98 },
      { slug: "gh/codacy", n: 85 },
      { slug: "gh/nocodb", n: 19 },
    ]);
    const lines = "SELECT count(*) AS n FROM audit_event";
    const [before] = await test.rows<{ n: number }>(lines);
    expect(await runProgram(lists)).toMatchObject({
      status: 0,
      stdout: "0 created, 202 existed already, 0 bad\n",
    });
    expect(await slugs()).toEqual(made);
    expect(await test.rows(lines)).toEqual([before]);
  });
});

describe("importing a list", () => {
  it("takes description and default branch, and leaves what exists as it is", async () => {
    await test.repository("gl/acme/old");
    const path = file("list.json", [
      { full_name: "acme/old", description: "other", default_branch: "other" },
      {
        full_name: "acme/new",
        description: "“new”",
        default_branch: "trunk",
        private: true,
        owner: { id: 1 },
      },
      { full_name: "acme/bare", description: null, default_branch: null },
      { full_name: "ACME/New", description: "again, in another case" },
    ]);
    const { status, stdout } = await runImport([path, "--provider", "gl"]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: "2 created, 2 existed already, 0 bad\n" });
    expect(await test.rows("SELECT slug, description, default_branch FROM repository ORDER BY id")).toEqual([
      { slug: "gl/acme/old", description: null, default_branch: "main" },
      { slug: "gl/acme/new", description: "“new”", default_branch: "trunk" },
      { slug: "gl/acme/bare", description: null, default_branch: "main" },
    ]);
  });

  it("reports each bad entry by file and position, keeps the good ones, and exits 1", async () => {
    const secret = mintSecret("REPOSITORY");
    const mixed = file("mixed.json", [
      { full_name: "acme/one" },
      { full_name: "no-slash" },
      { name: "nameless" },
      "acme/text",
      null,
      ["acme/list"],
      { full_name: "acme/two", description: 7 },
      { full_name: "acme/three", description: "x".repeat(1001) },
      { full_name: "acme/four", default_branch: "" },
      { full_name: "acme/five", description: `the token is ${secret}` },
      { full_name: `acme/${secret}` },
      { full_name: "acme/.." },
      { full_name: "acme/six/deep" },
      { full_name: "acme/last", description: "with a\u0007bell" },
      { full_name: "acme/good" },
    ]);
    const notJson = file("not.json", "{ broken");
    const noList = file("object.json", { repositories: [{ full_name: "acme/seven" }] });
    const missing = join(folder, "missing.json");
    const good = file("good.json", `\uFEFF[{"full_name":"acme/eight"}]`);

    const { status, stdout, stderr } = await runProgram([mixed, notJson, noList, missing, good]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "3 created, 0 existed already, 16 bad\n" });
    expect(await slugs()).toEqual(["gh/acme/one", "gh/acme/good", "gh/acme/eight"]);
    const name = "full_name: must be organization/name, each 1 to 100 of A-Z a-z 0-9 . _ -";
    const description = "description: must be 0 to 1000 characters without control characters";
    expect(stderr.trimEnd().split("\n")).toEqual([
      `${mixed}[1]: ${name}`,
      `${mixed}[2]: ${name}`,
      `${mixed}[3]: must be an object`,
      `${mixed}[4]: must be an object`,
      `${mixed}[5]: must be an object`,
      `${mixed}[6]: ${description}`,
      `${mixed}[7]: ${description}`,
      `${mixed}[8]: default_branch: must be 1 to 255 characters without control characters`,
      `${mixed}[9]: description: must not hold a token`,
      `${mixed}[10]: full_name: must not hold a token`,
      `${mixed}[11]: ${name}`,
      `${mixed}[12]: ${name}`,
      `${mixed}[13]: ${description}`,
      `${notJson}: is not JSON`,
      `${noList}: must be an array of repositories`,
      `${missing}: cannot be read (ENOENT)`,
    ]);
  });

  it("has nothing to do for an empty list", async () => {
    expect(await runImport([file("empty.json", [])])).toMatchObject({
      status: 0,
      stdout: "0 created, 0 existed already, 0 bad\n",
    });
    expect(requests()).toBe(0);
  });

  it("is split by count, as the server takes at most 1000", async () => {
    const many = Array.from({ length: 2001 }, (_, index) => ({ full_name: `acme/r${index}` }));
    expect(await runImport([file("many.json", many)])).toMatchObject({
      status: 0,
      stdout: "2001 created, 0 existed already, 0 bad\n",
    });
    expect(requests()).toBe(3);
  });

  it("is split by bytes, as the server takes at most a mebibyte", async () => {
    // Characters of four bytes, and such as JSON writes with two.
    const texts = ["😀".repeat(1000), '"\\'.repeat(500)];
    const long = Array.from({ length: 600 }, (_, index) => ({
      full_name: `acme/r${index}`,
      description: texts[index % 2],
    }));
    expect(await runImport([file("long.json", long)])).toMatchObject({
      status: 0,
      stdout: "600 created, 0 existed already, 0 bad\n",
    });
    expect(requests()).toBeGreaterThan(1);
    const kept = await test.rows<{ d: string }>(
      "SELECT description AS d FROM repository GROUP BY description ORDER BY min(id)",
    );
    expect(kept.map((row) => row.d)).toEqual(texts);
  });

  it("shows how far it is on a terminal", async () => {
    const { isTTY } = process.stderr;
    const many = Array.from({ length: 1001 }, (_, index) => ({ full_name: `acme/r${index}` }));
    process.stderr.isTTY = true;
    try {
      const { stdout, stderr } = await runImport([file("many.json", many)]);
      expect(stderr).toBe("\r1000 of 1001 repositories\r1001 of 1001 repositories\n");
      expect(stdout).toBe("1001 created, 0 existed already, 0 bad\n");
    } finally {
      process.stderr.isTTY = isTTY;
    }
  });
});

describe("an import that cannot be", () => {
  it("names all that is wrong at once, and no value", async () => {
    const { status, stdout, stderr } = await runProgram(
      ["--provider", "svn", "--url", "ftp://ada:hunter2@example.com", lists[0]!],
      { TOKENWARD_TOKEN: "" },
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr.trimEnd().split("\n")).toEqual([
      "tokenward: --url or TOKENWARD_URL: must be an http or https URL",
      "tokenward: TOKENWARD_TOKEN: must be set to an account token",
      "tokenward: --provider: must be one of gh, ghe, gl, gle, bb, bbe",
    ]);
  });

  it.each([
    ["that is unknown", mintSecret("ACCOUNT")],
    ["that is malformed", "hunter2-hunter2"],
    ["with a line break in it", `${mintSecret("ACCOUNT")}\nhunter2`],
  ])("says that a token %s is not good, and does not print it", async (_which, token) => {
    const { status, stdout, stderr } = await runImport([lists[2]!], { TOKENWARD_TOKEN: token });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^tokenward: .*TOKENWARD_TOKEN/);
    expect(stderr).not.toContain(token.trim());
    expect(await slugs()).toEqual([]);
  });

  it("says so when no server answers", async () => {
    const { status, stderr } = await runImport([lists[2]!], { TOKENWARD_URL: "http://127.0.0.1:9" });
    expect(status).toBe(1);
    expect(stderr).toBe(
      "tokenward: no answer from http://127.0.0.1:9: is the server running? What was imported stays.\n",
    );
  });

  it("names the first place of what was refused, and keeps what was imported before", async () => {
    const admin = await test.member(await test.organization("gh/acme"), "ADMIN");
    const many = Array.from({ length: 1000 }, (_, index) => ({ full_name: `acme/r${index}` }));
    const path = file("many.json", [...many, { full_name: "other/one" }, { full_name: "acme/two" }]);
    const { status, stdout, stderr } = await runImport([path], { TOKENWARD_TOKEN: admin.secret });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toBe(
      `tokenward: ${path}[1000] and 1 more: not found (an organization is missing, or not yours to see). What was imported before stays.\n`,
    );
    expect(await slugs()).toHaveLength(1000);
  });
});
