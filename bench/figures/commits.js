"use strict";
const { alternate, ratioOf } = require("../rounds.js");
const { ask } = require("../worker.js");
const { creations, creationsServer } = require("./creations.js");
const { STORED } = require("./share-of-floor.js");

const CREATED_A_ROUND = 4000;

/** Tokens that are created and acknowledged, each on the disk, against bare durable rows. */
async function measure(stage) {
  const server = await creationsServer(stage);
  const file = stage.database(STORED);
  const inserter = stage.worker("server", require.resolve("../plain-commits.js"));
  const load = { ...creations(), total: CREATED_A_ROUND };
  const contenders = {
    plain: () => ask(inserter, { file, commits: CREATED_A_ROUND }),
    async server() {
      const { perSecond } = await stage.load(server, load);
      return perSecond;
    },
  };
  await alternate(1, contenders, () => stage.tell("warming up"));
  const rounds = await alternate(stage.rounds, contenders, stage.tell);
  await server.stop();
  inserter.disconnect();
  return [
    {
      name: "commits",
      text: "acknowledged createRepositoryToken a second, 8 clients, share of durable single rows",
      ...ratioOf(rounds.server, rounds.plain),
      atLeast: 0.5,
    },
  ];
}

module.exports = { measure };
