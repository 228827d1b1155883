"use strict";
const { accountSecret, repositoryToken, TOKENS_A_REPOSITORY } = require("../fill.js");
const { getRequest } = require("../graphql.js");
const { shareOfFloor } = require("./share-of-floor.js");

const REPORT = "mutation($input: ReportBuildInput!) { reportBuild(input: $input) { build { id } } }";
const REPOSITORIES = 200;

/** What a page full of badges asks, each with the STATUS token of its repository: the picture, and whether it is still so. */
async function measure(stage) {
  const tokens = Array.from({ length: REPOSITORIES }, (_, number) =>
    repositoryToken(number, TOKENS_A_REPOSITORY - 1),
  );
  const figures = [];
  for (const status of [200, 304]) {
    const load = { status, requests: [], ...(status === 200 ? { holds: "passing" } : { answer: "" }) };
    const prepare = async (server) => {
      for (const { repository } of tokens)
        await stage.ask(server, accountSecret("owner"), REPORT, { input: buildOf(repository) });
      const etag = status === 304 ? await etagOf(stage, server, tokens[0]) : undefined;
      load.requests = tokens.map((token) =>
        getRequest(pathOf(token), etag === undefined ? {} : { "If-None-Match": etag }),
      );
    };
    figures.push(
      await shareOfFloor(stage, {
        name: `badge-${status}`,
        text: `the badge, ${status}, share of the floor`,
        load,
        prepare,
        atLeast: 0.6,
      }),
    );
  }
  return figures;
}

const buildOf = (repository) => ({ repository, branch: "main", commit: "0".repeat(40), status: "SUCCESS" });
const pathOf = ({ repository, secret }) => `/badge/${repository}.svg?token=${secret}`;

async function etagOf(stage, server, token) {
  server.resume();
  const answer = await fetch(`http://127.0.0.1:${server.port}${pathOf(token)}`);
  await answer.arrayBuffer();
  server.pause();
  return answer.headers.get("etag");
}

module.exports = { measure, pathOf };
