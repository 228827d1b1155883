import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { mintSecret } from "../../src/secrets/mint";
import { BUILD_TIMEOUT_MS, buildProgram, Program, type RunningServer } from "../support/program";

jest.setTimeout(120_000);
let program: Program;
beforeAll(buildProgram, BUILD_TIMEOUT_MS);
beforeEach(() => {
  program = new Program();
});
afterEach(() => program.close());

const WHO = "{ viewer { account { login isSiteAdmin } } }";
const secretsIn = (text: string): string[] => text.match(/tw[ar]_[0-9A-Za-z]{38}/g) ?? [];

function fromDatabase<Row>(sql: string, ...parameters: unknown[]): Row[] {
  const connection = new Sqlite(program.databasePath, { readonly: true });
  try {
    return connection.prepare<unknown[], Row>(sql).all(...parameters);
  } finally {
    connection.close();
  }
}

describe("the first start and the second", () => {
  it("make one administrator under ./data, whose token is printed once, to the terminal alone", async () => {
    const env = { DATABASE_URL: undefined, LOG_LEVEL: "trace" };
    const first = await program.serve({ env });
    const [secret, ...more] = secretsIn(first.run.stderr);
    expect(more).toEqual([]);
    const { viewer } = await first.client(secret!).must<{ viewer: object }>(WHO);
    expect(viewer).toEqual({ account: { login: "admin", isSiteAdmin: true } });
    const data = join(program.folder, "data");
    expect(readdirSync(data)).toContain("tokenward.db");
    // Nobody else on the machine may read what is in there.
    expect(statSync(data).mode & 0o077).toBe(0);

    const { status, stdout, stderr } = await first.stop();
    expect(status).toBe(0);
    expect(secretsIn(stderr)).toHaveLength(1);
    expect(secretsIn(stdout)).toEqual([]);
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual({
      level: 30,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      method: "POST",
      route: "/graphql",
      status: 200,
      ms: expect.any(Number) as number,
      msg: "request",
    });
    for (const name of readdirSync(data)) {
      expect(readFileSync(join(data, name)).includes(secret!)).toBe(false);
    }

    const second = await program.serve({ env });
    expect(second.run.stderr).not.toContain("was made");
    expect(secretsIn(second.run.stderr)).toEqual([]);
    expect(await second.client(secret!).code(WHO)).toBe("OK");
  });

  it("use BOOTSTRAP_TOKEN on an empty database alone, and do not print it", async () => {
    const secret = mintSecret("ACCOUNT");
    const first = await program.serve({ env: { BOOTSTRAP_TOKEN: secret } });
    await first.client(secret).must('mutation { createAccount(input: { login: "ada" }) { account { id } } }');
    const { stdout, stderr } = await first.stop();
    expect(secretsIn(stdout + stderr)).toEqual([]);

    const late = mintSecret("ACCOUNT");
    const second = await program.serve({ env: { BOOTSTRAP_TOKEN: late } });
    expect(secretsIn(second.run.stderr)).toEqual([]);
    expect(await second.client(secret).must('{ account(login: "ada") { login } }')).toEqual({
      account: { login: "ada" },
    });
    expect((await second.client(late).send(WHO)).status).toBe(401);
  });
});

describe("a start that cannot be", () => {
  it("names the file that another server has, and disturbs nothing", async () => {
    const secret = mintSecret("ACCOUNT");
    const first = await program.serve({ env: { BOOTSTRAP_TOKEN: secret } });
    expect(await program.run(["serve"])).toEqual({
      status: 1,
      signal: null,
      stdout: "",
      stderr: `tokenward: ${program.databasePath} is in use by another Tokenward server: stop it first, or use another file\n`,
    });
    expect(await first.client(secret).code(WHO)).toBe("OK");

    // The port is taken too, whatever the file is; that one is free again afterwards.
    const { port } = new URL(first.url);
    const env = { PORT: port, DATABASE_URL: `sqlite:${program.databasePath}.other` };
    const { status, stderr } = await program.run(["serve"], { env });
    expect(status).toBe(1);
    expect(stderr).toMatch(/tokenward: PORT: something listens there already/);
    expect((await program.run(["migrate"], { env })).status).toBe(0);

    // The lock dies with the process.
    await first.stop("SIGKILL");
    const second = await program.serve();
    expect(await second.client(secret).code(WHO)).toBe("OK");
  });

  it("names the file that a newer version made, which migrate does not touch either", async () => {
    for (const _again of [1, 2]) {
      expect(await program.run(["migrate"])).toEqual({
        status: 0,
        signal: null,
        stdout: "The database is up to date.\n",
        stderr: "",
      });
    }
    expect(fromDatabase("SELECT * FROM account")).toEqual([]);
    expect(fromDatabase("SELECT * FROM audit_event")).toEqual([]);
    const connection = new Sqlite(program.databasePath);
    connection.exec("INSERT INTO migrations (timestamp, name) VALUES (4102444800000, 'Later4102444800000')");
    connection.close();
    const before = readFileSync(program.databasePath);
    for (const command of [["serve"], ["migrate"]]) {
      const { status, stdout, stderr } = await program.run(command);
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toContain(`${program.databasePath} was made by a newer version of Tokenward`);
    }
    expect(readFileSync(program.databasePath).equals(before)).toBe(true);
  });
});

