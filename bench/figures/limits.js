"use strict";
const { accountSecret, organizationSlug } = require("../fill.js");
const { graphqlRequest } = require("../graphql.js");
const { median } = require("../rounds.js");

const STORED = 100_000;
const CALLS = 20;
const many = (count, fieldOf) =>
  Array.from({ length: count }, (_, index) => `a${index}: ${fieldOf(index)}`).join(" ");
const later = (index) => `2100-01-01T00:00:00.${String(index).padStart(3, "0")}Z`;

/** What may be asked at once, each for a cost of 10,000, the most there is, or a hair below it. */
const queries = {
  "9,800 plain fields": `{ viewer { repositories(first: 100) { nodes { ${many(98, () => "id")} } } } }`,
  "9,800 build statuses": `{ viewer { repositories(first: 100) { nodes {
    ${many(98, (index) => `status(branch: "b${index}")`)} } } } }`,
  "9 fields of 1,000 tokens": `{ ${many(
    10,
    (index) => `organization(slug: "${organizationSlug(index)}") {
    tokens(first: 100) { nodes { id label state lastUsedAt repository { slug } createdBy { login } } } }`,
  )} }`,
  "4,900 lists, the same ones over and over": `{ organization(slug: "${organizationSlug(0)}") {
    repositories(first: 100) { nodes { organization { ${many(48, () => "tokens(first: 1) { totalCount }")} } } } } }`,
  "4,900 lists, each another one": `{ viewer { repositories(first: 100) { nodes {
    ${many(49, (index) => `tokens(first: 1, expiresBefore: "${later(index)}") { totalCount }`)} } } } }`,
};

/** How long the server takes at the limit of what it lets through, for an administrator of ten organizations. */
async function measure(stage) {
  const server = await stage.server(stage.database(STORED), { RATE_LIMIT_PER_MINUTE: "0" });
  const figures = [];
  for (const [name, query] of Object.entries(queries)) {
    stage.tell(name);
    const job = {
      connections: 1,
      total: CALLS,
      requests: [graphqlRequest(accountSecret("owner"), query, {})],
      holds: '{"data":{',
    };
    await stage.load(server, job);
    const rounds = [];
    for (let round = 0; round < stage.rounds; round++) rounds.push(await stage.load(server, job));
    const slowest = rounds.map(({ slowestMs }) => slowestMs / 1000);
    figures.push({
      name: `limits ${name}`,
      text: `a query at the limit, ${name}: seconds, the slowest of ${CALLS * stage.rounds}`,
      value: Math.max(...slowest),
      spread: [Math.min(...rounds.map(({ p50Ms }) => p50Ms / 1000)), Math.max(...slowest)],
      // What the server itself took of a core for one call: on a busy machine the clock says more than that.
      byProcessorTime: median(rounds.map(({ serverShare, perSecond }) => (serverShare ?? NaN) / perSecond)),
      atMost: 1,
      rounds: { server: rounds },
    });
  }
  await server.stop();
  return figures;
}

module.exports = { measure };
