import { randomInt } from "node:crypto";
import Sqlite from "better-sqlite3";
import { digestOf } from "../../src/secrets/digest";
import { mintSecret } from "../../src/secrets/mint";
import { newDatabase, onPostgres, rowsOf, type TestDatabase } from "../support/databases";
import { BUILD_TIMEOUT_MS, buildProgram, Program, type RunningServer } from "../support/program";
import { Random } from "../support/random";
import { HandedOver } from "./handed-over";

const KILLS = Number(process.env.CRASH_KILLS ?? (onPostgres ? 8 : 20));
const SEED = Number(process.env.CRASH_SEED ?? randomInt(2 ** 31));
const LINES = 5;
jest.setTimeout(60_000 + KILLS * 20_000);

const bootstrap = mintSecret("ACCOUNT");
const env = {
  BOOTSTRAP_TOKEN: bootstrap,
  LOG_LEVEL: "error",
  RATE_LIMIT_PER_MINUTE: "0",
  ANONYMOUS_RATE_LIMIT_PER_MINUTE: "0",
};

let program: Program;
let database: TestDatabase;
beforeAll(async () => {
  await buildProgram();
  program = new Program();
  database = await newDatabase(program.folder);
}, BUILD_TIMEOUT_MS);
afterAll(async () => {
  await program.close();
  await database.drop();
});
const serve = (): Promise<RunningServer> => program.serve({ env: { ...env, DATABASE_URL: database.url } });

const random = new Random(SEED);
let serial = 0;
const newLine = (): HandedOver => {
  const name = `line${(serial += 1)}`;
  return new HandedOver(name, `gh/crash/${name}`, new Random(SEED + serial), bootstrap);
};

/** Lets all go on at once, and kills the server after some answers, in the middle of the next ones. */
async function killUnderLoad(server: RunningServer, lines: readonly HandedOver[]): Promise<void> {
  const answers = random.between(5, 120);
  let answered = 0;
  const onAnswer = (): void => {
    if ((answered += 1) === answers) setTimeout(() => server.run.child.kill("SIGKILL"), random.next() * 8);
  };
  await Promise.all(lines.map((line) => line.run((secret) => server.client(secret), onAnswer)));
  const { status, signal } = await server.run.ended;
  expect({ status, signal }).toEqual({ status: null, signal: "SIGKILL" });
}

async function digestsOf(label: string): Promise<string[]> {
  const query = "SELECT digest FROM token WHERE label = ?";
  if (onPostgres) {
    const rows = await rowsOf<{ digest: string }>(database.url, query, [label]);
    return rows.map(({ digest }) => digest);
  }
  const db = new Sqlite(program.databasePath, { readonly: true });
  try {
    return db.prepare<[string], string>(query).pluck().all(label);
  } finally {
    db.close();
  }
}

it(`locks nobody out and loses no answer over ${KILLS} kills (CRASH_SEED=${SEED})`, async () => {
  let server = await serve();
  let lines: HandedOver[] = [];
  let lost = 0;
  let recovered = 0;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    while (lines.length < LINES) {
      const line = newLine();
      await line.begin(server.client(bootstrap));
      lines.push(line);
    }
    await killUnderLoad(server, lines);
    lost += lines.reduce((sum, line) => sum + line.lostCount, 0);
    server = await serve();
    const clientOf = (secret: string) => server.client(secret);
    const faults: string[] = [];
    for (const line of lines) {
      faults.push(...(await line.faults(clientOf(bootstrap))));
      faults.push(...(await line.retry(clientOf, digestsOf, digestOf)));
      faults.push(...(await line.faults(clientOf(bootstrap))));
    }
    expect(faults).toEqual([]);
    recovered += lines.reduce((sum, line) => sum + line.recovered, 0);
    // Where the promise was broken on purpose a new line begins.
    for (const line of lines) line.recovered = 0;
    lines = lines.filter((line) => !line.isBroken);
  }
  // The kills met rotations under way, and on SQLite, where the disk takes most of the time, some between their commit
  // and their answer.
  expect(lost).toBeGreaterThan(0);
  if (!onPostgres) expect(recovered).toBeGreaterThan(0);
  expect((await server.stop()).status).toBe(0);
});
