"use strict";
// What runs have measured, one JSON file a run, in bench/results. The files stay on the machine they are of.
const fs = require("node:fs");
const path = require("node:path");

const folder = path.join(__dirname, "results");

/** Writes a run down and gives the name of its file. */
function save(run) {
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${run.at.slice(0, 19).replaceAll(":", "")}Z.json`);
  fs.writeFileSync(file, `${JSON.stringify(run, null, 2)}\n`);
  return path.relative(process.cwd(), file);
}

/** Each figure as it was measured last, by its name. */
function readLast() {
  const last = new Map();
  const files = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
  for (const name of files.sort()) {
    const { figures } = JSON.parse(fs.readFileSync(path.join(folder, name), "utf8"));
    for (const figure of figures) last.set(figure.name, figure);
  }
  return last;
}

module.exports = { readLast, save };
