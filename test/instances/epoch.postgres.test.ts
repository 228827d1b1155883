import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUILD_TIMEOUT_MS, buildProgram, Program } from "../support/program";
import { TestApp } from "../support/kit";

let folder: string;
let first: TestApp;
let second: TestApp | undefined;
const file = (name: string): string => join(folder, name);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tokenward-epochs-"));
  first = await TestApp.start({ env: { EPOCH_FILE: file("one") } });
});
afterEach(async () => {
  await second?.close();
  second = undefined;
  await first.close();
  rmSync(folder, { recursive: true, force: true });
});

const beside = (name: string): Promise<TestApp> =>
  TestApp.start({ beside: first, folder, env: { EPOCH_FILE: file(name) } });
const written = (name: string): number =>
  Number(/^tokenward epoch (\d+) of /.exec(readFileSync(file(name), "utf8"))![1]);
const readiness = async (app: TestApp): Promise<number> => (await fetch(`${app.url}/readyz`)).status;

async function epoch(): Promise<number> {
  const [row] = await first.rows<{ number: number }>("SELECT number FROM epoch");
  return row!.number;
}

async function revokeOne(on: TestApp): Promise<void> {
  const { id } = await on.accountToken("admin");
  await on.admin.must("mutation($id: ID!) { revokeToken(input: { id: $id }) { revokedCount } }", { id });
}

/** As a backup of that moment has it. */
async function fallBackTo(number: number): Promise<void> {
  await first.app.database.write((tx) => tx.query("UPDATE epoch SET number = $1", [number]), {
    endsNoRight: true,
  });
}

describe("instances that share an epoch file", () => {
  it("write the latest of all their changes, and leave nothing else beside it", async () => {
    second = await beside("one");
    await Promise.all([first, second].flatMap((app) => Array.from({ length: 20 }, () => revokeOne(app))));
    for (const app of [first, second]) expect(await readiness(app)).toBe(200);
    expect(written("one")).toBe(await epoch());
    expect(readdirSync(folder)).toEqual(["one"]);
  });
});

describe("instances with an epoch file each", () => {
  it("are each refused without one, and take a copy of another's, which may lag behind", async () => {
    await expect(beside("two")).rejects.toThrow(/two is missing/);
    copyFileSync(file("one"), file("two"));
    await revokeOne(first);
    second = await beside("two");
    expect(written("two")).toBe(await epoch());
  });

  it("write down what the others change, as they hear of it", async () => {
    copyFileSync(file("one"), file("two"));
    second = await beside("two");
    await revokeOne(first);
    const wanted = await epoch();
    while (written("two") < wanted) await new Promise((resolve) => setImmediate(resolve));
    expect(written("two")).toBe(wanted);
  });
});

it("without EPOCH_FILE nothing is compared", async () => {
  await first.restart({ EPOCH_FILE: "" });
  await fallBackTo(0);
  await first.restart();
  expect(await readiness(first)).toBe(200);
});

describe("a database that fell back", () => {
  beforeAll(buildProgram, BUILD_TIMEOUT_MS);

  it("is refused at the start, is no readiness meanwhile, and is accepted once, its tokens revoked", async () => {
    const program = new Program();
    try {
      await revokeOne(first);
      expect(await readiness(first)).toBe(200);
      const before = written("one");
      await fallBackTo(before - 1);
      expect(await readiness(first)).toBe(503);
      await first.app.close();
      await expect(first.open()).rejects.toThrow(`the database is older than ${file("one")} says`);

      const env = { DATABASE_URL: first.database.url, EPOCH_FILE: file("one") };
      const accepted = await program.run(["migrate", "--accept-rollback", "revoke-older"], { env });
      expect(accepted.stderr).toContain("its one live token was revoked");
      const again = await program.run(["migrate", "--accept-rollback", "revoke-older"], { env });
      expect(again).toMatchObject({ status: 0, stderr: "" });
      const { adminSecret } = first;
      const { stdout } = await program.run(["admin-token", "admin"], { env });
      await first.open();
      expect(written("one")).toBeGreaterThan(before);
      expect(await first.client(adminSecret).code("{ viewer { account { login } } }")).toBe(
        "UNAUTHENTICATED",
      );
      expect(await first.client(stdout.trim()).code("{ viewer { account { login } } }")).toBe("OK");
    } finally {
      await program.close();
    }
  }, 120_000);
});
