"use strict";
const { accountSecret } = require("../fill.js");
const { graphqlRequest } = require("../graphql.js");
const { shareOfFloor } = require("./share-of-floor.js");

const QUERY = `query Home { viewer { account { login name } repositories(first: 50) {
  nodes { id slug name viewerScope } pageInfo { hasNextPage endCursor } } } }`;

/** What a frontend asks first: who is signed in, and the first of what they reach. */
const load = () => ({
  requests: [graphqlRequest(accountSecret("owner"), QUERY, {})],
  holds: '"hasNextPage":true',
});

async function measure(stage) {
  return [
    await shareOfFloor(stage, {
      name: "viewer",
      text: "the viewer with its first 50 repositories, share of the floor",
      load: load(),
      atLeast: 0.05,
    }),
  ];
}

module.exports = { load, measure };
