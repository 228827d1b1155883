"use strict";
const { accountSecret } = require("../fill.js");
const { formRequest } = require("../graphql.js");
const { shareOfFloor, STORED } = require("./share-of-floor.js");
const { verifications } = require("./verifications.js");

/** What gateways ask that do not speak GraphQL: whether a token may read the repository that it was sent for. */
const load = () => ({
  requests: verifications(STORED).tokens.map(({ secret, repository }) =>
    formRequest("/introspect", { token: secret, repository, scope: "read_only" }, accountSecret("gateway")),
  ),
  holds: '{"active":true,"scope":"read_only"',
});

async function measure(stage) {
  return [
    await shareOfFloor(stage, {
      name: "introspect",
      text: "POST /introspect, share of the floor",
      load: load(),
      atLeast: 0.65,
    }),
  ];
}

module.exports = { load, measure };
