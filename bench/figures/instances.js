"use strict";
const { rowsOf } = require("../fill.js");
const { median } = require("../rounds.js");
const { ask } = require("../worker.js");
const { verifications } = require("./verifications.js");

const STORED = 10_000;
const MOST = 4;
const CONNECTIONS = 32;

/**
 * What one to four instances on one database do together. They share this machine with the database and the load: on
 * two cores the sum tells what the cores do, not what the design does.
 */
async function measure(stage) {
  const { load } = verifications(STORED);
  const url = await stage.postgresDatabase(rowsOf(STORED, Date.now()));
  const figures = [];
  for (const consistency of ["cached", "strict"]) {
    const throughput = [];
    for (let count = 1; count <= MOST; count += 1)
      throughput.push(await together(stage, url, { consistency, count, load }));
    figures.push({
      name: `instances-${consistency}`,
      text: `${consistency}: verifications a second with 1 to ${MOST} instances ${throughput.map(Math.round).join(", ")}; ${MOST}, share of 1`,
      value: throughput[MOST - 1] / throughput[0],
      spread: [Math.min(...throughput) / throughput[0], Math.max(...throughput) / throughput[0]],
      // No target: it is the machine's.
      atLeast: 0,
    });
  }
  return figures;
}

async function together(stage, url, { consistency, count, load }) {
  stage.tell(`${consistency}: ${count} at once`);
  const instances = [];
  for (let made = 0; made < count; made += 1)
    instances.push(
      await stage.instance(url, { VERIFY_CONSISTENCY: consistency, LOG_LEVEL: "error" }, "instance"),
    );
  for (const instance of instances) instance.resume();
  const workers = instances.map(() => stage.worker("loader", require.resolve("../load.js")));
  const job = { ...load, connections: Math.floor(CONNECTIONS / count), measureMs: stage.seconds * 1000 };
  const rounds = [];
  for (let round = 0; round < stage.rounds; round += 1) {
    const results = await Promise.all(
      instances.map(({ port, pid }, place) => ask(workers[place], { ...job, port, pid, warmupMs: 4000 })),
    );
    rounds.push(results.reduce((sum, { perSecond }) => sum + perSecond, 0));
  }
  for (const worker of workers) worker.disconnect();
  await Promise.all(instances.map((instance) => instance.stop()));
  return median(rounds);
}

module.exports = { measure };
