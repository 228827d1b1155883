import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "../support/client";
import { mutate } from "../support/mutations";
import { type Actor, type MadeToken, TestApp } from "../support/kit";
import { BUILD_TIMEOUT_MS, buildProgram, Program } from "../support/program";
import { Proxy } from "../support/proxy";

/** What was allowed before may be allowed by another instance for so long. */
const LEASE_MS = 1_000;
/** How long an instance is looked at that hears nothing. */
const DEAF_MS = 1_000 * Number(process.env.POSTGRES_AWAY_SECONDS ?? 3);
jest.setTimeout(60_000 + DEAF_MS);

let first: TestApp;
let second: TestApp;
let strict: TestApp;
let service: Actor;
let organization: string;
let repository: string;
let owner: Actor;
let mine: MadeToken;
let its: MadeToken;
beforeAll(async () => {
  first = await TestApp.start();
  second = await TestApp.start({ beside: first });
  strict = await TestApp.start({ beside: first, env: { VERIFY_CONSISTENCY: "strict" } });
  service = await first.account({ kind: "SERVICE" });
});
afterAll(async () => {
  await strict.close();
  await second.close();
  await first.close();
});
beforeEach(async () => {
  organization = await first.organization();
  repository = await first.repository(`${organization}/code`);
  await first.member(organization, "ADMIN");
  owner = await first.member(organization, "ADMIN");
  mine = await first.accountToken(owner.login);
  its = await first.repositoryToken(repository, "READ_ONLY");
});

const document = "query($input: VerifyTokenInput!) { verifyToken(input: $input) { code } }";

/** VALID, or why not; the code of a failure when there is no verdict. */
async function ask(url: string, { secret }: MadeToken, slug = repository): Promise<string> {
  const { data, errors } = await new Client(url, service.secret).send<{
    verifyToken: { code: string } | null;
  }>(document, {
    input: { secret, repository: slug, scope: "READ_ONLY" },
  });
  return data?.verifyToken?.code ?? errors[0]?.extensions.code ?? "nothing";
}

/** How long after `since` the last accepted verification began, in milliseconds. Looks for `lookMs` at least. */
async function lastAcceptance(
  url: string,
  token: MadeToken,
  since: number,
  lookMs = LEASE_MS,
): Promise<number> {
  let last = -Infinity;
  while (performance.now() - since < lookMs + 4_000) {
    const began = performance.now();
    if ((await ask(url, token)) === "VALID") last = began - since;
    else if (began - since > lookMs) break;
    await sleep(5);
  }
  return last;
}
const admin = (field: string, input: object): Promise<unknown> => mutate(first.admin, field, input);

describe.each<[string, () => Promise<unknown>, () => MadeToken]>([
  ["a revocation", () => admin("revokeToken", { id: its.id }), () => its],
  ["a revocation of many", () => admin("revokeTokens", { repository }), () => its],
  ["a rotation", () => mutate(its.client, "rotateToken", {}), () => its],
  ["a leak", () => admin("reportLeakedToken", { secret: its.secret }), () => its],
  ["a deleted repository", () => admin("deleteRepository", { slug: repository }), () => its],
  ["a renamed repository", () => admin("renameRepository", { slug: repository, name: "new" }), () => its],
  ["a suspension", () => admin("suspendAccount", { login: owner.login }), () => mine],
  ["a lost membership", () => admin("removeMembership", { organization, login: owner.login }), () => mine],
])("%s on one instance", (_name, change, token) => {
  it("is known to a strict one at once, and to any other within the lease", async () => {
    for (const { url } of [first, second, strict]) {
      expect([await ask(url, token()), await ask(url, token())]).toEqual(["VALID", "VALID"]);
    }
    await change();
    const since = performance.now();
    expect(await ask(strict.url, token())).not.toBe("VALID");
    expect(await ask(first.url, token())).not.toBe("VALID");
    expect(await lastAcceptance(second.url, token(), since)).toBeLessThan(LEASE_MS);
  });
});

