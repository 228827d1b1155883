import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { closeServices, openServices, startApp } from "./app";
import { rollbackAccepted } from "./commands/accept-rollback";
import { adminTokenCommand } from "./commands/admin-token";
import { backupCommand } from "./commands/backup";
import { CommandError, runCommandLine, type Surroundings } from "./commands/command-line";
import { copyCommand } from "./commands/copy";
import { importCommand } from "./commands/import";
import { importTokensCommand } from "./commands/import-tokens";
import { migrateCommand } from "./commands/migrate";
import { Progress } from "./commands/progress";
import { serveCommand } from "./commands/serve";
import type { AnsweredRequest, Log } from "./http/server";
import { type Config, describeVariables, environmentVariable, readConfig } from "./config";
import { backUpSqlite } from "./store/backup";
import { copyDatabase } from "./store/copy-database";

const out = (text: string): void => void process.stdout.write(text);
const err = (text: string): void => void process.stderr.write(text);

const { version } = JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8")) as {
  version: string;
};

const surroundings: Surroundings = {
  readConfig: () => readConfig(),
  describeVariables,
  version,
  out,
  err,
};

const LINES_AT_ONCE = 16_384;
const WRITE_EVERY_MS = 200;

let latest = { at: 0, text: "" };
/** As pino writes it (RFC 3339), made once a millisecond. */
function isoTime(): string {
  const at = Date.now();
  if (at !== latest.at) latest = { at, text: `,"time":"${new Date(at).toISOString()}"` };
  return latest.text;
}

// Many lines a write. A fault is written at once, with what came before it; the rest when the process exits, however
// it does unless it is killed: then the last moments are missing.
const output = pino.destination({ dest: 1, sync: true });
let lines = "";
const write = (): void => {
  if (lines === "") return;
  const text = lines;
  lines = "";
  output.write(text);
};
function add(line: string): void {
  lines += line;
  if (lines.length >= LINES_AT_ONCE) write();
}
const logger = pino(
  { base: null, timestamp: isoTime },
  {
    write: add,
  },
);
/** As pino would write it, of values that need no escaping: it takes a third of the time (docs/performance.md). */
function requestLine({ requestId, method, route, status, ms }: AnsweredRequest): string {
  const duration = ms === undefined ? "" : `,"ms":${ms}`;
  return `{"level":30${isoTime()},"requestId":"${requestId}","method":"${method}","route":"${route}","status":${status}${duration},"msg":"request"}\n`;
}
setInterval(write, WRITE_EVERY_MS).unref();
process.on("exit", write);
const log: Log = {
  request(answered) {
    if (logger.isLevelEnabled("info")) add(requestLine(answered));
  },
  info(fields, message) {
    logger.info(fields, message);
  },
  error(fields, message) {
    logger.error(fields, message);
    write();
  },
};

const untilStopped = (): Promise<string> =>
  new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, resolve);
  });

const onRollback = (revokedCount: number): void => {
  err(rollbackAccepted(revokedCount));
};

const progress = (): Progress => new Progress(process.stderr.isTTY ? err : null);

/** Runs a command on the database itself, which is then closed. */
async function withServices<T>(
  config: Config,
  acceptRollback: boolean,
  work: (opened: Awaited<ReturnType<typeof openServices>>) => Promise<T>,
) {
  const opened = await openServices({ config, log, acceptRollback, onRollback }).catch((error: unknown) => {
    throw new CommandError((error as Error).message);
  });
  try {
    return await work(opened);
  } finally {
    await closeServices(opened);
  }
}

const commands = [
  serveCommand({
    start(config, onSecret, acceptRollback) {
      logger.level = config.logLevel;
      const onBootstrap = ({ secret }: { secret: string }): void => {
        // One that the operator chose is known already.
        if (secret !== config.bootstrapToken) onSecret(secret);
      };
      return startApp({ config, log, web: join(__dirname, "web"), onBootstrap, acceptRollback, onRollback });
    },
    untilStopped,
    log: (fields, message) => {
      log.info(fields, message);
    },
    tell: err,
  }),
  migrateCommand(
    (config, acceptRollback) => withServices(config, acceptRollback, () => Promise.resolve()),
    out,
  ),
  backupCommand({ backUp: backUpSqlite, progress, out }),
  copyCommand({ copy: copyDatabase, progress, out }),
  importCommand({ environment: environmentVariable, out, err }),
  importTokensCommand({ environment: environmentVariable, out, err }),
  adminTokenCommand(
    (config, login, acceptRollback) =>
      withServices(config, acceptRollback, async ({ services }) => {
        const { secret } = await services.operator.adminToken(login).catch((error: unknown) => {
          throw new CommandError((error as Error).message);
        });
        return secret;
      }),
    { out, err },
  ),
];

runCommandLine(process.argv.slice(2), commands, surroundings).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    err(`tokenward: ${error instanceof Error ? (error.stack ?? error.message) : "failed"}\n`);
    process.exitCode = 1;
  },
);
