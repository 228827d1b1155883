import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { mintSecret } from "../../src/secrets/mint";
import type { Client } from "../support/client";
import { BUILD_TIMEOUT_MS, buildProgram, Program, type RunningServer } from "../support/program";
import { Random } from "../support/random";
import { type Entry, Worker } from "./load";
import { lineOf } from "./operations";
import { Snapshot } from "./snapshot";

const KILLS = Number(process.env.CRASH_KILLS ?? 20);
const SEED = Number(process.env.CRASH_SEED ?? randomInt(2 ** 31));
const WORKERS = 6;
jest.setTimeout(60_000 + KILLS * 20_000);

const bootstrap = mintSecret("ACCOUNT");
const env = {
  BOOTSTRAP_TOKEN: bootstrap,
  LOG_LEVEL: "error",
  MAX_TOKENS_PER_REPOSITORY: "1000000",
  RATE_LIMIT_PER_MINUTE: "0",
};

let program: Program;
beforeAll(buildProgram, BUILD_TIMEOUT_MS);
beforeEach(() => {
  program = new Program();
});
afterEach(() => program.close());

const random = new Random(SEED);
const entries: Entry[] = [];
const secrets = new Map<number, string>();
const workers = Array.from(
  { length: WORKERS },
  (_, index) => new Worker(`w${index}`, new Random(SEED + index + 1), entries, secrets),
);

/** Lets all change things at once, and kills the server after some answers, in the middle of the next ones. */
async function killUnderLoad(server: RunningServer): Promise<void> {
  const answers = random.between(1, 40);
  let answered = 0;
  const onAnswer = (): void => {
    if ((answered += 1) === answers) setTimeout(() => server.run.child.kill("SIGKILL"), random.next() * 8);
  };
  await Promise.all(workers.map((worker) => worker.run(server.client(bootstrap), onAnswer)));
  const { status, signal } = await server.run.ended;
  expect({ status, signal }).toEqual({ status: null, signal: "SIGKILL" });
}

/** Holds what is there against what was asked and acknowledged. `before`: the lines of the preparation. */
function check(found: Snapshot, before: ReadonlySet<string>): void {
  expect(found.damage).toEqual([]);
  const written = new Map<string, string[]>();
  for (const row of found.lines) {
    if (before.has(row.request_id)) continue;
    written.set(row.request_id, [...(written.get(row.request_id) ?? []), lineOf(row)].sort());
  }
  for (const entry of entries) settle(entry, found, written);
  // No line is left that tells of what is not there.
  expect([...written]).toEqual([]);
  checkRotations(found);
  checkStrangers(found);
}

/** Finds an entry in the database, and takes away the lines that it wrote. */
function settle(entry: Entry, found: Snapshot, written: Map<string, string[]>): void {
  const { operation } = entry;
  // It was lost in an earlier crash: another may have done the same since.
  if (entry.lines === null) return;
  const lines = operation.trace(found)?.sort() ?? null;
  if (entry.lines !== undefined) expect({ operation, lines }).toEqual({ operation, lines: entry.lines });
  entry.lines = lines;
  if (entry.requestId !== null) {
    // Acknowledged: it is there, with its lines and no others.
    expect({ operation, lines }).toEqual({ operation, lines: written.get(entry.requestId) });
    written.delete(entry.requestId);
  } else if (lines !== null) {
    // Nobody was told, but it is there: wholly, so with lines that are no one else's.
    const wanted = lines.join("\n");
    const [id] = [...written].find(([, some]) => some.join("\n") === wanted) ?? [];
    expect({ operation, written: id !== undefined }).toEqual({ operation, written: true });
    entry.requestId = id!;
    written.delete(id!);
  }
}

/** Both are linked and the old one has ended, or there was no rotation. */
function checkRotations({ tokens, tokensById }: Snapshot): void {
  const halves = tokens.filter((token) => {
    const { id, rotated_at: rotatedAt, replaced_by_id: successor, replaces_id: predecessor } = token;
    if ((rotatedAt === null) !== (successor === null)) return true;
    if (successor !== null && tokensById.get(successor)?.replaces_id !== id) return true;
    return predecessor !== null && tokensById.get(predecessor)?.replaced_by_id !== id;
  });
  expect(halves).toEqual([]);
}