it("a first use on one instance ends the old token on the others", async () => {
  const { secret } = await mutate<{ secret: string }>(
    its.client,
    "rotateToken",
    { handover: "ON_FIRST_USE" },
    "secret",
  );
  expect([await ask(second.url, its), await ask(second.url, its)]).toEqual(["VALID", "VALID"]);
  expect(await ask(first.url, { ...its, secret })).toBe("VALID");
  const since = performance.now();
  expect(await lastAcceptance(second.url, its, since)).toBeLessThan(LEASE_MS);
});

it("a build that is reported to one instance is on the badges of the others, at a strict one at once", async () => {
  const report = (status: string): Promise<unknown> =>
    admin("reportBuild", { repository, branch: "main", commit: "a".repeat(40), status });
  const shows = async ({ url }: TestApp, word: string): Promise<boolean> => {
    const headers = { authorization: `Bearer ${its.secret}` };
    return (await (await fetch(`${url}/badge/${repository}.svg`, { headers })).text()).includes(word);
  };
  await report("SUCCESS");
  for (const one of [first, second, strict, first, second]) expect(await shows(one, "passing")).toBe(true);
  await report("FAILED");
  const since = performance.now();
  expect([await shows(first, "failing"), await shows(strict, "failing")]).toEqual([true, true]);
  while (!(await shows(second, "failing"))) expect(performance.now() - since).toBeLessThan(LEASE_MS);
});

const hears = (instance: TestApp): boolean => instance.app.database.hearsOthers;

describe("an instance that no longer hears of changes", () => {
  let proxy: Proxy;
  let deaf: TestApp;
  beforeAll(async () => {
    proxy = await Proxy.before(first.database.url);
    deaf = await TestApp.start({ beside: first, env: { DATABASE_URL: proxy.url } });
  });
  afterAll(async () => {
    proxy.recover();
    await deaf.close();
    await proxy.close();
  });
  afterEach(async () => {
    proxy.recover();
    while (!hears(deaf)) await sleep(20);
  });

  it.each<[string, () => void]>([
    ["because its connection was reset", () => proxy.refuse("listener")],
    ["because its connection went silent", () => proxy.hold("listener")],
    ["because the whole database went silent", () => proxy.hold("all")],
  ])("%s accepts nothing from memory beyond the lease", async (_how, fail) => {
    expect([await ask(deaf.url, its), await ask(deaf.url, its)]).toEqual(["VALID", "VALID"]);
    fail();
    await admin("revokeToken", { id: its.id });
    const since = performance.now();
    expect(await lastAcceptance(deaf.url, its, since, DEAF_MS)).toBeLessThan(LEASE_MS);
    expect(hears(deaf)).toBe(false);
  });

  it("has forgotten all when it hears again", async () => {
    expect([await ask(deaf.url, its), await ask(deaf.url, its)]).toEqual(["VALID", "VALID"]);
    proxy.refuse("listener");
    while (hears(deaf)) await sleep(5);
    await admin("revokeToken", { id: its.id });
    proxy.recover();
    while (!hears(deaf)) await sleep(5);
    expect(await ask(deaf.url, its)).toBe("REVOKED");
  });
});

describe("an instance that was stopped, and goes on later", () => {
  let program: Program;
  beforeAll(buildProgram, BUILD_TIMEOUT_MS);
  beforeEach(() => {
    program = new Program();
  });
  afterEach(() => program.close());

  it("accepts nothing from its old memory", async () => {
    const server = await program.serve({
      env: { DATABASE_URL: first.database.url, RATE_LIMIT_PER_MINUTE: "0" },
    });
    for (let round = 0; round < 3; round += 1) {
      const token = await first.repositoryToken(repository, "READ_ONLY");
      expect([await ask(server.url, token), await ask(server.url, token)]).toEqual(["VALID", "VALID"]);
      server.run.child.kill("SIGSTOP");
      await admin("revokeToken", { id: token.id });
      await sleep(LEASE_MS);
      const asked = ask(server.url, token);
      server.run.child.kill("SIGCONT");
      expect(await asked).toBe("REVOKED");
    }
  });
});
