"use strict";

/** Whether a figure is what the issues ask for; `or`: another that will do as well. */
function isMet({ value, atLeast = -Infinity, atMost = Infinity, or }) {
  return (value >= atLeast && value <= atMost) || (or !== undefined && isMet(or));
}

/** A figure with its target, its spread, and what it was the last time. */
function line(figure, last) {
  const { text, value, spread, byProcessorTime, atLeast, atMost, or } = figure;
  const target = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
  const verdict = isMet(figure) ? "met" : "MISSED";
  return [
    text,
    `  ${value.toFixed(3)} (${spread.map((end) => end.toFixed(3)).join(" to ")}), ${target}: ${verdict}`,
    ...(byProcessorTime === undefined ? [] : [`  by processor time ${byProcessorTime.toFixed(3)}`]),
    ...(or === undefined ? [] : [`  or ${or.text} ${or.value.toFixed(3)}, at most ${or.atMost}`]),
    ...(last === undefined ? [] : [`  ${change(figure, last)}`]),
    ...disturbances(figure).map((text) => `  ${text}`),
  ].join("\n");
}

function change({ value, spread }, last) {
  const percent = ((value / last.value - 1) * 100).toFixed(1);
  const isNoise = last.value >= spread[0] && last.value <= spread[1];
  return `last time ${last.value.toFixed(3)}: ${percent > 0 ? "+" : ""}${percent} %${isNoise ? ", within the spread" : ""}`;
}

/** What makes a figure doubtful: a load that could not go faster, or other programs on the same cores. */
function disturbances({ rounds = {} }) {
  return Object.entries(rounds).flatMap(([name, values]) => {
    const some = (isWrong, text) => {
      const count = values.filter(isWrong).length;
      return count === 0 ? [] : [`${name}: ${text} in ${count} of ${values.length} rounds`];
    };
    return [
      ...some(({ loadShare }) => loadShare > 0.95, "the load had no time left"),
      ...some(({ othersShare }) => othersShare > 0.1, "other programs took more than a tenth of a core"),
    ];
  });
}

module.exports = { isMet, line };
