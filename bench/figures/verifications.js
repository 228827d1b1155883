"use strict";
const { accountSecret, repositoryToken, TOKENS_A_REPOSITORY } = require("../fill.js");
const { graphqlRequest } = require("../graphql.js");

const DISTINCT = 5000;
const QUERY = "query Verify($input: VerifyTokenInput!) { verifyToken(input: $input) { valid code scope } }";

/** Whether a token may read the repository that it was sent for. */
const verificationOf = ({ secret, repository, scope }) =>
  graphqlRequest(accountSecret("gateway"), QUERY, { input: { secret, repository, scope } });

/**
 * What a gateway asks: whether a token may read the repository that it was sent for. Five thousand READ_ONLY tokens,
 * spread evenly over all that are stored, each with its own repository.
 */
function verifications(stored) {
  const repositories = stored / TOKENS_A_REPOSITORY;
  const tokens = Array.from({ length: DISTINCT }, (_, index) =>
    repositoryToken(Math.floor((index * repositories) / DISTINCT), 1 + (index % 5)),
  );
  return {
    tokens,
    load: {
      requests: tokens.map(verificationOf),
      answer: '{"data":{"verifyToken":{"valid":true,"code":"VALID","scope":"READ_ONLY"}}}\n',
    },
  };
}

module.exports = { verificationOf, verifications };
