import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { mintSecret } from "../../src/secrets/mint";
import { BUILD_TIMEOUT_MS, buildProgram, Program, type RunningServer } from "../support/program";

jest.setTimeout(120_000);
const bootstrap = mintSecret("ACCOUNT");
const env = { BOOTSTRAP_TOKEN: bootstrap };
const ACCEPT = ["--accept-rollback", "revoke-older"];
const WHO = "{ viewer { account { login isSiteAdmin } } }";
let program: Program;
let backup: string;
beforeAll(buildProgram, BUILD_TIMEOUT_MS);
beforeEach(() => {
  program = new Program();
  backup = join(program.folder, "backup.db");
});
afterEach(() => program.close());

function read<Row>(sql: string): Row[] {
  const connection = new Sqlite(program.databasePath, { readonly: true });
  try {
    return connection.prepare<[], Row>(sql).all();
  } finally {
    connection.close();
  }
}

const epoch = (): number => read<{ number: number }>("SELECT number FROM epoch")[0]!.number;
const recorded = (): string => readFileSync(`${program.databasePath}.epoch`, "utf8");
const code = async (server: RunningServer, secret: string): Promise<number> =>
  (await server.client(secret).send(WHO)).status;
const revocations = () =>
  read(
    "SELECT token_id, reason, actor_id FROM audit_event WHERE request_id = 'command:accept-rollback' ORDER BY id",
  );

function restore(): void {
  for (const ending of ["-wal", "-shm"]) rmSync(program.databasePath + ending, { force: true });
  copyFileSync(backup, program.databasePath);
}

async function mint(server: RunningServer, label: string): Promise<string> {
  const { createAccountToken } = await server
    .client(bootstrap)
    .must<{ createAccountToken: { secret: string } }>(
      `mutation { createAccountToken(input: { label: "${label}" }) { secret } }`,
    );
  return createAccountToken.secret;
}

/** A backup was made; then a token was revoked, and the server stopped. */
async function backedUp(): Promise<{ revoked: string; good: string }> {
  const server = await program.serve({ env });
  const revoked = await mint(server, "revoked");
  const good = await mint(server, "good");
  expect((await program.run(["backup", backup])).status).toBe(0);
  await server.client(revoked).must("mutation { revokeToken(input: {}) { revokedCount } }");
  expect((await server.stop()).status).toBe(0);
  return { revoked, good };
}

describe("a restored backup", () => {
  it("is refused by every command that opens it, and changed by none", async () => {
    await backedUp();
    restore();
    const after = recorded();
    for (const command of [["serve"], ["migrate"], ["admin-token", "admin"]]) {
      const { status, stdout, stderr } = await program.run(command);
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toContain(`the database is older than ${program.databasePath}.epoch says`);
      expect(stderr).toContain("--accept-rollback revoke-older");
    }
    expect(recorded()).toBe(after);
    expect(read("SELECT id FROM token WHERE revoked_at IS NOT NULL")).toEqual([]);
  });

  it("revives no revoked token: accepted, all of its tokens are revoked, and a new one lets the operator in", async () => {
    const { revoked, good } = await backedUp();
    const before = epoch();
    restore();
    expect(epoch()).toBeLessThan(before);
    const { status, stdout, stderr } = await program.run(["admin-token", "admin", ...ACCEPT]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^twa_\w+\n$/);
    expect(stderr).toContain("The database is a restored backup: its 3 live tokens were revoked.");
    expect(epoch()).toBeGreaterThan(before);
    const ids = read<{ id: number }>("SELECT id FROM token WHERE revoked_at IS NOT NULL ORDER BY id");
    expect(revocations()).toEqual(
      ids.map(({ id }) => ({ token_id: id, reason: "restored from a backup", actor_id: null })),
    );
    expect(ids).toHaveLength(3);

    const server = await program.serve();
    for (const secret of [bootstrap, revoked, good]) expect(await code(server, secret)).toBe(401);
    expect(await server.client(stdout.trim()).must(WHO)).toEqual({
      viewer: { account: { login: "admin", isSiteAdmin: true } },
    });
    // The option that was left in place does nothing any more.
    await server.stop();
    const again = program.spawn(["serve", ...ACCEPT]);
    const [, url = ""] = await again.printed(/Tokenward serves (\S+) /);
    expect(again.stderr).not.toContain("revoked");
    const { status: stillGood } = await fetch(`${url}/introspect`, {
      method: "POST",
      headers: { authorization: `Bearer ${stdout.trim()}` },
      body: new URLSearchParams({ token: stdout.trim() }),
    });
    expect(stillGood).toBe(200);
  });

  it.each(["serve", "migrate"])("is accepted by %s, too", async (command) => {
    const { good } = await backedUp();
    restore();
    const run = program.spawn([command, ...ACCEPT], { env: { LOG_LEVEL: "silent" } });
    await run.printed(/its 3 live tokens were revoked/);
    if (command === "serve") await run.printed(/Tokenward serves/);
    expect((await run.stop()).stderr).not.toContain(good);
    expect(revocations()).toHaveLength(3);
    const server = await program.serve();
    expect(await code(server, good)).toBe(401);
  });

  it("is refused without its file, as on another machine, until it is accepted", async () => {
    const { good } = await backedUp();
    restore();
    rmSync(`${program.databasePath}.epoch`);
    expect((await program.run(["serve"])).stderr).toContain("epoch is missing");
    expect((await program.run(["migrate", ...ACCEPT])).status).toBe(0);
    const server = await program.serve();
    expect(await code(server, good)).toBe(401);
  });

  it("starts as it is when nothing was revoked since", async () => {
    const server = await program.serve({ env });
    expect((await program.run(["backup", backup])).status).toBe(0);
    await mint(server, "later");
    await server.stop();
    restore();
    const again = await program.serve();
    expect(await code(again, bootstrap)).toBe(200);
  });

  it("is not accepted by half a word", async () => {
    const { stderr, status } = await program.run(["serve", "--accept-rollback", "yes"]);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "tokenward: --accept-rollback: must be revoke-older\n",
    });
  });
});

it("a server that is killed right after its answers starts again, with what was acknowledged", async () => {
  let server = await program.serve({ env });
  for (let kill = 0; kill < 3; kill += 1) {
    const secret = await mint(server, `k${kill}`);
    const later = await mint(server, `l${kill}`);
    await server.client(secret).must("mutation { revokeToken(input: {}) { revokedCount } }");
    await server.stop("SIGKILL");
    server = await program.serve();
    expect(await code(server, secret)).toBe(401);
    expect(await code(server, later)).toBe(200);
    expect(recorded()).toContain(`tokenward epoch ${epoch()} of `);
  }
});
