import { DataSource, MigrationExecutor, type QueryRunner } from "typeorm";
import { AppError } from "../errors";
import { entities, migrations, silent, withOurErrors } from "./data-source";
import type { Database, DatabaseHooks, DatabaseOptions, Reader, Tx, WriteOptions } from "./database";
import { EpochKeeper } from "./epoch";
import { isConflict, isUnknownOutcome, translate } from "./failures";
import { CHANGES, News, newsOf } from "./news";
import { originOf } from "./origin";
import { newsIn, QueuedDatabase } from "./queued-database";

/** Advisory locks: numbers that no other program on the database should use. */
const MIGRATING = 0x746b_7701;
const WRITING = 0x746b_7702;
const MOST_ATTEMPTS = 3;
const CONNECTIONS = 10;
const CONNECT_WITHIN_MS = 3_000;
/** A statement is given up by the server; where the server is not heard of, by us a moment later. */
const STATEMENT_WITHIN_MS = 10_000;
const ANSWER_WITHIN_MS = 12_000;
const IDLE_IN_TRANSACTION_MS = 15_000;

/**
 * Connects to PostgreSQL and brings the database up to date: of many instances that start together one migrates, the
 * others wait for it. Throws when a newer version made it, or when it cannot be reached.
 */
export async function openPostgres(
  url: string,
  { hooks = {}, epochFile = null, onEpochFailure = () => undefined }: DatabaseOptions = {},
): Promise<Database> {
  let source: DataSource | undefined;
  try {
    await migrateAlone(url);
    source = sourceOf(url, {
      statement_timeout: STATEMENT_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    });
    await source.initialize();
    const instance = crypto.randomUUID().replaceAll("-", "");
    const epoch = await EpochKeeper.open({
      reader: source.manager,
      writer: source.manager,
      path: epochFile,
      temporary: `${epochFile ?? ""}.${instance}.tmp`,
      isShared: true,
      onFailure: onEpochFailure,
    });
    const database = new PostgresDatabase(source, url, instance, epoch, hooks);
    await database.listen();
    return database;
  } catch (error) {
    if (source?.isInitialized === true) await source.destroy();
    throw withoutUrl(error);
  }
}

/** `timeouts`: in milliseconds, as the driver names them. */
function sourceOf(url: string, timeouts: Readonly<Record<string, number>>): DataSource {
  return withOurErrors(
    new DataSource({
      type: "postgres",
      url,
      entities,
      migrations: [...migrations],
      migrationsTransactionMode: "each",
      synchronize: false,
      logger: silent,
      applicationName: "tokenward",
      connectTimeoutMS: CONNECT_WITHIN_MS,
      poolSize: CONNECTIONS,
      // A connection that dies in the pool is replaced: there is nobody to tell.
      poolErrorHandler: () => undefined,
      extra: { keepAlive: true, ...timeouts },
    }),
  );
}

/**
 * The lock is of the connection that migrates: were it of another one, a process that is killed could give it back
 * while the database still commits what it had sent. A large table may take its time.
 */
async function migrateAlone(url: string): Promise<void> {
  const source = await sourceOf(url, {}).initialize();
  const runner = source.createQueryRunner();
  try {
    await runner.query("SELECT pg_advisory_lock($1)", [MIGRATING]);
    await refuseForeignTables(runner);
    const executor = new MigrationExecutor(source, runner);
    executor.transaction = "each";
    await executor.executePendingMigrations();
  } finally {
    await runner.release().catch(() => undefined);
    await source.destroy();
  }
}

async function refuseForeignTables(runner: QueryRunner): Promise<void> {
  const list = async (sql: string): Promise<string[]> =>
    ((await runner.query(sql)) as { name: string }[]).map(({ name }) => name);
  const tables = await list(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()",
  );
  const columns = await list(
    "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = 'migrations'",
  );
  const applied = columns.includes("name") ? await list("SELECT name FROM migrations") : [];
  const origin = originOf({ tables, columns, applied }, migrations);
  if (origin === "foreign") throw new Error("the database is one of another program");
  if (origin === "newer") {
    throw new Error(
      "the database was made by a newer version of Tokenward: start that version, or use another database",
    );
  }
}

/** What the driver says of a connection holds its host and user at most; what TypeORM adds is left out. */
function withoutUrl(error: unknown): Error {
  const { message, code } = error as { message?: string; code?: string };
  return new Error(
    `PostgreSQL: ${message === undefined || message === "" ? (code ?? "no answer") : message}`,
  );
}

/**
 * Many instances write to one database. Writers queue here and, by a lock of the database that ends with the
 * transaction, among all instances: each sees what every earlier one committed, as on SQLite.
 */
class PostgresDatabase extends QueuedDatabase {
  private readonly news: News;

  constructor(
    private readonly source: DataSource,
    url: string,
    private readonly instance: string,
    epoch: EpochKeeper,
    private readonly hooks: DatabaseHooks,
  ) {
    super(epoch);
    this.news = new News({
      url,
      instance,
      onNews: (...news) => {
        this.epoch.changed();
        this.tell(...news);
      },
    });
  }

  listen(): Promise<void> {
    return this.news.start();
  }

  get reader(): Reader {
    return this.source.manager;
  }

  get hearsOthers(): boolean {
    return this.news.isHeard;
  }

  // Deleted rows go with vacuum, which is the operator's, and may be in its backups before: see docs/security.md.
  async scrub(): Promise<boolean> {
    return Promise.resolve(true);
  }

  write<T>(work: (tx: Tx) => Promise<T>, options: WriteOptions = {}): Promise<T> {
    return this.alone(async () => {
      try {
        return await this.transact(work, options);
      } finally {
        this.tellOf(options);
      }
    });
  }

  protected async disconnect(): Promise<void> {
    await this.news.stop();
    await this.source.destroy();
  }

  private async transact<T>(work: (tx: Tx) => Promise<T>, options: WriteOptions): Promise<T> {
    try {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await this.attempt(work, options);
        } catch (error) {
          if (attempt === MOST_ATTEMPTS || !isConflict(error)) throw translate(error);
        }
      }
    } finally {
      // Also when the answer to COMMIT was lost.
      if (options.endsNoRight !== true) this.epoch.changed();
    }
  }

  private async attempt<T>(work: (tx: Tx) => Promise<T>, options: WriteOptions): Promise<T> {
    const runner = this.source.createQueryRunner();
    let committing = false;
    try {
      await runner.connect();
      await runner.startTransaction("READ COMMITTED");
      await runner.query("SELECT pg_advisory_xact_lock($1)", [WRITING]);
      const tx = runner.manager as Tx;
      const result = await work(tx);
      if (options.endsNoRight !== true) await this.epoch.advance(tx);
      await this.hooks.beforeCommit?.();
      const news = newsIn(options);
      if (news !== null)
        await runner.query("SELECT pg_notify($1, $2)", [CHANGES, newsOf(this.instance, ...news)]);
      committing = true;
      await runner.commitTransaction();
      return result;
    } catch (error) {
      await runner.rollbackTransaction().catch(() => undefined);
      if (committing && isUnknownOutcome(error)) {
        this.news.heedOwn();
        throw unknownOutcome(error);
      }
      throw error;
    } finally {
      await runner.release().catch(() => undefined);
    }
  }
}

function unknownOutcome(cause: unknown): AppError {
  const error = new AppError(
    "UNKNOWN_OUTCOME",
    "the database did not say whether this was done: look, or send it again with the same Idempotency-Key",
  );
  error.cause = cause;
  return error;
}
