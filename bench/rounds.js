"use strict";

/**
 * Measures contenders in turn, A B A B …, so that whatever changes on the machine meanwhile changes for all of them.
 * Gives what each measured, a value a round.
 */
async function alternate(rounds, contenders, tell) {
  const results = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [name, measure] of Object.entries(contenders)) {
      tell(`round ${round} of ${rounds}: ${name}`);
      results[name].push(await measure());
    }
  }
  return results;
}

/** Loads servers in turn and ends them: `{ name: { server, load } }`. Gives what each measured, a value a round. */
async function sideBySide(stage, contenders) {
  const entries = Object.entries(contenders);
  for (const [, { server, load }] of entries) await stage.warmUp(server, load);
  const measures = entries.map(([name, { server, load }]) => [name, () => stage.round(server, load)]);
  const rounds = await alternate(stage.rounds, Object.fromEntries(measures), stage.tell);
  await Promise.all(entries.map(([, { server }]) => server.stop()));
  return rounds;
}

/** The middle of what each pair of rounds gave, one over the other, with the least and the most. */
function ratioOf(values, baselines) {
  const ratios = values.map((value, round) => value / baselines[round]);
  return { value: median(ratios), spread: [Math.min(...ratios), Math.max(...ratios)] };
}

/** The middle of what each pair of rounds gave, one less the other, with the least and the most. */
function differenceOf(values, baselines) {
  const differences = values.map((value, round) => value - baselines[round]);
  return { value: median(differences), spread: [Math.min(...differences), Math.max(...differences)] };
}

/** Two rounds' throughput, one over the other: by the clock, and by the processor time that the servers got. */
function compareThroughput(rounds, baselines) {
  const byClock = ratioOf(...[rounds, baselines].map((side) => side.map(({ perSecond }) => perSecond)));
  const perCore = ({ perSecond, serverShare }) => (serverShare === null ? NaN : perSecond / serverShare);
  const byProcessor = ratioOf(...[rounds, baselines].map((side) => side.map(perCore)));
  return Number.isNaN(byProcessor.value) ? byClock : { ...byClock, byProcessorTime: byProcessor.value };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

module.exports = { alternate, compareThroughput, differenceOf, median, ratioOf, sideBySide };
