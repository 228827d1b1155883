import type { Config } from "./config";
import { startGraphQL } from "./graphql/server";
import { createHttpServer, describeError, type Log } from "./http/server";
import type { CreatedToken } from "./services/minting";
import { ImportedSecrets } from "./services/imported-secrets";
import { Housekeeping } from "./services/housekeeping";
import { Metrics } from "./services/metrics";
import { RateLimits } from "./services/rate-limits";
import { Recent } from "./services/recent";
import { RunningRetries } from "./services/retry";
import { Services } from "./services/services";
import { UsageRecorder } from "./services/usage-recorder";
import type { Database, DatabaseHooks } from "./store/database";
import { anyImportedTokenExists } from "./store/imported-token-store";
import { openDatabase } from "./store/open-database";
import { countLiveByKind } from "./store/token-store";

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  /** Milliseconds since 1970; left out: the system's clock, kept from running backwards. */
  readonly now?: () => number;
  /** The folder of the console and the playground as built; left out: they are not served. */
  readonly web?: string;
  readonly hooks?: DatabaseHooks;
  /** A database that may be a restored backup is refused, unless all its tokens are to be revoked. */
  readonly acceptRollback?: boolean;
  /** Told when they were, with how many there were. */
  onRollback?(revokedCount: number): void;
  /** Told of the first site administrator's token before anything is served, when one was made. */
  onBootstrap?(created: CreatedToken): void;
}

export interface App {
  /** http://HOST:PORT as it listens. */
  readonly url: string;
  readonly services: Services;
  readonly database: Database;
  readonly housekeeping: Housekeeping;
  /** Finishes what is in flight, writes what is left, closes the database. */
  close(): Promise<void>;
}

/** Opens the database and what stands on it, for a command that serves nothing. */
export async function openServices(options: Omit<AppOptions, "onBootstrap">) {
  const { config, log } = options;
  const database = await openDatabase(config.database, {
    hooks: options.hooks,
    epochFile: config.epochFile,
    acceptRollback: options.acceptRollback,
    onEpochFailure: (error) => {
      log.error({ error: describeError(error) }, "the epoch file waits for the next try");
    },
  });
  const now = neverBackwards(options.now ?? Date.now);
  const recent = new Recent(() => config.verifyConsistency === "cached" && database.hearsOthers);
  const importsExist = (): Promise<boolean> => anyImportedTokenExists(database.reader);
  const imported = new ImportedSecrets(await importsExist(), importsExist);
  database.onWrite((tokenIds, builtIds) => {
    recent.drop(tokenIds, builtIds);
    // Whoever imports names no tokens: they are new.
    if (tokenIds === null) void imported.refresh();
  });
  const foundation = {
    database,
    recent,
    rates: new RateLimits(config.rateLimitPerMinute, config.anonymousRateLimitPerMinute),
    imported,
    running: new RunningRetries(),
    usage: new UsageRecorder(database, (error) => {
      log.error({ error: describeError(error) }, "last-used times wait for the next try");
    }),
    metrics: new Metrics(() => countLiveByKind(database.reader, now())),
    limits: {
      maxTokensPerAccount: config.maxTokensPerAccount,
      maxTokensPerRepository: config.maxTokensPerRepository,
      maxTokenLifetimeMs: (config.maxTokenLifetimeDays ?? Infinity) * 86_400_000,
      handoverDeadlineMs: config.handoverDeadlineDays * 86_400_000,
    },
    now,
  };
  const services = new Services(foundation);
  const housekeeping = new Housekeeping(foundation, (error) => {
    log.error({ error: describeError(error) }, "housekeeping waits for the next try");
  });
  const opened = { database, services, housekeeping };
  if (database.epoch.rollback !== null) await endBackup(opened, options);
  return opened;
}

/** Nothing of a backup is served before its tokens have ended. */
async function endBackup(opened: Opened, options: AppOptions): Promise<void> {
  try {
    options.onRollback?.(await opened.services.operator.revokeOlder());
  } catch (error) {
    await closeServices(opened);
    throw error;
  }
}

type Opened = Pick<App, "database" | "services" | "housekeeping">;

export async function closeServices({ housekeeping, services, database }: Opened): Promise<void> {
  await housekeeping.stop();
  await services.recorder.stop();
  await database.close();
}

/** The whole server: composed here, and nowhere else. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, log } = options;
  const opened = await openServices(options);
  const { database, services, housekeeping } = opened;
  try {
    const created = await services.operator.bootstrap(config.bootstrapToken);
    if (created !== null) options.onBootstrap?.(created);
    const graphql = await startGraphQL({
      introspection: config.introspection,
      onFailure: (error, requestId) => {
        log.error({ requestId, error: describeError(error) }, "field failed");
      },
    });
    const http = createHttpServer({
      services,
      graphql: {
        post: (operation, caller) => graphql.post(operation, { caller, services }),
        get: (request, caller) => graphql.get(request, { caller, services }),
      },
      log,
      trustProxy: config.trustProxy,
      corsOrigins: config.corsOrigins,
      metrics: config.metrics,
      compat: config.compat,
      web: options.web ?? null,
      ready: () => database.check(),
    });
    const url = await http.listen({ host: config.host, port: config.port });
    return {
      url,
      services,
      database,
      housekeeping,
      async close() {
        await http.close();
        await graphql.stop();
        await closeServices(opened);
      },
    };
  } catch (error) {
    await closeServices(opened);
    throw error;
  }
}

function neverBackwards(clock: () => number): () => number {
  let latest = 0;
  return () => (latest = Math.max(latest, clock()));
}
