"use strict";
const { accountSecret, repositoryToken } = require("../fill.js");
const { graphqlRequest } = require("../graphql.js");
const { alternate, ratioOf } = require("../rounds.js");
const { ask } = require("../worker.js");
const { ceilings, STORED } = require("./share-of-floor.js");

const CLIENTS = 8;
const CREATED_A_ROUND = 4000;
const REPOSITORIES = STORED / 10;
const QUERY = `mutation Create($input: CreateRepositoryTokenInput!) {
  createRepositoryToken(input: $input) { secret token { id } } }`;

/** Tokens that are created and acknowledged, each on the disk, against bare durable rows. */
async function measure(stage) {
  const server = await stage.server(stage.database(STORED), {
    ...ceilings,
    MAX_TOKENS_PER_REPOSITORY: "1000000",
  });
  const file = stage.database(STORED);
  const inserter = stage.worker("server", require.resolve("../plain-commits.js"));
  const requests = Array.from({ length: REPOSITORIES }, (_, number) =>
    graphqlRequest(accountSecret("owner"), QUERY, {
      input: { repository: repositoryToken(number, 0).repository, scope: "READ_ONLY", label: "benchmark" },
    }),
  );
  const contenders = {
    plain: () => ask(inserter, { file, commits: CREATED_A_ROUND }),
    async server() {
      const { perSecond } = await stage.load(server, {
        connections: CLIENTS,
        total: CREATED_A_ROUND,
        requests,
        holds: '"secret":"twr_',
      });
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
