"use strict";
const { alternate, ratioOf } = require("../rounds.js");

const STORED = 1_000_000;

/** From the start of the process to its first line that says that it serves. */
async function measure(stage) {
  const files = { empty: stage.database(0), full: stage.database(STORED) };
  const start = (file) => async () => {
    const begun = performance.now();
    const server = await stage.server(file);
    const ms = performance.now() - begun;
    await server.stop();
    return ms;
  };
  const contenders = { empty: start(files.empty), full: start(files.full) };
  await alternate(1, contenders, () => stage.tell("warming up"));
  const rounds = await alternate(stage.rounds, contenders, stage.tell);
  return [
    {
      name: "start",
      text: "start to ready with 1,000,000 tokens, times that of an empty database",
      ...ratioOf(rounds.full, rounds.empty),
      atMost: 1.3,
    },
  ];
}

module.exports = { measure };
