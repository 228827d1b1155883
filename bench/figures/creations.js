"use strict";
const { accountSecret, repositoryToken, TOKENS_A_REPOSITORY } = require("../fill.js");
const { graphqlRequest } = require("../graphql.js");
const { ceilings, STORED } = require("./share-of-floor.js");

const QUERY = `mutation Create($input: CreateRepositoryTokenInput!) {
  createRepositoryToken(input: $input) { secret token { id } } }`;

/** What eight clients do that create tokens without a pause, each of the repositories in turn. */
const creations = () => ({
  connections: 8,
  requests: Array.from({ length: STORED / TOKENS_A_REPOSITORY }, (_, number) =>
    graphqlRequest(accountSecret("owner"), QUERY, {
      input: { repository: repositoryToken(number, 0).repository, scope: "READ_ONLY", label: "benchmark" },
    }),
  ),
  holds: '"secret":"twr_',
});

/** A server that takes as many as there is time for. */
const creationsServer = (stage) =>
  stage.server(stage.database(STORED), { ...ceilings, MAX_TOKENS_PER_REPOSITORY: "1000000" });

module.exports = { creations, creationsServer };
