"use strict";
const { alternate, ratioOf } = require("../rounds.js");
const { ask } = require("../worker.js");
const { creations, creationsServer } = require("./creations.js");
const { STORED } = require("./share-of-floor.js");
const { verifications } = require("./verifications.js");

/** How long the slowest of a hundred verifications takes while tokens are created without a pause. */
async function measure(stage) {
  const server = await creationsServer(stage);
  const { load } = verifications(STORED);
  const writer = stage.worker("load", require.resolve("../load.js"));
  const { port, pid } = server;
  const writing = { ...creations(), port, pid, warmupMs: 500, measureMs: stage.seconds * 1000 + 1000 };
  await stage.warmUp(server, load);
  const alone = async () => (await stage.round(server, load)).p99Ms;
  const beside = async () => {
    const written = ask(writer, writing);
    const { p99Ms } = await stage.round(server, load);
    server.resume();
    await written;
    server.pause();
    return p99Ms;
  };
  const rounds = await alternate(stage.rounds, { alone, beside }, stage.tell);
  await server.stop();
  return [
    {
      name: "writers",
      text: "p99 of verifyToken while 8 clients create tokens, times that without",
      ...ratioOf(rounds.beside, rounds.alone),
      atMost: 3,
    },
  ];
}

module.exports = { measure };
