"use strict";
const { accountSecret, repositoryToken } = require("../fill.js");
const { graphqlRequest } = require("../graphql.js");
const { alternate, ratioOf } = require("../rounds.js");
const { ask } = require("../worker.js");
const { ceilings, STORED } = require("./share-of-floor.js");
const { verifications } = require("./verifications.js");

const CLIENTS = 8;
const QUERY = `mutation Create($input: CreateRepositoryTokenInput!) {
  createRepositoryToken(input: $input) { secret token { id } } }`;

/** How long the slowest of a hundred verifications takes while tokens are created without a pause. */
async function measure(stage) {
  const server = await stage.server(stage.database(STORED), {
    ...ceilings,
    MAX_TOKENS_PER_REPOSITORY: "1000000",
  });
  const { load } = verifications(STORED);
  const writer = stage.worker("load", require.resolve("../load.js"));
  const creations = {
    connections: CLIENTS,
    port: server.port,
    pid: server.pid,
    requests: Array.from({ length: STORED / 10 }, (_, number) =>
      graphqlRequest(accountSecret("owner"), QUERY, {
        input: { repository: repositoryToken(number, 0).repository, scope: "READ_ONLY", label: "benchmark" },
      }),
    ),
    holds: '"secret":"twr_',
  };
  await stage.warmUp(server, load);
  const alone = async () => (await stage.round(server, load)).p99Ms;
  const beside = async () => {
    const writing = ask(writer, { ...creations, warmupMs: 500, measureMs: stage.seconds * 1000 + 1000 });
    const { p99Ms } = await stage.round(server, load);
    server.resume();
    await writing;
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
