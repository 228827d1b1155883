// Jest's globalSetup of the project that runs on PostgreSQL. TEST_POSTGRES_URL: that server is used instead.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

export default async function setup() {
  if (process.env.TEST_POSTGRES_URL !== undefined) return;
  const server = spawn(process.execPath, [join(import.meta.dirname, "run-postgres.mjs")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  process.once("exit", () => server.kill());
  const [url] = await new Promise((resolve, reject) => {
    createInterface({ input: server.stdout }).once("line", (line) => resolve([line]));
    server.once("exit", () => reject(new Error("PostgreSQL did not start")));
  });
  process.env.TEST_POSTGRES_URL = url;
  globalThis.postgresOfTheTests = server;
}
