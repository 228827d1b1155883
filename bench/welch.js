"use strict";
const { median } = require("./rounds.js");

// Above it are the collector's pauses and other programs: they say nothing of the work that a request makes.
const KEPT = 0.95;

/**
 * How far apart two sides' times are: the share by which their medians differ (with that of each tenth of the pairs, the
 * least and the most), and Welch's t of what is left when the slowest twentieth of all times is cut off.
 */
function difference([one, other]) {
  const tenth = Math.ceil(one.length / 10);
  const tenths = Array.from({ length: 10 }, (_, index) =>
    apart(...[one, other].map((times) => times.slice(index * tenth, (index + 1) * tenth))),
  );
  const all = [...one, ...other].sort((a, b) => a - b);
  const most = all[Math.floor(all.length * KEPT)];
  const [kept, otherKept] = [one, other].map((times) => times.filter((ms) => ms < most));
  return {
    medians: Math.abs(apart(one, other)),
    spread: [Math.min(...tenths), Math.max(...tenths)],
    t: Math.abs(welch(kept, otherKept)),
  };
}

const apart = (one, other) => median(one) / median(other) - 1;

function welch(one, other) {
  const [a, b] = [one, other].map(momentsOf);
  return (a.mean - b.mean) / Math.sqrt(a.variance / a.count + b.variance / b.count);
}

function momentsOf(values) {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { count, mean, variance };
}

module.exports = { difference };