/** Waits for a line of the log. */
async function logged(server: RunningServer, message: string): Promise<void> {
  while (!server.run.stdout.includes(`"msg":"${message}"`)) {
    await new Promise((resolve) => server.run.child.stdout!.once("data", resolve));
  }
}

/** A request whose body is only half there; `finish` sends the rest and gives the whole answer. */
async function halfRequest(server: RunningServer, secret: string, query: string) {
  const { hostname, port } = new URL(server.url);
  const body = JSON.stringify({ query });
  const socket = connect(Number(port), hostname);
  await new Promise((resolve) => socket.once("connect", resolve));
  let answer = "";
  socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
  const ended = new Promise<string>((resolve, reject) => {
    socket.once("close", () => {
      resolve(answer);
    });
    socket.once("error", reject);
  });
  const head = [
    "POST /graphql HTTP/1.1",
    `Host: ${hostname}`,
    `Authorization: Bearer ${secret}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Expect: 100-continue",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n${body.slice(0, 10)}`);
  // The server has taken up the request when it says so.
  while (!answer.includes("100 Continue")) await new Promise((resolve) => socket.once("data", resolve));
  const finish = (): Promise<string> => {
    socket.write(body.slice(10));
    return ended;
  };
  return { ended, finish };
}

describe.each(["SIGTERM", "SIGINT"] as const)("%s", (signal) => {
  it("finishes what is in flight, writes last-used times, closes the database, and exits 0", async () => {
    const secret = mintSecret("ACCOUNT");
    const server = await program.serve({ env: { BOOTSTRAP_TOKEN: secret } });
    await server.client(secret).must(WHO);
    expect(fromDatabase<{ at: number | null }>("SELECT last_used_at AS at FROM token")).toEqual([
      { at: null },
    ]);
    const half = await halfRequest(
      server,
      secret,
      'mutation { createAccount(input: { login: "inflight" }) { account { login } } }',
    );

    const ended = server.stop(signal);
    await logged(server, "stopping");
    await expect(server.client(secret).send(WHO)).rejects.toThrow();
    const answer = await half.finish();
    expect(answer).toContain("HTTP/1.1 200 OK");
    expect(answer).toMatch(/^connection: close\r$/im);
    expect(answer).toContain('{"data":{"createAccount":{"account":{"login":"inflight"}}}}');

    const { status, signal: by, stdout } = await ended;
    expect({ status, by }).toEqual({ status: 0, by: null });
    expect(stdout).toContain('"msg":"stopped"');
    // All is in the one file: there is no log left to be lost.
    expect(existsSync(`${program.databasePath}-wal`)).toBe(false);
    expect(fromDatabase("SELECT login FROM account ORDER BY id")).toEqual([
      { login: "admin" },
      { login: "inflight" },
    ]);
    const [used] = fromDatabase<{ at: number | null }>("SELECT last_used_at AS at FROM token");
    expect(used!.at).toBeGreaterThan(Date.now() - 600_000);
  });
});

it("SIGTERM does not wait for a request that never ends", async () => {
  const server = await program.serve();
  const [secret] = secretsIn(server.run.stderr);
  const half = await halfRequest(server, secret!, WHO);
  const { status, signal } = await server.stop();
  expect({ status, signal }).toEqual({ status: 0, signal: null });
  expect(await half.ended.catch(() => "cut off")).not.toContain("200 OK");
});
