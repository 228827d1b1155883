"use strict";
const { accountSecret, repositoryToken, TOKENS_A_REPOSITORY } = require("../fill.js");
const { graphqlRequest } = require("../graphql.js");

const DISTINCT = 5000;
const QUERY = "query Verify($input: VerifyTokenInput!) { verifyToken(input: $input) { valid code scope } }";

/**
 * What a gateway asks: whether a token may read the repository that it was sent for. Five thousand READ_ONLY tokens,
 * spread evenly over all that are stored, each with its own repository.
 */
function verifications(stored) {
  const gateway = accountSecret("gateway");
  const repositories = stored / TOKENS_A_REPOSITORY;
  const tokens = Array.from({ length: DISTINCT }, (_, index) =>
    repositoryToken(Math.floor((index * repositories) / DISTINCT), 1 + (index % 5)),
  );
  return {
    secrets: tokens.map(({ secret }) => secret),
    load: {
      requests: tokens.map(({ secret, repository, scope }) =>
        graphqlRequest(gateway, QUERY, { input: { secret, repository, scope } }),
      ),
      answer: '{"data":{"verifyToken":{"valid":true,"code":"VALID","scope":"READ_ONLY"}}}\n',
    },
  };
}

module.exports = { verifications };
