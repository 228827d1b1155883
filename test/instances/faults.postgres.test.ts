import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "../support/client";
import { type MadeToken, TestApp } from "../support/kit";
import { mutate, refusal } from "../support/mutations";
import { PostgresServer } from "../support/postgres-server";
import { DELAY_MS, Proxy } from "../support/proxy";
import { newKey, once, refusalOnce } from "../support/retries";

const CRASHES = Number(process.env.POSTGRES_CRASHES ?? 10);
const AWAY_MS = 1_000 * Number(process.env.POSTGRES_AWAY_SECONDS ?? 3);
/** How long after the database is back the service may take to be back too. */
const BACK_WITHIN_MS = 5_000;
jest.setTimeout(60_000 + CRASHES * 30_000 + AWAY_MS);

const rejections: unknown[] = [];
const note = (reason: unknown): void => void rejections.push(reason);
let server: PostgresServer;
let proxy: Proxy;
let test: TestApp;
let repository: string;
let service: Client;
beforeAll(async () => {
  process.on("unhandledRejection", note);
  server = await PostgresServer.start();
  proxy = await Proxy.before(server.url);
  test = await TestApp.start({ env: { DATABASE_URL: proxy.url, MAX_TOKENS_PER_REPOSITORY: "100000" } });
  repository = await test.repository();
  service = (await test.account({ kind: "SERVICE" })).client;
});
afterAll(async () => {
  await test.close();
  await proxy.close();
  await server.quit();
  process.off("unhandledRejection", note);
});

const document = "query($input: VerifyTokenInput!) { verifyToken(input: $input) { code } }";
async function verify(secret: string): Promise<string> {
  const { data, errors } = await service.send<{ verifyToken: { code: string } | null }>(document, {
    input: { secret },
  });
  return data?.verifyToken?.code ?? errors[0]!.extensions.code;
}

/** Waits until a change is made again; gives how long that took, in milliseconds. */
async function untilBack(): Promise<number> {
  const since = performance.now();
  for (;;) {
    const code = await codeOfCreation(newKey());
    if (code === "OK") return performance.now() - since;
    await sleep(20);
  }
}

const creation = (): object => ({ repository, scope: "READ_ONLY", label: "made" });
const codeOfCreation = async (key: string): Promise<string> =>
  (await refusalOnce(test.admin, key, "createRepositoryToken", creation()))[1];

const codeOfRevocation = async (id: string): Promise<string> =>
  (await refusal(test.admin, "revokeToken", { id })).code;

/** What a client knows of one change. */
interface Attempt {
  readonly key: string;
  readonly code: string;
}

/** Makes and revokes tokens until it is told to stop; remembers every answer. */
class Worker {
  readonly attempts: Attempt[] = [];
  readonly revoked: string[] = [];
  readonly codes = new Set<string>();
  stopped = false;

  async run(): Promise<void> {
    while (!this.stopped) {
      const key = newKey();
      const code = await codeOfCreation(key);
      this.attempts.push({ key, code });
      this.codes.add(code);
      if (code === "OK") await this.revokeOne(key);
      if (code !== "OK") await sleep(20);
    }
  }

  private async revokeOne(key: string): Promise<void> {
    let made: MadeToken;
    try {
      const { secret, token } = await once(test.admin, key, "createRepositoryToken", creation());
      made = { secret: secret!, id: token!.id, client: test.client(secret!) };
    } catch {
      return;
    }
    if ((await codeOfRevocation(made.id)) !== "OK") return;
    this.revoked.push(made.secret);
    const seen = await verify(made.secret);
    if (seen === "VALID") throw new Error("accepted after its revocation had returned");
  }
}

it(`loses nothing, allows nothing and goes on, through ${CRASHES} crashes of the database under load`, async () => {
  const workers = Array.from({ length: 4 }, () => new Worker());
  const running = workers.map((worker) => worker.run());
  for (let crash = 0; crash < CRASHES; crash += 1) {
    await sleep(200);
    await server.crash();
    expect(["UNAVAILABLE", "UNKNOWN_OUTCOME"]).toContain(await codeOfCreation(newKey()));
    await server.restart();
    expect(await untilBack()).toBeLessThan(BACK_WITHIN_MS);
  }
  for (const worker of workers) worker.stopped = true;
  await Promise.all(running);

  const attempts = workers.flatMap((worker) => worker.attempts);
  const codes = new Set(attempts.map(({ code }) => code));
  for (const code of codes) expect(["OK", "UNAVAILABLE", "UNKNOWN_OUTCOME"]).toContain(code);
  expect(codes).toContain("OK");
  // What was acknowledged is there: the key gives the same answer, and makes no second token.
  const acknowledged = attempts.filter(({ code }) => code === "OK");
  const before = await counted();
  for (const { key } of acknowledged.slice(-50)) {
    expect(await codeOfCreation(key)).toBe("OK");
  }
  expect(await counted()).toBe(before);
  for (const secret of workers.flatMap((worker) => worker.revoked))
    expect(await verify(secret)).toBe("REVOKED");
  expect(rejections).toEqual([]);
});