/** Nothing is there that nobody made. */
function checkStrangers(found: Snapshot): void {
  const names = new Set(
    entries.filter((entry) => Array.isArray(entry.lines)).map((entry) => entry.operation.name),
  );
  const own = new Set(workers.map((worker) => worker.organization.slice("gh/".length)));
  const strangers = [
    ...found.tokens.map((token) => token.label),
    ...[...found.accounts.keys()].filter((login) => login !== "admin"),
    ...[...found.organizations.keys()]
      .map((slug) => slug.slice("gh/".length))
      .filter((name) => !own.has(name)),
    ...[...found.builds.keys()].map((commit) => Buffer.from(commit, "hex").toString()),
  ].filter((name) => !names.has(name));
  expect(strangers).toEqual([]);
}

/** What the server says of secrets that it has given out. */
async function checkSecrets(
  client: Client,
  found: Snapshot,
  known: readonly (readonly [number, string])[],
): Promise<void> {
  for (let start = 0; start < known.length; start += 100) {
    const some = known.slice(start, start + 100);
    const { verifyTokens } = await client.must<{ verifyTokens: { code: string }[] }>(
      "query($inputs: [VerifyTokenInput!]!) { verifyTokens(inputs: $inputs) { code } }",
      { inputs: some.map(([, secret]) => ({ secret, recordUse: false })) },
    );
    const wanted = some.map(([id]) => {
      const token = found.tokensById.get(id);
      if (token === undefined) return "missing";
      if (token.revoked_at !== null) return "REVOKED";
      return token.rotated_at === null ? "VALID" : "ROTATED";
    });
    expect(verifyTokens.map((one) => one.code)).toEqual(wanted);
  }
}

it(`keeps all that was acknowledged, and nothing by half, over ${KILLS} kills (CRASH_SEED=${SEED})`, async () => {
  let server = await program.serve({ env });
  for (const worker of workers) await worker.prepare(server.client(bootstrap));
  const prepared = new Snapshot(program.databasePath);
  const before = new Set(prepared.lines.map((row) => row.request_id));
  for (const worker of workers) worker.look(prepared);

  let unanswered = 0;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const asked = entries.length;
    const given = secrets.size;
    await killUnderLoad(server);
    unanswered += entries.slice(asked).filter((entry) => entry.requestId === null).length;
    // Now and then it is killed again while it comes up.
    if (kill % 5 === 0) {
      const run = program.spawn(["serve"], { env });
      await sleep(random.next() * 600);
      await run.stop("SIGKILL");
    }
    server = await program.serve({ env });
    const found = new Snapshot(program.databasePath);
    check(found, before);
    await checkSecrets(server.client(bootstrap), found, [...secrets].slice(given));
    for (const worker of workers) worker.look(found);
  }
  // The kills met mutations under way, of all kinds.
  expect(unanswered).toBeGreaterThan(KILLS);
  expect(entries.length).toBeGreaterThan(KILLS * 10);
  const found = new Snapshot(program.databasePath);
  await checkSecrets(server.client(bootstrap), found, [...secrets]);
  expect((await server.stop()).status).toBe(0);
  check(new Snapshot(program.databasePath), before);
});

it(`comes up after a first start was killed at any moment (CRASH_SEED=${SEED})`, async () => {
  for (let kill = 0; kill < 3; kill += 1) {
    const run = program.spawn(["serve"], { env });
    await sleep(100 + random.next() * 700);
    await run.stop("SIGKILL");
  }
  const server = await program.serve({ env });
  const { viewer } = await server
    .client(bootstrap)
    .must<{ viewer: { account: { login: string } } }>("{ viewer { account { login } } }");
  expect(viewer.account.login).toBe("admin");
  const found = new Snapshot(program.databasePath);
  expect(found.damage).toEqual([]);
  expect(found.lines.map((row) => row.action)).toEqual(["ACCOUNT_CREATED", "TOKEN_CREATED"]);
});
