import { setTimeout as sleep } from "node:timers/promises";
import { Client as Connection } from "pg";
import { DataSource } from "typeorm";
import { migrations } from "../../src/store/data-source";
import { openDatabase } from "../../src/store/open-database";
import { Client } from "../support/client";
import { newDatabase, rowsOf, type TestDatabase } from "../support/databases";
import { TestApp } from "../support/kit";
import { buildProgram, BUILD_TIMEOUT_MS, Program, type Run } from "../support/program";
import { Proxy } from "../support/proxy";

const INSTANCES = 10;
/** As src/store/postgres.ts has them: advisory locks of those who migrate and of those who write. */
const MIGRATING = 0x746b_7701;
const WRITING = 0x746b_7702;
jest.setTimeout(180_000);

let database: TestDatabase;
let holder: Connection;
let program: Program;
beforeAll(buildProgram, BUILD_TIMEOUT_MS);
beforeEach(async () => {
  database = await newDatabase("");
  holder = new Connection({ connectionString: database.url });
  await holder.connect();
  program = new Program();
});
afterEach(async () => {
  await program.close();
  await holder.end();
  await database.drop();
});

const rows = <Row>(sql: string): Promise<Row[]> => rowsOf<Row>(database.url, sql, []);
const spawn = (command: string): Run => program.spawn([command], { env: { DATABASE_URL: database.url } });

/** Waits until so many connections to the database wait for a lock that another one holds. */
async function untilWaiting(count: number, lock = "true"): Promise<void> {
  for (;;) {
    const found = await rows<{ total: number }>(
      `SELECT count(DISTINCT pid) AS total FROM pg_locks WHERE NOT granted AND ${lock}
       AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`,
    );
    if (found[0]!.total >= count) return;
    await sleep(20);
  }
}
const advisory = (key: number): string => `locktype = 'advisory' AND objid = ${key}`;

/** Everything that the database is made of, and the migrations that made it. */
async function shape(): Promise<unknown> {
  return {
    columns: await rows(
      `SELECT table_name, column_name, data_type, is_nullable, column_default, collation_name
       FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2`,
    ),
    indices: await rows("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"),
    constraints: await rows(
      "SELECT conname, pg_get_constraintdef(oid) AS def FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1",
    ),
  };
}
const applied = (): Promise<unknown> => rows("SELECT * FROM migrations ORDER BY 1");
const everyMigrationOnce = migrations.map(
  ({ name }, index) => expect.objectContaining({ id: index + 1, name }) as unknown,
);

let wanted: unknown;
beforeAll(async () => {
  const made = await newDatabase("");
  await (await openDatabase({ kind: "postgres", url: made.url })).close();
  database = made;
  wanted = await shape();
  await made.drop();
});

/** A database as the first version left it, with an administrator's token and another one in it. */
async function makeOld(): Promise<{ admin: string; secret: string; repository: string }> {
  const first = await TestApp.start({ env: { DATABASE_URL: database.url } });
  const repository = await first.repository();
  const { secret } = await first.repositoryToken(repository);
  await first.close();
  const source = new DataSource({ type: "postgres", url: database.url, migrations: [...migrations] });
  await source.initialize();
  for (let newer = 1; newer < migrations.length; newer += 1) await source.undoLastMigration();
  await source.destroy();
  expect(await rows("SELECT name FROM migrations")).toEqual([{ name: migrations[0].name }]);
  return { admin: first.adminSecret, secret, repository };
}

/** Starts instances, of which none gets further than each of these locks before all are there. */
async function startTogether(...locks: number[]): Promise<{ urls: string[]; printed: string[] }> {
  for (const lock of locks) await holder.query("SELECT pg_advisory_lock($1)", [lock]);
  const runs = Array.from({ length: INSTANCES }, () => spawn("serve"));
  const serving = Promise.all(runs.map((run) => run.printed(/Tokenward serves (\S+) /)));
  // Awaited below; until then a process that ended is no unhandled rejection.
  serving.catch(() => undefined);
  for (const lock of locks) {
    await Promise.race([untilWaiting(INSTANCES, advisory(lock)), serving]);
    await holder.query("SELECT pg_advisory_unlock($1)", [lock]);
  }
  const urls = (await serving).map(([, url]) => url!);
  const printed = runs.flatMap(({ stderr }) => stderr.match(/twa_[0-9A-Za-z]{38}/g) ?? []);
  return { urls, printed };
}

const whoAmI = (url: string, secret: string): Promise<string> =>
  new Client(url, secret).code("{ viewer { account { login } } }");