async function counted(): Promise<number> {
  const [row] = await server.query<{ total: string }>("SELECT count(*) AS total FROM token");
  return Number(row!.total);
}

it("goes on when every connection is ended by the database, and by the network", async () => {
  const { secret } = await test.repositoryToken(repository);
  await server.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()",
  );
  expect(await untilBack()).toBeLessThan(BACK_WITHIN_MS);
  expect(await verify(secret)).toBe("VALID");
  proxy.refuse("all");
  expect(await codeOfCreation(newKey())).toBe("UNAVAILABLE");
  proxy.recover();
  expect(await untilBack()).toBeLessThan(BACK_WITHIN_MS);
  expect(await verify(secret)).toBe("VALID");
});

it("answers UNAVAILABLE, and 503 at /readyz, while the database is away; and is back when it is", async () => {
  const made = await test.repositoryToken(repository);
  expect(await verify(made.secret)).toBe("VALID");
  await server.crash();
  // Nothing that was remembered is used beyond its lease.
  await sleep(1_000);
  expect(await verify(made.secret)).toBe("UNAVAILABLE");
  expect(await made.client.code("{ viewer { token { id } } }")).toBe("UNAVAILABLE");
  expect((await fetch(`${test.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${test.url}/healthz`)).status).toBe(200);
  const since = performance.now();
  while (performance.now() - since < AWAY_MS) {
    expect(await verify(made.secret)).toBe("UNAVAILABLE");
    await sleep(100);
  }
  await server.restart();
  expect(await untilBack()).toBeLessThan(BACK_WITHIN_MS);
  expect((await fetch(`${test.url}/readyz`)).status).toBe(200);
});

describe("a commit whose answer is lost", () => {
  afterEach(() => {
    proxy.cutBehind = proxy.delayBehindCut = () => false;
  });

  it("and that comes about later ends what was read and remembered in between", async () => {
    const made = await test.repositoryToken(repository);
    expect(await verify(made.secret)).toBe("VALID");
    let cut = false;
    proxy.delayBehindCut = (sent) => !cut && sent.includes("COMMIT\0") && (cut = true);
    expect(await codeOfRevocation(made.id)).toBe("UNKNOWN_OUTCOME");
    expect(await verify(made.secret)).toBe("VALID");
    const since = performance.now();
    while ((await verify(made.secret)) === "VALID")
      expect(performance.now() - since).toBeLessThan(DELAY_MS + 1_000);
    expect(await verify(made.secret)).toBe("REVOKED");
  });

  it("is reported as UNKNOWN_OUTCOME, and the Idempotency-Key settles it", async () => {
    const key = newKey();
    const before = await counted();
    let made = false;
    let cut = false;
    // The uses that are written before have a commit of their own.
    proxy.cutBehind = (sent) => {
      made ||= sent.includes('INSERT INTO "token"');
      return made && !cut && sent.includes("COMMIT\0") && (cut = true);
    };
    expect(await refusalOnce(test.admin, key, "createRepositoryToken", creation())).toEqual([
      200,
      "UNKNOWN_OUTCOME",
    ]);
    const first = await once(test.admin, key, "createRepositoryToken", creation());
    const second = await once(test.admin, key, "createRepositoryToken", creation());
    expect(second.secret).toBe(first.secret);
    expect(await counted()).toBe(before + 1);
    expect(await verify(first.secret!)).toBe("VALID");
  });

  it("has ended what it may have ended: a revocation of unknown outcome is looked up, not remembered", async () => {
    const made = await test.repositoryToken(repository);
    expect(await verify(made.secret)).toBe("VALID");
    let cut = false;
    proxy.cutBehind = (sent) => !cut && sent.includes("COMMIT\0") && (cut = true);
    expect(await codeOfRevocation(made.id)).toBe("UNKNOWN_OUTCOME");
    expect(await verify(made.secret)).toBe("REVOKED");
  });
});

it("transactions that were in each other's way are done again, at most three times", async () => {
  const { write } = { write: test.app.database.write.bind(test.app.database) };
  const serialization = (): never => {
    throw Object.assign(new Error("could not serialize access"), { code: "40001" });
  };
  let tries = 0;
  await expect(
    write(async () => ((tries += 1) < 3 ? serialization() : Promise.resolve("done"))),
  ).resolves.toBe("done");
  expect(tries).toBe(3);
  tries = 0;
  await expect(write(async () => ((tries += 1), serialization()))).rejects.toMatchObject({
    code: "UNAVAILABLE",
  });
  expect(tries).toBe(3);
});

it("statements and idle transactions are bounded in time", async () => {
  const settings = await test.app.database.reader.query<{ name: string; setting: string }[]>(
    "SELECT name, setting FROM pg_settings WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout')",
  );
  for (const { setting } of settings) expect(Number(setting)).toBeGreaterThan(0);
  expect(settings).toHaveLength(2);
  await mutate(test.admin, "revokeTokens", { repository });
});
