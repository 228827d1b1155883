import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { describeVariables } from "../../src/config";
import { errorCodes } from "../../src/errors";
import { plainHeaders } from "../../src/http/credential";
import { holdsSecret } from "../../src/secrets/parse";
import { VERIFICATION_CODES } from "../../src/domain/verdict";
import { isShown, Page, root } from "../support/markdown";
import { Program, Run, type RunningServer } from "../support/program";

const readme = new Page("README.md");
const unquoted = (cell = ""): string => cell.replaceAll("`", "");

/** A command of the page with the answer that is printed below it; null: none is. */
interface Step {
  readonly line: number;
  readonly command: string;
  readonly answer: string | null;
}

/** Every `sh` block; a `json` or `text` block right behind it is what it answers. */
function readSteps(): Step[] {
  const { blocks } = readme;
  return blocks.flatMap(({ language, text, line }, index) => {
    const next = blocks[index + 1];
    const answer = next && ["json", "text"].includes(next.language) ? next.text : null;
    return language === "sh" ? [{ line, command: text, answer }] : [];
  });
}

const [start, ...steps] = readSteps();

interface Outcome {
  readonly status: number;
  readonly printed: string;
}

// Ends what a step printed: it is in no answer.
const MARK = "\x1e";

/** Runs the steps one after the other in one bash, which reads the token where the first of them asks for it. */
async function runSteps(folder: string, host: string, secret: string): Promise<Outcome[]> {
  const script = steps
    .map(({ command }) => `${command.replaceAll("127.0.0.1:4000", host)}\nprintf '${MARK}%d${MARK}' $?\n`)
    .join("");
  writeFileSync(join(folder, "steps.sh"), script);
  const env = { PATH: process.env.PATH, HOME: folder, npm_config_offline: "true" };
  const run = new Run(spawn("bash", ["steps.sh"], { cwd: folder, env }));
  run.child.stdin!.end(`${secret}\n`);
  const { stdout } = await run.ended;
  const parts = stdout.split(MARK);
  return steps.map((_, index) => ({ printed: parts[2 * index] ?? "", status: Number(parts[2 * index + 1]) }));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

let program: Program;
let server: RunningServer;
let host: string;
let secret: string;

beforeAll(async () => {
  program = await Program.prepare();
  // What npm looks at in a clone.
  copyFileSync(join(root, "package.json"), join(program.folder, "package.json"));
  symlinkSync(join(root, "bin"), join(program.folder, "bin"));
  server = await program.serve();
  host = new URL(server.url).host;
  secret = /^ {2}(twa_\w+)$/m.exec(server.run.stderr)?.[1] ?? "";
}, 120_000);
afterAll(() => program.close());

// Outside of the checks, a machine without curl may test all the rest.
const hasTools = spawnSync("bash", ["-c", "command -v curl"]).status === 0;
const onBash = hasTools || process.env.CI !== undefined ? describe : describe.skip;

describe("the start", () => {
  it("is one line, which runs the server", () => {
    expect(start?.command).toBe("npm ci && npm start");
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(scripts.start).toBe("exec node bin/tokenward.js serve");
  });
});

onBash("the commands of the README", () => {
  let outcomes: Outcome[];
  beforeAll(async () => {
    outcomes = await runSteps(program.folder, host, secret);
  }, 120_000);

  it.each(steps.map((step, index) => [step.line, step, index] as const))(
    "answer what is shown (line %d)",
    (_line, { answer }, index) => {
      const { status, printed } = outcomes[index]!;
      expect(status).toBe(0);
      if (answer === null) expect(printed).not.toContain('"errors"');
      else if (!isShown(answer, printed)) expect(printed).toBe(answer);
    },
  );
});

describe("the guard in Node", () => {
  let guard: Run;
  let address: string;
  beforeAll(async () => {
    const port = await freePort();
    const code = readme.blocks.find(({ language }) => language === "js")!.text;
    const listening = `.listen(8080);`;
    expect(code.endsWith(listening)).toBe(true);
    const told = `.listen(${port}, "127.0.0.1", () => console.error("listening"));`;
    writeFileSync(join(program.folder, "guard.mjs"), code.replace(listening, told));
    const service = await serviceToken();
    const env = { PATH: process.env.PATH, TOKENWARD_URL: server.url, TOKENWARD_TOKEN: service };
    guard = new Run(spawn(process.execPath, ["guard.mjs"], { cwd: program.folder, env }));
    address = `http://127.0.0.1:${port}`;
    await guard.printed(/listening/);
  });
  afterAll(() => guard.stop());

  async function serviceToken(): Promise<string> {
    const data = await server.client(secret).must<{ createAccountToken: { secret: string } }>(
      `mutation {
        importRepositories(input: { repositories: [{ slug: "gh/guarded/one" }, { slug: "gh/guarded/two" }] }) { createdCount }
        createAccount(input: { login: "guard", kind: SERVICE }) { account { id } }
        createAccountToken(input: { account: "guard", label: "guard" }) { secret }
      }`,
    );
    return data.createAccountToken.secret;
  }

  const status = async (path: string, token: string | null, method = "GET"): Promise<number> => {
    const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
    return (await fetch(`${address}${path}`, { method, headers })).status;
  };

  it("lets in whom Tokenward lets in, and no one else", async () => {
    const data = await server.client(secret).must<{ createRepositoryToken: { secret: string } }>(
      `mutation {
        createRepositoryToken(input: { repository: "gh/guarded/one", scope: READ_ONLY, label: "reader" }) { secret }
      }`,
    );
    const token = data.createRepositoryToken.secret;
    expect(await status("/guarded/one", token)).toBe(200);
    expect(await status("/guarded/one", token, "POST")).toBe(403);
    expect(await status("/guarded/two", token)).toBe(404);
    expect(await status("/guarded/one", null)).toBe(401);
    await server.client(token).must("mutation { revokeToken(input: {}) { revokedCount } }");
    expect(await status("/guarded/one", token)).toBe(401);
  });

  it("refuses everybody when its own token is refused", async () => {
    await server
      .client(secret)
      .must('mutation { suspendAccount(input: { login: "guard" }) { account { id } } }');
    expect(await status("/guarded/one", secret)).toBe(503);
  });

  it("stands above a table of all verdicts", () => {
    const rows = readme.table("Guarding your own API");
    const codes = rows.flatMap(([cell]) => unquoted(cell).split(", "));
    expect(codes.sort()).toEqual([...VERIFICATION_CODES].sort());
  });
});

describe("the forms of a credential", () => {
  const headers = readme.table("Presenting a token").map(([cell]) => unquoted(cell));

  it.each(headers)("are taken: %s", async (header) => {
    const written = header
      .replace("SECRET", secret)
      .replace(/base64\((.*)\)/, (_whole, text: string) => Buffer.from(text).toString("base64"));
    const [name = "", value = ""] = written.split(": ", 2);
    const answer = await server.client(null).send("{ viewer { account { login } } }", {}, { [name]: value });
    expect(answer.data).toEqual({ viewer: { account: { login: "admin" } } });
  });

  it("are all of them", () => {
    const names = headers.map((header) => header.split(":", 1)[0]!.toLowerCase());
    expect(new Set(names)).toEqual(new Set(["authorization", ...plainHeaders]));
  });
});

describe("the README", () => {
  it("holds nothing that looks like a token", () => {
    expect(holdsSecret(readme.text)).toBe(false);
  });
});

describe("the tables of the README", () => {
  it("list every variable as the program describes it", () => {
    const rows = readme.table("Configuration").map((row) => row.map(unquoted));
    expect(rows).toEqual(describeVariables().map(({ name, fallback, meaning }) => [name, fallback, meaning]));
  });

  it("list every error code with its HTTP status", () => {
    const rows = readme.table("Errors").map(([code, status]) => [unquoted(code), Number(status)]);
    expect(rows).toEqual(Object.entries(errorCodes).map(([code, { http }]) => [code, http]));
  });
});
