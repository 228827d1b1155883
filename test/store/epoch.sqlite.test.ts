import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestApp } from "../support/kit";
import { greet } from "../support/tokens";

let folder: string;
let test: TestApp | undefined;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tokenward-epoch-"));
  file = join(folder, "tokenward.db.epoch");
});
afterEach(async () => {
  await test?.app.close();
  test = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const REVOKE = "mutation($id: ID!) { revokeToken(input: { id: $id }) { revokedCount } }";
const start = async (): Promise<TestApp> => (test = await TestApp.start({ folder }));
const written = (path = file): number =>
  Number(/^tokenward epoch (\d+) of /.exec(readFileSync(path, "utf8"))![1]);
const readiness = async (app: TestApp): Promise<number> => (await fetch(`${app.url}/readyz`)).status;

async function epochOf(app: TestApp): Promise<number> {
  const [row] = await app.rows<{ number: number }>("SELECT number FROM epoch");
  return row!.number;
}

async function failsToStart(): Promise<string> {
  const error: unknown = await TestApp.start({ folder }).then(
    (started) => started.app.close(),
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(Error);
  return (error as Error).message;
}

describe("the epoch", () => {
  it("grows with what ends or changes a right, and with nothing else", async () => {
    const app = await start();
    const ada = await app.account({ login: "ada" });
    const organization = await app.organization();
    const token = await app.repositoryToken(await app.repository());
    const grows = async (document: string): Promise<boolean> => {
      const before = await epochOf(app);
      await app.admin.must(`mutation { ${document} }`);
      return (await epochOf(app)) > before;
    };
    expect(await grows('createAccountToken(input: { account: "ada", label: "more" }) { secret }')).toBe(
      false,
    );
    expect(await grows('suspendAccount(input: { login: "ada" }) { account { id } }')).toBe(true);
    expect(await grows('resumeAccount(input: { login: "ada" }) { account { id } }')).toBe(true);
    const member = `input: { organization: "${organization}", login: "ada"`;
    expect(await grows(`setMembership(${member}, role: MEMBER }) { organization { id } }`)).toBe(true);
    expect(await grows(`removeMembership(${member} }) { organization { id } }`)).toBe(true);
    expect(await grows(`rotateToken(input: { id: "${token.id}" }) { secret }`)).toBe(true);
    expect(await grows(`revokeToken(input: { id: "${token.id}" }) { revokedCount }`)).toBe(true);

    const before = await epochOf(app);
    expect(await ada.client.code("{ viewer { account { login } } }")).toBe("OK");
    await app.app.services.recorder.flush();
    expect(await app.rows("SELECT id FROM token WHERE last_used_at IS NOT NULL")).not.toEqual([]);
    expect(await epochOf(app)).toBe(before);
  });

  it("stands in the file, which nobody else may read, once the server says that it is ready", async () => {
    const app = await start();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    for (let change = 0; change < 3; change += 1) {
      const { id } = await app.accountToken("admin");
      await app.admin.must(REVOKE, { id });
      expect(await readiness(app)).toBe(200);
      expect(written()).toBe(await epochOf(app));
    }
    const { id } = await app.accountToken("admin");
    await app.admin.must(REVOKE, { id });
    const last = await epochOf(app);
    await app.app.close();
    expect(written()).toBe(last);
    await app.open();
  });
});

describe("a file that cannot be written", () => {
  it("fails no change, is logged once, and is no readiness until it can be", async () => {
    const app = await start();
    const { id, secret } = await app.accountToken("admin");
    rmSync(file);
    mkdirSync(join(file, "in-the-way"), { recursive: true });
    await app.admin.must(REVOKE, { id });
    expect(await greet(app.client(secret))).not.toBe("welcome");
    expect(await readiness(app)).toBe(503);
    expect(await readiness(app)).toBe(503);
    expect(app.log.filter((line) => line.includes("the epoch file waits for the next try"))).toHaveLength(1);
    rmSync(file, { recursive: true });
    expect(await readiness(app)).toBe(200);
    expect(written()).toBe(await epochOf(app));
  });

  it("is made again when somebody removed it while the server ran", async () => {
    const app = await start();
    rmSync(file);
    await app.admin.must(REVOKE, { id: (await app.accountToken("admin")).id });
    expect(await readiness(app)).toBe(200);
    expect(written()).toBe(await epochOf(app));
  });
});

describe("a start", () => {
  /** A server that made some changes and stopped. */
  async function stopped(): Promise<{ app: TestApp; secret: string }> {
    const app = await start();
    await app.admin.must(REVOKE, { id: (await app.accountToken("admin")).id });
    const { secret } = await app.accountToken("admin");
    await app.app.close();
    return { app, secret };
  }

  it("goes on after a kill between the commit and the file, and brings the file up to date", async () => {
    const { app, secret } = await stopped();
    const lagging = readFileSync(file);
    const before = written();
    await app.open();
    app.admin = app.client(secret);
    await app.admin.must(REVOKE, { id: (await app.accountToken("admin")).id });
    await app.app.close();
    const last = written();
    expect(last).toBeGreaterThan(before);
    writeFileSync(file, lagging);
    writeFileSync(`${file}.tmp`, "tokenw");
    await app.open();
    expect(written()).toBe(last);
    expect(await greet(app.client(secret))).toBe("welcome");
  });

  it("is refused with an older database, again and again, and leaves the file as it is", async () => {
    const { app, secret } = await stopped();
    const path = app.databasePath;
    copyFileSync(path, `${path}.old`);
    await app.open();
    await app.client(secret).must("mutation { revokeToken(input: {}) { revokedCount } }");
    await app.app.close();
    const after = readFileSync(file, "utf8");
    copyFileSync(`${path}.old`, path);
    for (const _again of [1, 2]) {
      const message = await failsToStart();
      expect(message).toContain(`the database is older than ${file} says: it was restored from a backup`);
      expect(message).toContain("--accept-rollback revoke-older");
      expect(readFileSync(file, "utf8")).toBe(after);
    }
    test = undefined;
  });

  it.each([
    ["is missing", () => rmSync(file), /epoch is missing/],
    ["is damaged", () => writeFileSync(file, "tokenward epoch 12"), /epoch is damaged/],
    ["is empty", () => writeFileSync(file, ""), /epoch is damaged/],
    [
      "is that of another database",
      () => writeFileSync(file, `tokenward epoch 1 of ${crypto.randomUUID()}\n`),
      /epoch is the epoch file of another database/,
    ],
  ])("is refused when its file %s", async (_what, harm, wanted) => {
    await stopped();
    harm();
    expect(await failsToStart()).toMatch(wanted);
    test = undefined;
  });

  it("is refused with a new database beside the file of a lost one, which is needed to know that one again", async () => {
    const { app, secret } = await stopped();
    const aside = `${app.databasePath}.aside`;
    copyFileSync(app.databasePath, aside);
    rmSync(app.databasePath);
    expect(await failsToStart()).toContain("when this is a new database, remove the file");
    copyFileSync(aside, app.databasePath);
    await app.open();
    expect(await greet(app.client(secret))).toBe("welcome");
  });
});

it("a server whose database falls behind under it is not ready", async () => {
  const app = await start();
  await app.admin.must(REVOKE, { id: (await app.accountToken("admin")).id });
  expect(await readiness(app)).toBe(200);
  await app.app.database.write((tx) => tx.query("UPDATE epoch SET number = 0"), { endsNoRight: true });
  expect(await readiness(app)).toBe(503);
});
