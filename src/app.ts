import type { Config } from "./config";
import { startGraphQL } from "./graphql/server";
import { createHttpServer, describeError, type Log } from "./http/server";
import type { CreatedToken } from "./services/minting";
import { ImportedSecrets } from "./services/imported-secrets";
import { Housekeeping } from "./services/housekeeping";
import { Metrics } from "./services/metrics";
import { RateLimits } from "./services/rate-limits";
import { RecentGrants } from "./services/recent-grants";
import { RunningRetries } from "./services/retry";
import { Services } from "./services/services";
import { UsageRecorder } from "./services/usage-recorder";
import type { Database, DatabaseHooks } from "./store/database";
import { anyImportedTokenExists } from "./store/imported-token-store";
import { countLiveByKind } from "./store/token-store";
import { openSqlite } from "./store/transaction";

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  /** Milliseconds since 1970; left out: the system's clock, kept from running backwards. */
  readonly now?: () => number;
  readonly hooks?: DatabaseHooks;
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
  const database = await openSqlite(config.database.path, options.hooks);
  const now = neverBackwards(options.now ?? Date.now);
  const recent = new RecentGrants();
  database.onWrite((tokenIds) => {
    recent.drop(tokenIds);
  });
  const foundation = {
    database,
    recent,
    rates: new RateLimits(config.rateLimitPerMinute, config.anonymousRateLimitPerMinute),
    imported: new ImportedSecrets(await anyImportedTokenExists(database.reader)),
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
  return { database, services, housekeeping };
}

/** The whole server: composed here, and nowhere else. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, log } = options;
  const { database, services, housekeeping } = await openServices(options);
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
        await housekeeping.stop();
        await services.recorder.stop();
        await database.close();
      },
    };
  } catch (error) {
    await housekeeping.stop();
    await services.recorder.stop();
    await database.close();
    throw error;
  }
}

function neverBackwards(clock: () => number): () => number {
  let latest = 0;
  return () => (latest = Math.max(latest, clock()));
}
