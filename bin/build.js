"use strict";
// Makes dist/ from the sources when they changed. `npm run build` runs this file; bin/tokenward.js, every start.
const { spawn } = require("node:child_process");
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { gzipSync } = require("node:zlib");

const root = path.join(__dirname, "..");
const dist = path.join(root, "dist");
const lock = `${dist}.lock`;
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Each step fills its part of the folder it is given, and throws when it cannot. */
const steps = [compileServer, buildWeb];

const serverSources = ["src", /^tsconfig.*\.json$/];
const webSources = ["web", "schema.graphql"];

function compileServer(folder, abort) {
  return run("typescript/bin/tsc", ["--project", "tsconfig.build.json", "--outDir", folder], abort);
}

/** The console and the playground. It is slow, and most changes are not in there: then what was built before is taken. */
async function buildWeb(folder, abort) {
  const target = path.join(folder, "web");
  const stamp = fingerprint(webSources);
  if (isCurrent(path.join(dist, "web"), stamp)) {
    fs.cpSync(path.join(dist, "web"), target, { recursive: true });
    return;
  }
  const web = path.join(root, "web");
  await run("gql.tada/bin/cli.js", ["check", "--fail-on-warn"], abort, web);
  await run("vite/bin/vite.js", ["build", "--logLevel", "warn", "--outDir", target], abort, web);
  pack(path.join(target, "assets"));
  fs.writeFileSync(path.join(target, "stamp"), stamp);
}

/** Packed once here, instead of for each request. */
function pack(folder) {
  for (const name of fs.readdirSync(folder)) {
    const file = path.join(folder, name);
    if (/\.(js|css|svg)$/.test(name))
      fs.writeFileSync(`${file}.gz`, gzipSync(fs.readFileSync(file), { level: 9 }));
  }
}

async function build() {
  if (!fs.existsSync(path.join(root, "src"))) return; // an image holds dist/ alone
  const stamp = fingerprint([...serverSources, ...webSources]);
  if (isCurrent(dist, stamp)) return;
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
function fingerprint(sources) {
  const hash = createHash("sha256").update(require("../package.json").version);
  const tops = fs.readdirSync(root).filter((name) => sources.some((source) => fits(name, source)));
  for (const name of tops.flatMap(filesBelow).sort()) {
    const content = fs.readFileSync(path.join(root, name));
    hash.update(`\0${name}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

const fits = (name, source) => (typeof source === "string" ? name === source : source.test(name));

/** A file itself, or all files of a folder, but for what npm put there. */
function filesBelow(name) {
  const entry = fs.statSync(path.join(root, name), { throwIfNoEntry: false });
  if (entry?.isFile()) return [name];
  if (!entry?.isDirectory() || path.basename(name) === "node_modules") return [];
  return fs.readdirSync(path.join(root, name)).flatMap((below) => filesBelow(path.join(name, below)));
}

function isCurrent(folder, stamp) {
  try {
    return fs.readFileSync(path.join(folder, "stamp"), "utf8") === stamp;
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
    if (isCurrent(dist, stamp)) return;
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

function run(script, args, abort, cwd = root) {
  return new Promise((resolve, reject) => {
    // Whatever it is here (Jest's is test): React is bundled for it.
    const env = { ...process.env, NODE_ENV: "production" };
    const child = spawn(process.execPath, [locate(script), ...args], { cwd, env });
    abort.addEventListener("abort", () => child.kill());
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(output || `${script} failed`))));
  });
}

/** By its file: what a package exports is not always its program. */
function locate(script) {
  const folders = [path.join(root, "web", "node_modules"), path.join(root, "node_modules")];
  const found = folders.map((folder) => path.join(folder, script)).find((file) => fs.existsSync(file));
  if (found === undefined) throw Object.assign(new Error(script), { code: "MODULE_NOT_FOUND" });
  return found;
}

function failBuild(error) {
  const message = error.code === "MODULE_NOT_FOUND" ? "not installed yet: run `npm ci` first" : error.message;
  process.stderr.write(`${message.trimEnd()}\n`);
  process.exit(1);
}

module.exports = { build, failBuild };

if (require.main === module) build().catch(failBuild);
