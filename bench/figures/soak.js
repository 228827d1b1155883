"use strict";
const fs = require("node:fs");
const { accountSecret, repositoryToken, TOKENS_A_REPOSITORY } = require("../fill.js");
const { getRequest, graphqlRequest } = require("../graphql.js");
const { median } = require("../rounds.js");
const { residentMb } = require("../usage.js");
const { ask } = require("../worker.js");
const { pathOf } = require("./badge.js");
const { creations, creationsServer } = require("./creations.js");
const introspect = require("./introspect.js");
const { refusals } = require("./refused.js");
const { STORED } = require("./share-of-floor.js");
const { verifications } = require("./verifications.js");
const viewer = require("./viewer.js");

const A_MINUTE = 60_000;
const SAMPLE_EVERY_MS = 1000;
const REPOSITORIES = STORED / TOKENS_A_REPOSITORY;

const ROTATE = `mutation Rotate($input: RotateTokenInput!) { rotateToken(input: $input) { secret } }`;
const LIST = `query List($slug: String!) { repository(slug: $slug) {
  tokens(first: 50) { nodes { id label scope lastUsedAt } totalCount }
  auditEvents(first: 50) { nodes { action at } } } }`;

/** What a server that does everything at once holds at the end, against its second minute. */
async function measure(stage) {
  if (stage.minutes < 3)
    throw new Error("--minutes must be at least 3: the second one is what the last is held against");
  const server = await creationsServer(stage);
  server.resume();
  const { port, pid } = server;
  const time = { port, pid, warmupMs: 0, measureMs: stage.minutes * A_MINUTE };
  const loads = Object.entries(mixture()).map(([name, job]) => [
    name,
    ask(stage.worker("load", require.resolve("../load.js")), { ...job, ...time }),
  ]);
  const minutes = await look(stage, server, Promise.all(loads.map(([, load]) => load)));
  for (const [name, load] of loads) stage.tell(`${name}: ${Math.round((await load).perSecond)} a second`);
  stage.tell(`resident megabytes, each minute: ${minutes.map((mb) => mb.toFixed(0)).join(" ")}`);
  await server.stop();
  const value = minutes.at(-1) / minutes[1];
  return [
    {
      name: "soak",
      text: `resident memory after ${stage.minutes} minutes of mixed load, times that of the second minute`,
      value,
      spread: [value, value],
      atMost: 1.05,
      minutes,
    },
  ];
}

/** The middle of each minute, until the load has ended. */
async function look(stage, server, ended) {
  const sizes = [];
  const timer = setInterval(() => sizes.push(residentMb(server.pid)), SAMPLE_EVERY_MS);
  const shorter = setInterval(() => fs.truncateSync(server.log), A_MINUTE);
  try {
    await ended;
  } finally {
    clearInterval(timer);
    clearInterval(shorter);
  }
  const perMinute = A_MINUTE / SAMPLE_EVERY_MS;
  return Array.from({ length: stage.minutes }, (_, minute) =>
    median(sizes.slice(minute * perMinute, (minute + 1) * perMinute)),
  );
}

/** Everything that clients do, each kind on connections of its own. */
function mixture() {
  const owner = accountSecret("owner");
  const ofEach = (request) => Array.from({ length: REPOSITORIES }, (_, number) => request(number));
  const slugOf = (number) => repositoryToken(number, 0).repository;
  return {
    verifications: { ...verifications(STORED).load, connections: 12 },
    introspections: { ...introspect.load(), connections: 4 },
    refusals: { ...refusals.unknown(), connections: 4 },
    "first pages": {
      requests: ofEach((number) => graphqlRequest(owner, LIST, { slug: slugOf(number) })),
      holds: '"totalCount":',
      connections: 2,
    },
    viewers: { ...viewer.load(), connections: 1 },
    badges: {
      requests: ofEach((number) => getRequest(pathOf(repositoryToken(number, TOKENS_A_REPOSITORY - 1)), {})),
      holds: "<svg",
      connections: 2,
    },
    creations: { ...creations(), connections: 1 },
    // Each makes another successor of the same token, and ends the one before.
    rotations: {
      requests: ofEach((number) =>
        graphqlRequest(owner, ROTATE, {
          input: { id: repositoryToken(number, 8).id, handover: "ON_FIRST_USE" },
        }),
      ),
      holds: '"secret":"twr_',
      connections: 1,
    },
  };
}

module.exports = { measure };
