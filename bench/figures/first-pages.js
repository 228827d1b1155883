"use strict";
const { accountSecret, organizationSlug, repositoryToken } = require("../fill.js");
const { graphqlRequest } = require("../graphql.js");
const { compareThroughput, sideBySide } = require("../rounds.js");
const { ceilings } = require("./share-of-floor.js");

const FEW = 10_000;
const MANY = 1_000_000;
const page = "pageInfo { hasNextPage endCursor }";
const lists = {
  "tokens of a repository": `repository(slug: "${repositoryToken(7, 0).repository}") {
    tokens { nodes { id label hint scope state createdAt lastUsedAt expiresAt } ${page} } }`,
  "an organization's repositories": `organization(slug: "${organizationSlug(0)}") {
    repositories { nodes { id slug name } ${page} } }`,
  "audit events": `auditEvents { nodes { id at action actor { login } token { hint } } ${page} }`,
};

/** The first page of a list, among a hundred times as many rows. */
async function measure(stage) {
  const figures = [];
  for (const [name, list] of Object.entries(lists)) {
    const load = {
      requests: [graphqlRequest(accountSecret("admin"), `query Page { ${list} }`, {})],
      holds: '"hasNextPage":',
    };
    const few = await stage.server(stage.database(FEW), ceilings);
    const many = await stage.server(stage.database(MANY), ceilings);
    const rounds = await sideBySide(stage, { few: { server: few, load }, many: { server: many, load } });
    figures.push({
      name: `first-page ${name}`,
      text: `first page of ${name}, at 1,000,000 tokens, share of itself at 10,000`,
      ...compareThroughput(rounds.many, rounds.few),
      atLeast: 0.9,
      rounds,
    });
  }
  return figures;
}

module.exports = { measure };
