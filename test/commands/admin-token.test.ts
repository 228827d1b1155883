import { mintSecret } from "../../src/secrets/mint";
import { onPostgres } from "../support/databases";
import { BUILD_TIMEOUT_MS, buildProgram, Program } from "../support/program";

jest.setTimeout(120_000);
let program: Program;
beforeAll(buildProgram, BUILD_TIMEOUT_MS);
beforeEach(async () => {
  program = await Program.create();
});
afterEach(() => program.close());

const WHO = "{ viewer { account { login isSiteAdmin suspendedAt } } }";
const siteAdmin = (login: string) => ({
  viewer: { account: { login, isSiteAdmin: true, suspendedAt: null } },
});
const shape = /^twa_[0-9A-Za-z]{38}\n$/;

/** What the command wrote down, oldest first. */
async function lines(): Promise<unknown[]> {
  const found = await program.database.rows<{
    action: string;
    login: string | null;
    actor_id: number | null;
  }>(
    `SELECT e.action, a.login, e.actor_id FROM audit_event e LEFT JOIN account a ON a.id = e.account_id
     WHERE e.request_id = 'command:admin-token' ORDER BY e.id`,
  );
  return found.map(({ action, login, actor_id: actor }) => [action, login, actor]);
}

const logins = () => program.database.rows("SELECT login FROM account");

it("makes an account that is not there, and prints the secret alone on standard output", async () => {
  const { status, stdout, stderr } = await program.run(["admin-token", "ada"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(shape);
  expect(stderr).toBe("The account token, shown this once:\n");
  expect(await lines()).toEqual([
    ["ACCOUNT_CREATED", "ada", null],
    ["TOKEN_CREATED", "ada", null],
  ]);
  // There is an administrator now: the server makes no other.
  const server = await program.serve();
  expect(await server.client(stdout.trim()).must(WHO)).toEqual(siteAdmin("ada"));
  expect(server.run.stderr).not.toContain("twa_");
  expect(await logins()).toEqual([{ login: "ada" }]);
});

it("lets back in: resumes, promotes, is no matter of MAX_TOKENS", async () => {
  const bootstrap = mintSecret("ACCOUNT");
  const first = await program.serve({ env: { BOOTSTRAP_TOKEN: bootstrap } });
  await first.client(bootstrap).must(`mutation {
    createAccount(input: { login: "Ada" }) { account { id } }
    suspendAccount(input: { login: "Ada" }) { account { id } }
  }`);
  if (!onPostgres) {
    // A file is one program's at a time.
    const refused = await program.run(["admin-token", "ada"]);
    expect(refused).toMatchObject({ status: 1, stdout: "" });
    expect(refused.stderr).toBe(
      `tokenward: ${program.databasePath} is in use by another Tokenward server: stop it first, or use another file\n`,
    );
  }
  await first.stop();
  expect(await lines()).toEqual([]);

  // Under any case of its login.
  const ada = await program.run(["admin-token", "ADA"]);
  expect(await lines()).toEqual([
    ["ACCOUNT_RESUMED", "Ada", null],
    ["ACCOUNT_UPDATED", "Ada", null],
    ["TOKEN_CREATED", "Ada", null],
  ]);
  const again = await program.run(["admin-token", "admin"], { env: { MAX_TOKENS_PER_ACCOUNT: "1" } });
  expect(again).toMatchObject({ status: 0, stdout: expect.stringMatching(shape) as string });
  expect((await lines()).slice(3)).toEqual([["TOKEN_CREATED", "admin", null]]);

  const second = await program.serve();
  expect(await second.client(ada.stdout.trim()).must(WHO)).toEqual(siteAdmin("Ada"));
  expect(await second.client(again.stdout.trim()).must(WHO)).toEqual(siteAdmin("admin"));
  expect(await second.client(bootstrap).must(WHO)).toEqual(siteAdmin("admin"));
});

it("says what a login may be, without the one that was given, and makes nothing", async () => {
  const secret = mintSecret("ACCOUNT");
  const { status, stdout, stderr } = await program.run(["admin-token", secret]);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^tokenward: LOGIN: must /);
  expect(stderr).not.toContain(secret);
  expect(await logins()).toEqual([]);
});
