"use strict";
// `npm run bench`: measures every figure that the issues set a target for, each against a baseline in the same run.
// `npm run bench -- million verify-token` measures these alone. Exits 1 when a target is missed.
const os = require("node:os");
const { parseArgs } = require("node:util");
const { isMet, line } = require("./report.js");
const { readLast, save } = require("./results.js");
const { Stage } = require("./stage.js");

const figures = {
  "verify-token": require("./figures/verify-token.js"),
  "first-use": require("./figures/first-use.js"),
  million: require("./figures/million.js"),
  "create-repository-tokens": require("./figures/create-repository-tokens.js"),
  limits: require("./figures/limits.js"),
  timing: require("./figures/timing.js"),
};

const help = `npm run bench -- [FIGURE...] [--rounds N] [--seconds N] [--profile FOLDER]

Figures: ${Object.keys(figures).join(", ")}. Left out: all of them.

  --rounds N         rounds of each contender, in turn (5)
  --seconds N        how long a round of load is measured (15: last-used times are written once in each)
  --profile FOLDER   write a processor profile of each server there; what is measured then is not kept
`;

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "15" },
      profile: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const settings = {
    rounds: atLeastOne("rounds", values.rounds),
    seconds: atLeastOne("seconds", values.seconds),
  };
  const unknown = positionals.filter((name) => !(name in figures));
  if (unknown.length > 0) throw new Error(`no such figure: ${unknown.join(", ")}\n\n${help}`);
  const chosen = positionals.length > 0 ? positionals : Object.keys(figures);

  const stage = new Stage({ ...settings, profiles: values.profile, tell });
  const stop = (signal) => void stage.close().finally(() => process.kill(process.pid, signal));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, stop);
  const last = readLast();
  const measured = [];
  try {
    warn(stage);
    for (const name of chosen) {
      tell(name);
      for (const figure of await figures[name].measure(stage)) {
        measured.push(figure);
        process.stdout.write(`${line(figure, last.get(figure.name))}\n`);
      }
    }
  } finally {
    await stage.close();
  }
  if (values.profile === undefined) {
    const at = new Date().toISOString();
    const file = save({ at, ...machine(), pinned: stage.isPinned, ...settings, figures: measured });
    tell(`written to ${file}`);
  }
  return measured.every(isMet) ? 0 : 1;
}

function atLeastOne(name, text) {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`--${name} must be a whole number from 1 to 9999`);
  return Number(text);
}

function warn(stage) {
  if (!stage.isPinned) tell("server and load are not on a core each: that needs two cores and taskset");
  const [load] = os.loadavg();
  if (load > 0.5) tell(`the machine is busy (load ${load.toFixed(1)}): what follows is less sure`);
}

function machine() {
  const cpus = os.cpus();
  return { node: process.version, processor: cpus[0]?.model ?? "unknown", cores: cpus.length };
}

function tell(text) {
  process.stderr.write(`bench: ${text}\n`);
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error) => {
    process.stderr.write(`bench: ${error.message}\n`);
    process.exitCode = 1;
  },
);
