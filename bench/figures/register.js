"use strict";
const { rowsOfSubjects, subjectOf } = require("../subjects.js");
const { ask } = require("../worker.js");

const INSTANCES = 3;
const LANES = 16;
/** Verifications of each of two connections to each instance. */
const WARM_UP = 1000;
const LEASE_MS = 1000;
/** How many losses go ahead as fast as they can, to know how fast that is. */
const SATURATING = 0.1;
const unlimited = { RATE_LIMIT_PER_MINUTE: "0", LOG_LEVEL: "error" };

/** Three instances on one database: who is still accepted after a right was taken away, and for how long. */
async function measure(stage) {
  const strict = await race(stage, "strict");
  const cached = await race(stage, "cached");
  const late = strict.all.filter((delay) => delay > 0);
  const sorted = [...cached.paced].sort((a, b) => a - b);
  const p99 = sorted[Math.ceil(sorted.length * 0.99) - 1];
  const latest = Math.max(...cached.all);
  const told = ({ all, perSecond, saturation }) =>
    `${all.length.toLocaleString("en")} losses, ${INSTANCES} instances, ${perSecond.toFixed(0)} of ${saturation.toFixed(0)} verifications a second`;
  return [
    {
      name: "register-strict",
      text: `strict: losses after whose answer a verification began that was accepted (${told(strict)})`,
      value: late.length,
      spread: [0, Math.max(0, ...late)],
      atMost: 0,
    },
    {
      name: "register-cached-latest",
      text: `cached: milliseconds from a loss's answer to the last acceptance that began (${told(cached)})`,
      value: latest,
      spread: [Math.min(...cached.all), latest],
      atMost: LEASE_MS,
    },
    {
      name: "register-cached-p99",
      text: "cached: the same, of 99 in 100 losses",
      value: p99,
      spread: [sorted[Math.floor(sorted.length / 2)], latest],
      atMost: 50,
      isTiming: true,
    },
  ];
}

async function race(stage, consistency) {
  // As fast as they can; then, when they are timed, at half of that.
  const first = stage.leaseOnly ? stage.losses : Math.max(1, Math.floor(stage.losses * SATURATING));
  const last = stage.leaseOnly ? first : first + stage.losses;
  const subjects = Array.from({ length: last + 1 }, (_, number) => subjectOf(number));
  const aSubject = Math.max(2 * INSTANCES + 1, Math.round(stage.verifications / stage.losses));
  const url = await stage.postgresDatabase(rowsOfSubjects(subjects));
  const env = { ...unlimited, VERIFY_CONSISTENCY: consistency };
  const instances = [];
  for (let count = 0; count < INSTANCES; count += 1)
    instances.push(await stage.instance(url, env, "instance"));
  for (const instance of instances) instance.resume();
  const racer = stage.worker("racer", require.resolve("../race.js"));
  const ports = instances.map(({ port }) => port);
  stage.tell(`${consistency}: warming up`);
  await ask(racer, { ports, from: last, warmUp: Math.min(WARM_UP, Math.ceil(stage.verifications / 20)) });
  stage.tell(`${consistency}: ${first} losses as fast as they can`);
  const saturated = await ask(racer, { ports, from: 0, to: first, aSubject, lanes: LANES });
  let paced = saturated;
  if (last > first) {
    stage.tell(
      `${consistency}: ${stage.losses} losses at half of ${saturated.perSecond.toFixed(0)} a second`,
    );
    const everyMs = (aSubject / (saturated.perSecond / 2)) * 1000;
    paced = await ask(racer, { ports, from: first, to: last, aSubject, everyMs });
  }
  racer.disconnect();
  await Promise.all(instances.map((instance) => instance.stop()));
  const all = paced === saturated ? saturated.delays : [...saturated.delays, ...paced.delays];
  return { all, paced: paced.delays, perSecond: paced.perSecond, saturation: saturated.perSecond };
}

module.exports = { measure };