describe(`${INSTANCES} instances that start at once`, () => {
  it("on an empty database: one migrates, one makes the administrator, all serve", async () => {
    const { urls, printed } = await startTogether(MIGRATING, WRITING);
    expect(printed).toHaveLength(1);
    for (const url of urls) expect(await whoAmI(url, printed[0]!)).toBe("OK");
    expect(await applied()).toEqual(everyMigrationOnce);
    expect(await shape()).toEqual(wanted);
    expect(await rows("SELECT login FROM account")).toEqual([{ login: "admin" }]);
    expect(await rows("SELECT count(*) AS total FROM token")).toEqual([{ total: 1 }]);
  });

  it("on an old database: one migrates, nobody makes an administrator, all know its tokens", async () => {
    const { admin, secret, repository } = await makeOld();
    const { urls, printed } = await startTogether(MIGRATING);
    expect(printed).toEqual([]);
    for (const url of urls) {
      expect(await whoAmI(url, admin)).toBe("OK");
      expect(await new Client(url, secret).code(`{ repository(slug: "${repository}") { slug } }`)).toBe("OK");
    }
    expect(
      (await rows<{ name: string }>("SELECT name FROM migrations ORDER BY id")).map((row) => row.name),
    ).toEqual(migrations.map(({ name }) => name));
    expect(await shape()).toEqual(wanted);
  });
});

describe("a process that is killed while it migrates", () => {
  // A table or index of that name, made by a transaction that has not ended, holds up whoever makes another.
  it("leaves nothing half done, and the next one goes on, whatever it was making", async () => {
    const steps = ["account", "ix_audit_event_repository", "token_usage_day", "ix_token_imported"];
    for (const name of steps) {
      await holder.query("BEGIN");
      await holder.query(`CREATE TABLE ${name} ()`);
      const run = spawn("migrate");
      await untilWaiting(1);
      expect((await run.stop("SIGKILL")).signal).toBe("SIGKILL");
      await holder.query("ROLLBACK");
    }
    const { status, stderr } = await spawn("migrate").ended;
    expect([status, stderr]).toEqual([0, ""]);
    expect(await shape()).toEqual(wanted);
    expect(await rows("SELECT name FROM migrations ORDER BY id")).toHaveLength(migrations.length);
  });

  it("is waited for when the database is still committing what it sent", async () => {
    await makeOld();
    await holder.query(`
      CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_lock(1); PERFORM pg_advisory_unlock(1); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON migrations DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION hold()`);
    await holder.query("SELECT pg_advisory_lock(1)");
    const killed = spawn("migrate");
    await untilWaiting(1, advisory(1));
    const next = spawn("migrate");
    await untilWaiting(1, advisory(MIGRATING));
    await killed.stop("SIGKILL");
    // Time enough to go on, for one that would not wait.
    await sleep(300);
    await holder.query("SELECT pg_advisory_unlock(1)");
    const { status, stderr } = await next.ended;
    expect([status, stderr]).toEqual([0, ""]);
    await holder.query("DROP FUNCTION hold() CASCADE");
    expect(await shape()).toEqual(wanted);
  });

  it("leaves nothing half done when its connection ends, behind each of its statements", async () => {
    const proxy = await Proxy.before(database.url);
    const isStep = (sent: Buffer): boolean => /CREATE|ALTER|INSERT INTO|COMMIT/.test(sent.toString("latin1"));
    const open = () => openDatabase({ kind: "postgres", url: proxy.url });
    let lastsFor = 0;
    for (let done = false; !done; lastsFor += 1) {
      let step = 0;
      proxy.cutBehind = (sent) => isStep(sent) && (step += 1) > lastsFor;
      done = await open().then(
        async (opened) => (await opened.close(), true),
        () => false,
      );
    }
    // Three migrations, of which one alone makes eight tables.
    expect(lastsFor).toBeGreaterThan(5);
    expect(await applied()).toHaveLength(migrations.length);
    expect(await shape()).toEqual(wanted);
    await proxy.close();
  });
});

describe("a database that this version did not make is refused, and nothing of it changed:", () => {
  it.each<[string, RegExp, string[]]>([
    [
      "of a newer version",
      /made by a newer version of Tokenward/,
      [
        "CREATE TABLE migrations (id serial, timestamp bigint, name text)",
        ...migrations.map(({ name }) => `INSERT INTO migrations (timestamp, name) VALUES (1, '${name}')`),
        "INSERT INTO migrations (timestamp, name) VALUES (4102444800000, 'Later4102444800000')",
      ],
    ],
    ["of another program", /one of another program/, ["CREATE TABLE notes (text text)"]],
    [
      "of another program that keeps migrations in another form",
      /one of another program/,
      ["CREATE TABLE notes (text text)", "CREATE TABLE migrations (migration text, batch integer)"],
    ],
    [
      "of another program that has run no migration",
      /one of another program/,
      ["CREATE TABLE notes (text text)", "CREATE TABLE migrations (id serial, timestamp bigint, name text)"],
    ],
  ])("one %s", async (_what, reason, statements) => {
    for (const statement of statements) await holder.query(statement);
    const named = (): Promise<unknown> =>
      statements.some((statement) => statement.includes("TABLE migrations")) ? applied() : Promise.resolve();
    const before = [await shape(), await named()];
    await expect(openDatabase({ kind: "postgres", url: database.url })).rejects.toThrow(reason);
    expect([await shape(), await named()]).toEqual(before);
  });
});
