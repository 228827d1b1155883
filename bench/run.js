"use strict";
// `npm run bench`: measures every figure that the issues set a target for, each against a baseline in the same run.
// `npm run bench -- million verify-token` measures these alone. Exits 1 when a target is missed.
const os = require("node:os");
const { parseArgs } = require("node:util");
const { isMet, line } = require("./report.js");
const { readLast, save } = require("./results.js");
const { Stage } = require("./stage.js");

/** What `npm run bench` measures when nothing is named: one server. */
const single = {
  "verify-token": require("./figures/verify-token.js"),
  introspect: require("./figures/introspect.js"),
  "verify-tokens": require("./figures/verify-tokens.js"),
  badge: require("./figures/badge.js"),
  viewer: require("./figures/viewer.js"),
  refused: require("./figures/refused.js"),
  "first-use": require("./figures/first-use.js"),
  million: require("./figures/million.js"),
  "first-pages": require("./figures/first-pages.js"),
  start: require("./figures/start.js"),
  writers: require("./figures/writers.js"),
  commits: require("./figures/commits.js"),
  "create-repository-tokens": require("./figures/create-repository-tokens.js"),
  limits: require("./figures/limits.js"),
  timing: require("./figures/timing.js"),
};
/** Many instances, on PostgreSQL: `npm run bench:instances`. */
const instances = {
  register: require("./figures/register.js"),
  postgres: require("./figures/postgres.js"),
  "postgres-million": require("./figures/postgres-million.js"),
  instances: require("./figures/instances.js"),
};
/** How it stands it: `npm run bench:soak`. */
const lasting = { soak: require("./figures/soak.js") };
const figures = { ...single, ...instances, ...lasting };

const help = `npm run bench -- [FIGURE...] [--rounds N] [--seconds N] [--profile FOLDER]

Figures: ${Object.keys(single).join(", ")}, which are measured when none is named;
on PostgreSQL ${Object.keys(instances).join(", ")}; and ${Object.keys(lasting).join(", ")}.

  --rounds N         rounds of each contender, in turn (5)
  --seconds N        how long a round of load is measured (15: last-used times are written once in each)
  --minutes N        how long the soak lasts (10)
  --verifications N  of the register check, strict and cached each (100000)
  --losses N         revocations, role losses and suspensions that they race (10000)
  --lease-only       the register check as fast as it goes, judged by nothing but the lease, and not kept
  --profile FOLDER   write a processor profile of each server there; what is measured then is not kept
`;

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "15" },
      minutes: { type: "string", default: "10" },
      verifications: { type: "string", default: "100000" },
      losses: { type: "string", default: "10000" },
      "lease-only": { type: "boolean", default: false },
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
    minutes: atLeastOne("minutes", values.minutes),
    verifications: atLeastOne("verifications", values.verifications),
    losses: atLeastOne("losses", values.losses),
    leaseOnly: values["lease-only"],
  };
  const unknown = positionals.filter((name) => !(name in figures));
  if (unknown.length > 0) throw new Error(`no such figure: ${unknown.join(", ")}\n\n${help}`);
  const chosen = positionals.length > 0 ? positionals : Object.keys(single);

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
  if (values.profile === undefined && !values["lease-only"]) {
    const at = new Date().toISOString();
    const file = save({ at, ...machine(), pinned: stage.isPinned, ...settings, figures: measured });
    tell(`written to ${file}`);
  }
  const judged = measured.filter(({ isTiming }) => !(values["lease-only"] && isTiming));
  return judged.every(isMet) ? 0 : 1;
}

function atLeastOne(name, text) {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`--${name} must be a whole number from 1 to 9999999`);
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
