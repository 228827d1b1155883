"use strict";
const { compareThroughput, sideBySide } = require("../rounds.js");
const { verifications } = require("./verifications.js");

const STORED = 10_000;
/** Limits count guesses, of which a benchmark makes more than anybody: raised, not switched off. */
const ceilings = { RATE_LIMIT_PER_MINUTE: "1000000000", ANONYMOUS_RATE_LIMIT_PER_MINUTE: "1000000000" };

/**
 * What one kind of request costs, as a share of what the floor answers. `times`: how much each answer counts, for those
 * that answer for many; `prepare`: what the database is to hold beside its tokens, by way of the server.
 */
async function shareOfFloor(stage, { name, text, load, atLeast, times = 1, prepare }) {
  const { tokens, load: plain } = verifications(STORED);
  const floor = await stage.floor(
    tokens.map(({ secret }) => secret),
    plain.answer,
  );
  const server = await stage.server(stage.database(STORED), ceilings);
  await prepare?.(server);
  const rounds = await sideBySide(stage, { floor: { server: floor, load: plain }, server: { server, load } });
  const { value, spread, byProcessorTime } = compareThroughput(rounds.server, rounds.floor);
  return {
    name,
    text,
    value: value * times,
    spread: spread.map((end) => end * times),
    ...(byProcessorTime === undefined ? {} : { byProcessorTime: byProcessorTime * times }),
    atLeast,
    rounds,
  };
}

module.exports = { ceilings, shareOfFloor, STORED };
