import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import Sqlite from "better-sqlite3";
import { mintSecret } from "../../src/secrets/mint";
import type { Client } from "../support/client";
import { BUILD_TIMEOUT_MS, buildProgram, Program } from "../support/program";

jest.setTimeout(120_000);
const bootstrap = mintSecret("ACCOUNT");
const env = { BOOTSTRAP_TOKEN: bootstrap, RATE_LIMIT_PER_MINUTE: "0" };
let program: Program;
let target: string;
beforeAll(buildProgram, BUILD_TIMEOUT_MS);
beforeEach(() => {
  program = new Program();
  target = join(program.folder, "backup.db");
});
afterEach(() => program.close());

async function refusal(args: readonly string[], variables = {}): Promise<string> {
  const { status, stdout, stderr } = await program.run(["backup", ...args], { env: variables });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  return stderr;
}

function read<Row>(path: string, sql: string): Row[] {
  const connection = new Sqlite(path, { readonly: true });
  try {
    return connection.prepare<[], Row>(sql).all();
  } finally {
    connection.close();
  }
}

/** Makes an account and, in the same transaction, its audit line, one after the other until it is told to stop. */
class Load {
  readonly made: string[] = [];
  private readonly running: Promise<void>;
  private stopped = false;

  constructor(private readonly admin: Client) {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const login = `load-${this.made.length}`;
      await this.admin.must(`mutation { createAccount(input: { login: "${login}" }) { account { id } } }`);
      this.made.push(login);
    }
  }
}

describe("a backup", () => {
  it("is whole and from one moment, while a server changes things, and nobody else may read it", async () => {
    const server = await program.serve({ env });
    const load = new Load(server.client(bootstrap));
    const before = new Set(await untilMade(load, 20));
    const { status, stdout, stderr } = await program.run(["backup", target]);
    const behind = load.made.length;
    await load.stop();
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toBe(`${target}: ${statSync(target).size} bytes, verified\n`);
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect(behind).toBeGreaterThan(before.size);

    const logins = read<{ login: string }>(target, "SELECT login FROM account WHERE login LIKE 'load-%'").map(
      (row) => row.login,
    );
    expect(logins).toEqual(load.made.slice(0, logins.length));
    expect(logins.length).toBeGreaterThanOrEqual(before.size);
    expect(
      read(
        target,
        "SELECT a.id FROM account a JOIN audit_event e ON e.account_id = a.id AND e.action = 'ACCOUNT_CREATED'",
      ),
    ).toHaveLength(logins.length + 1);
    expect(read(target, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    // One file, and nothing of how it came about.
    const files = readdirSync(program.folder).filter((name) => name.startsWith(basename(target)));
    expect(files).toEqual(["backup.db"]);
  });

  async function untilMade(load: Load, count: number): Promise<readonly string[]> {
    while (load.made.length < count) await new Promise((resolve) => setImmediate(resolve));
    return [...load.made];
  }

  it("is made of a stopped server's file too, and of one that was killed", async () => {
    const server = await program.serve({ env });
    await server
      .client(bootstrap)
      .must('mutation { createAccount(input: { login: "ada" }) { account { id } } }');
    await server.stop("SIGKILL");
    expect(existsSync(`${program.databasePath}-wal`)).toBe(true);
    expect((await program.run(["backup", target])).status).toBe(0);
    expect(read(target, "SELECT login FROM account ORDER BY id")).toEqual([
      { login: "admin" },
      { login: "ada" },
    ]);
  });

  it("replaces no file, unless it is told to", async () => {
    await program.run(["migrate"]);
    writeFileSync(target, "dear to somebody");
    expect(await refusal([target])).toBe(
      `tokenward: ${target} exists: choose another name, or add --overwrite\n`,
    );
    expect(readFileSync(target, "utf8")).toBe("dear to somebody");
    expect((await program.run(["backup", "--overwrite", target])).status).toBe(0);
    expect(read(target, "SELECT login FROM account")).toEqual([]);
    expect(await refusal(["--overwrite=no", target])).toBe("tokenward: --overwrite: takes no value\n");
  });

  it("is never put in the place of the database, or of what belongs to it", async () => {
    await program.run(["migrate"]);
    const alias = join(program.folder, "alias.db");
    symlinkSync(program.databasePath, alias);
    for (const file of [program.databasePath, alias, `${program.databasePath}.epoch`]) {
      expect(await refusal(["--overwrite", file])).toContain("belongs to the database");
    }
    expect((await program.run(["migrate"])).status).toBe(0);
  });

  it("says what is in its way", async () => {
    expect(await refusal([target])).toBe(`tokenward: ${program.databasePath} does not exist\n`);
    await program.run(["migrate"]);
    const nowhere = join(program.folder, "nowhere");
    expect(await refusal([join(nowhere, "backup.db")])).toBe(`tokenward: ${nowhere} does not exist\n`);
    writeFileSync(`${target}.partial`, "");
    expect(await refusal([target])).toContain(`${target}.partial exists`);
    expect(existsSync(target)).toBe(false);
    expect(await refusal([target], { DATABASE_URL: "postgres://nobody@localhost/nothing" })).toContain(
      "pg_dump",
    );
  });

  it("is not made of another program's database", async () => {
    const connection = new Sqlite(program.databasePath);
    connection.exec("CREATE TABLE notes (text TEXT)");
    connection.close();
    expect(await refusal([target])).toContain("is a database of another program");
    expect(existsSync(target)).toBe(false);
    expect(existsSync(`${target}.partial`)).toBe(false);
  });
});
