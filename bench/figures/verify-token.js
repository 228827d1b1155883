"use strict";
const { compareThroughput, sideBySide } = require("../rounds.js");
const { verifications } = require("./verifications.js");

const STORED = 10_000;

/** What GraphQL, authentication, rules, storage and the log cost: against a server that has none of them. */
async function measure(stage) {
  const { tokens, load } = verifications(STORED);
  const secrets = tokens.map(({ secret }) => secret);
  const floor = await stage.floor(secrets, load.answer);
  const server = await stage.server(stage.database(STORED));
  const rounds = await sideBySide(stage, { floor: { server: floor, load }, server: { server, load } });
  return [
    {
      name: "verify-token",
      text: "verifyToken over GraphQL, share of the floor",
      ...compareThroughput(rounds.server, rounds.floor),
      atLeast: 0.35,
      rounds,
    },
  ];
}

module.exports = { measure };
