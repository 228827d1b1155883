import "reflect-metadata";
import { DataSource, type DataSourceOptions, type Logger, type QueryRunner } from "typeorm";
import { AccountEntity } from "./account.entity";
import { AuditEventEntity } from "./audit-event.entity";
import { BuildEntity } from "./build.entity";
import { CollaboratorEntity } from "./collaborator.entity";
import { isStuck, translate } from "./failures";
import { IdempotencyEntity } from "./idempotency.entity";
import { MembershipEntity } from "./membership.entity";
import { Core1763769600000 } from "./migrations/1763769600000-core";
import { Handovers1764374400000 } from "./migrations/1764374400000-handovers";
import { ImportedTokens1764460800000 } from "./migrations/1764460800000-imported-tokens";
import { Epoch1764547200000 } from "./migrations/1764547200000-epoch";
import { OrganizationEntity } from "./organization.entity";
import { RepositoryEntity } from "./repository.entity";
import { TokenUsageClientEntity, TokenUsageDayEntity } from "./token-usage.entity";
import { TokenEntity } from "./token.entity";

/** Every migration, oldest first. A database that has run one which is not listed here is newer than this program. */
export const migrations = [
  Core1763769600000,
  Handovers1764374400000,
  ImportedTokens1764460800000,
  Epoch1764547200000,
] as const;

export const entities = [
  AccountEntity,
  AuditEventEntity,
  BuildEntity,
  CollaboratorEntity,
  IdempotencyEntity,
  MembershipEntity,
  OrganizationEntity,
  RepositoryEntity,
  TokenEntity,
  TokenUsageClientEntity,
  TokenUsageDayEntity,
];

const ignore = (): void => undefined;
/** TypeORM's own writes a migration that failed to standard output, where the log is; the error says it anyway. */
export const silent: Logger = {
  logQuery: ignore,
  logQueryError: ignore,
  logQuerySlow: ignore,
  logSchemaBuild: ignore,
  logMigration: ignore,
  log: ignore,
};

/**
 * What a connection must be set to, and is checked for at boot. FULL: a commit is on the disk before it is answered.
 * MEMORY: what a change that fails is undone with is kept there; SQLite would put copies of the pages in a folder for
 * temporary files.
 */
const pragmas = {
  journal_mode: "wal",
  synchronous: 2,
  busy_timeout: 5000,
  foreign_keys: 1,
  trusted_schema: 0,
  secure_delete: 1,
  temp_store: 2,
} as const;

interface SqliteConnection {
  pragma(source: string, options: { simple: true }): unknown;
}

/**
 * Kibibytes of pages that the writing connection keeps; the other has SQLite's 16,000. After a transaction that split a
 * page it goes through all of them, and what it wrote is read elsewhere.
 */
const WRITERS_CACHE = 4000;

function prepare(connection: SqliteConnection, readonly: boolean): void {
  for (const [name, value] of Object.entries(pragmas)) {
    // The journal mode lies in the file: a read-only connection finds it, it cannot set it.
    if (!(readonly && name === "journal_mode")) connection.pragma(`${name} = ${value}`, { simple: true });
  }
  if (!readonly) connection.pragma(`cache_size = -${WRITERS_CACHE}`, { simple: true });
}

function sqliteOptions(path: string, readonly: boolean): DataSourceOptions {
  return {
    type: "better-sqlite3",
    database: path,
    readonly,
    fileMustExist: readonly,
    entities,
    migrations: [...migrations],
    migrationsTransactionMode: "each",
    synchronize: false,
    logger: silent,
    statementCacheSize: 500,
    prepareDatabase: (connection: SqliteConnection) => {
      prepare(connection, readonly);
    },
  };
}

/** The connection that writes: there is one. */
export const writingSource = (path: string): DataSource =>
  withOurErrors(withBoundNumbers(new DataSource(sqliteOptions(path, false))));

/** The connection that reads, and sees only what is committed. */
export const readingSource = (path: string): DataSource =>
  withOurErrors(withBoundNumbers(new DataSource(sqliteOptions(path, true))));

/** Every query of TypeORM, its own builders' too, goes through a query runner: there its errors become ours. */
export function withOurErrors(source: DataSource): DataSource {
  const { driver } = source;
  const create = driver.createQueryRunner.bind(driver);
  const done = new WeakSet<QueryRunner>();
  driver.createQueryRunner = (mode) => {
    const runner = create(mode);
    if (done.has(runner)) return runner;
    done.add(runner);
    const query = runner.query.bind(runner) as (...args: unknown[]) => Promise<unknown>;
    runner.query = (async (...args: unknown[]) => {
      try {
        return await query(...args);
      } catch (error) {
        if (isStuck(error)) dropConnection(runner);
        throw translate(error);
      }
    }) as QueryRunner["query"];
    return runner;
  };
  return source;
}

/** A PostgreSQL connection whose answer did not come in time is no use to anyone: the pool makes another. */
function dropConnection(runner: QueryRunner): void {
  const { databaseConnection } = runner as {
    databaseConnection?: { connection?: { stream?: { destroy(): void } } };
  };
  databaseConnection?.connection?.stream?.destroy();
}

/**
 * TypeORM's builders write numbers into the text of a query, which SQLite then has to prepare anew for each of them. They
 * are bound here, like texts, so that a list of another object, or at another instant, is the same statement.
 */
function withBoundNumbers(source: DataSource): DataSource {
  const { driver } = source;
  const escape = driver.escapeQueryWithParameters.bind(driver);
  driver.escapeQueryWithParameters = (sql, parameters: Readonly<Record<string, unknown>>) => {
    const numbers = Object.entries(parameters).filter(([, value]) => typeof value === "number");
    // What a list holds is bound, whatever it is.
    const lists = Object.fromEntries(numbers.map(([name, value]) => [name, [value]]));
    const named = sql.replace(/:(\w+)/g, (whole, name: string) =>
      Object.hasOwn(lists, name) ? `:...${name}` : whole,
    );
    return escape(named, { ...parameters, ...lists });
  };
  return source;
}

/** Reads the settings back. Throws when the file system did not give what durability needs. */
export async function checkSettings(source: DataSource, path: string): Promise<void> {
  for (const [name, wanted] of Object.entries(pragmas)) {
    const rows = await source.query<Record<string, unknown>[]>(`PRAGMA ${name}`);
    const found = Object.values(rows[0] ?? {})[0];
    if (found !== wanted) {
      throw new Error(
        `${path}: SQLite answers ${name} = ${String(found)}, Tokenward needs ${String(wanted)}`,
      );
    }
  }
}
