import Sqlite from "better-sqlite3";
import { mintSecret } from "../../src/secrets/mint";
import { BUILD_TIMEOUT_MS, Program } from "../support/program";

jest.setTimeout(120_000);
let program: Program;
beforeAll(async () => {
  program = await Program.prepare();
}, BUILD_TIMEOUT_MS);
afterAll(() => program.close());

it("a process whose files may grow no more refuses changes, verifies on, and recovers by itself", async () => {
  const secret = mintSecret("ACCOUNT");
  // Blocks of 512 or 1024 bytes, as the shell has it. The log beside the database reaches that first.
  const server = await program.serve({ env: { BOOTSTRAP_TOKEN: secret }, shell: "ulimit -f 1024" });
  const admin = server.client(secret);
  await admin.must('mutation { createOrganization(input: { slug: "gh/acme" }) { organization { id } } }');
  const create = (name: string) =>
    admin.send(
      "mutation($slug: String!, $text: String!) { createRepository(input: { slug: $slug, description: $text }) { repository { id } } }",
      { slug: `gh/acme/${name}`, text: "x".repeat(1000) },
    );
  let made = 0;
  let answer = await create("r0");
  while (answer.errors.length === 0 && made < 1000) answer = await create(`r${(made += 1)}`);
  expect(answer.data).toEqual({ createRepository: null });
  expect(answer.errors.map((error) => error.extensions.code)).toEqual(["UNAVAILABLE"]);
  expect((await create(`r${made}`)).errors[0]!.extensions.code).toBe("UNAVAILABLE");

  const look = `{
    viewer { token { state } }
    organization(slug: "gh/acme") { repositories { totalCount } }
    verifyToken(input: { secret: "${secret}" }) { code }
  }`;
  expect(await admin.must(look)).toEqual({
    viewer: { token: { state: "ACTIVE" } },
    organization: { repositories: { totalCount: made } },
    verifyToken: { code: "VALID" },
  });

  // Room again: what is in the log goes into the database, and the log begins anew.
  const connection = new Sqlite(program.databasePath);
  connection.pragma("wal_checkpoint(TRUNCATE)");
  connection.close();
  expect((await create(`r${made}`)).errors).toEqual([]);
  const { status, stdout } = await server.stop();
  expect(status).toBe(0);
  expect(stdout).toMatch(/SQLITE_(IOERR|FULL)|disk I\/O error|disk is full/);
});
