"use strict";
const { accountSecret } = require("../fill.js");
const { graphqlRequest } = require("../graphql.js");
const { shareOfFloor, STORED } = require("./share-of-floor.js");
const { verifications } = require("./verifications.js");

const AT_ONCE = 100;
const QUERY =
  "query Verify($inputs: [VerifyTokenInput!]!) { verifyTokens(inputs: $inputs) { valid code scope } }";

/** A hundred verifications in one call, counted by the token. */
async function measure(stage) {
  const { tokens } = verifications(STORED);
  const requests = [];
  for (let start = 0; start < tokens.length; start += AT_ONCE) {
    const inputs = tokens
      .slice(start, start + AT_ONCE)
      .map(({ secret, repository, scope }) => ({ secret, repository, scope }));
    requests.push(graphqlRequest(accountSecret("gateway"), QUERY, { inputs }));
  }
  const one = '{"valid":true,"code":"VALID","scope":"READ_ONLY"}';
  const load = { requests, answer: `{"data":{"verifyTokens":[${Array(AT_ONCE).fill(one).join(",")}]}}\n` };
  return [
    await shareOfFloor(stage, {
      name: "verify-tokens",
      text: `verifyTokens of ${AT_ONCE}: tokens, for each request of the floor`,
      load,
      times: AT_ONCE,
      atLeast: 3,
    }),
  ];
}

module.exports = { measure };
