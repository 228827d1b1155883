"use strict";
// Makes dist/ from the sources when they changed. `npm run build` runs this file; bin/tokenward.js, every start.
const { spawn } = require("node:child_process");
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..");
const dist = path.join(root, "dist");
const lock = `${dist}.lock`;
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Each step fills its part of the folder it is given, and throws when it cannot. */
const steps = [compileServer];

function compileServer(folder, abort) {
  return run("typescript/bin/tsc", ["--project", "tsconfig.build.json", "--outDir", folder], abort);
}

async function build() {
  if (!fs.existsSync(path.join(root, "src"))) return; // an image holds dist/ alone
  const stamp = fingerprint();
  if (isCurrent(stamp)) return;
  process.stderr.write("building tokenward ...\n");

  const folder = `${dist}.${process.pid}`;
  const abort = new AbortController();
  const stop = (signal) => abort.abort(signal);
  for (const signal of signals) process.on(signal, stop);
  try {
    removeLeftovers(folder);
    for (const step of steps) await step(folder, abort.signal);
    fs.writeFileSync(path.join(folder, "stamp"), stamp);
    while (!tryLock()) await new Promise((resolve) => setTimeout(resolve, 20));
    swap(folder, stamp);
  } finally {
    remove(folder);
    for (const signal of signals) process.off(signal, stop);
    if (abort.signal.aborted) process.kill(process.pid, abort.signal.reason);
  }
}

/** Over names and contents, not times: a fresh clone and a restored cache look alike. */
function fingerprint() {
  const hash = createHash("sha256").update(require("../package.json").version);
  const configs = fs.readdirSync(root).filter((name) => /^tsconfig.*\.json$/.test(name));
  const sources = fs.readdirSync(path.join(root, "src"), { recursive: true });
  for (const name of [...configs, ...sources.map((name) => path.join("src", name))].sort()) {
    const file = path.join(root, name);
    if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
    const content = fs.readFileSync(file);
    hash.update(`\0${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function isCurrent(stamp) {
  try {
    return fs.readFileSync(path.join(dist, "stamp"), "utf8") === stamp;
  } catch {
    return false;
  }
}

/**
 * A directory cannot be replaced in one step, and two processes may get here at once. So look and swap happen
 * under a lock, and a dist/ that is current (another process may be loading it) is never moved away.
 */
function swap(folder, stamp) {
  try {
    if (isCurrent(stamp)) return;
    if (fs.existsSync(dist)) fs.renameSync(dist, path.join(lock, "old"));
    fs.renameSync(folder, dist);
  } finally {
    remove(lock);
  }
}

function tryLock() {
  if (isOlder(lock, 10)) remove(lock); // held for milliseconds, or by a process that was killed
  try {
    return fs.mkdirSync(lock) === undefined;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  }
}

/** A build that was killed hard could not clean up behind itself. */
function removeLeftovers(folder) {
  remove(folder); // of an earlier process with our number
  const others = fs.readdirSync(root).filter((name) => /^dist\.\d+$/.test(name));
  for (const name of others) if (isOlder(path.join(root, name), 600)) remove(path.join(root, name));
}

function isOlder(folder, seconds) {
  const changed = fs.statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
  return Date.now() - changed > seconds * 1000;
}

function remove(folder) {
  fs.rmSync(folder, { recursive: true, force: true });
}

function run(script, args, abort) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [require.resolve(script), ...args], { cwd: root });
    abort.addEventListener("abort", () => child.kill());
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(output || `${script} failed`))));
  });
}

function failBuild(error) {
  const message = error.code === "MODULE_NOT_FOUND" ? "not installed yet: run `npm ci` first" : error.message;
  process.stderr.write(`${message.trimEnd()}\n`);
  process.exit(1);
}

module.exports = { build, failBuild };

if (require.main === module) build().catch(failBuild);
