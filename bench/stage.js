"use strict";
// Where figures are measured: a temporary folder, the processes in it, and a core for each side.
const { execFileSync, spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { variables } = require("../dist/config.js");
const { fill } = require("./fill.js");
const { fillPostgres, Postgres } = require("./postgres.js");
const { ask } = require("./worker.js");

const root = path.join(__dirname, "..");
const CORES = { server: "0", load: "1" };

class Stage {
  children = new Set();
  filled = new Map();
  serial = 0;
  postgres = null;

  constructor({ rounds, seconds, minutes, verifications, losses, leaseOnly, profiles, tell }) {
    this.rounds = rounds;
    this.seconds = seconds;
    this.minutes = minutes;
    this.verifications = verifications;
    this.losses = losses;
    this.leaseOnly = leaseOnly;
    this.profiling = profiles === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${path.resolve(profiles)}`];
    this.tell = tell;
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), "tokenward-bench-"));
    this.isPinned = os.cpus().length > 1 && hasTaskset();
  }

  /** A database of its own, with so many tokens, as `fill.js` makes it. Filled once a run, then copied. */
  database(tokens) {
    if (!this.filled.has(tokens)) this.filled.set(tokens, this.fill(tokens));
    const copy = path.join(this.folder, `${(this.serial += 1)}.db`);
    fs.copyFileSync(this.filled.get(tokens), copy, fs.constants.COPYFILE_FICLONE);
    // How far it has come: without it, it is taken for a restored backup.
    fs.copyFileSync(`${this.filled.get(tokens)}.epoch`, `${copy}.epoch`);
    writeThrough(copy);
    return copy;
  }

  /** The server itself, as `npm start` runs it, with default settings but for those in `env`. */
  async server(database, env = {}, role = "server") {
    const log = `${database}.log`;
    const output = fs.openSync(log, "a");
    const child = this.start(role, [...this.profiling, path.join(root, "bin", "tokenward.js"), "serve"], {
      env: environment({ DATABASE_URL: `sqlite:${database}`, PORT: "0", ...env }),
      stdio: ["ignore", output, "pipe"],
    });
    fs.closeSync(output);
    return new Contender(child, await portOf(child), log);
  }

  /** A PostgreSQL database with these rows: its URL. */
  async postgresDatabase(tables) {
    this.postgres ??= await Postgres.start();
    const url = await this.postgres.database();
    this.migrate(url);
    await fillPostgres(url, tables);
    return url;
  }

  /** An instance on a PostgreSQL database; as one of several (`role`: "instance") it has no core of its own. */
  instance(url, env = {}, role = "server") {
    const name = path.join(this.folder, `instance-${(this.serial += 1)}`);
    return this.server(name, { DATABASE_URL: url, ...env }, role);
  }

  /** A bare server that gives `answer` to each of the secrets. */
  async floor(secrets, answer) {
    const child = this.worker("server", require.resolve("./floor.js"));
    return new Contender(child, await ask(child, { secrets, answer }), null);
  }

  /** A file as a process that `ask` sends its jobs to. */
  worker(role, file) {
    return this.start(role, [file], {
      env: environment({}),
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
  }

  /** Loads one contender. The others stand still meanwhile, or their timers would take its time. */
  async load(contender, job) {
    this.loader ??= this.worker("load", require.resolve("./load.js"));
    contender.resume();
    const { port, pid } = contender;
    const result = await ask(this.loader, { connections: 32, port, pid, ...job });
    contender.pause();
    return result;
  }

  /** The data of one GraphQL request, in between. */
  async ask(contender, secret, query, variables) {
    contender.resume();
    const response = await fetch(`http://127.0.0.1:${contender.port}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${secret}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    contender.pause();
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  }

  /** A load for the length of a round. */
  round(contender, job) {
    return this.load(contender, { warmupMs: 2000, ...job, measureMs: this.seconds * 1000 });
  }

  /** So many requests before the first round: until the code is compiled, nothing that is measured is true. */
  warmUp(contender, job) {
    return this.load(contender, { ...job, total: 20_000 });
  }

  /** Ends every process and removes every file. May be called at any time, and again. */
  async close() {
    await Promise.all([...this.children].map(kill));
    await this.postgres?.stop();
    this.postgres = null;
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  fill(tokens) {
    this.tell(`filling a database with ${tokens.toLocaleString("en")} tokens`);
    const file = path.join(this.folder, `filled-${tokens}.db`);
    this.migrate(`sqlite:${file}`);
    fill(file, tokens);
    return file;
  }

  migrate(url) {
    execFileSync(process.execPath, [path.join(root, "bin", "tokenward.js"), "migrate"], {
      env: environment({ DATABASE_URL: url }),
      stdio: ["ignore", "ignore", "inherit"],
    });
  }

  start(role, args, options) {
    const pinned = this.isPinned && role in CORES ? ["taskset", "-c", CORES[role]] : [];
    const [command, ...rest] = [...pinned, process.execPath, ...args];
    const child = spawn(command, rest, { cwd: this.folder, ...options });
    this.children.add(child);
    child.once("exit", () => this.children.delete(child));
    return child;
  }
}

/** What the system has not written yet, it would write while something is measured. */
function writeThrough(file) {
  const descriptor = fs.openSync(file, "r+");
  fs.fsyncSync(descriptor);
  fs.closeSync(descriptor);
}

/** A server under measurement: a process that listens. */
class Contender {
  constructor(child, port, log) {
    this.child = child;
    this.port = port;
    this.log = log;
    this.pause();
  }

  get pid() {
    return this.child.pid;
  }

  pause() {
    this.child.kill("SIGSTOP");
  }

  resume() {
    // Every round writes a log of its own, or five of them would fill a small disk.
    if (this.log !== null) fs.truncateSync(this.log);
    this.child.kill("SIGCONT");
  }

  /** As an operator would: with SIGTERM. Throws when it does not end well. */
  async stop() {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGCONT");
    this.child.kill("SIGTERM");
    const status = await ended;
    if (this.log !== null && status !== 0) throw new Error(`the server ended with ${status}`);
  }
}

/** No variable of whoever runs this gets through, but what a process needs. */
function environment(added) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !(name in variables) && name !== "NODE_OPTIONS" && name !== "NODE_ENV",
  );
  return { ...Object.fromEntries(inherited), ...added };
}

function portOf(child) {
  return new Promise((resolve, reject) => {
    let told = "";
    child.stderr.on("data", (chunk) => {
      told += chunk;
      const port = /^Tokenward serves http:\/\/[^\s:]+:(\d+)/m.exec(told)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once("exit", () => reject(new Error(`the server did not start:\n${told}`)));
  });
}

function kill(child) {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  return ended;
}

function hasTaskset() {
  try {
    execFileSync("taskset", ["-c", Object.values(CORES).join(","), process.execPath, "-e", ""], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
}

module.exports = { Stage };
