"use strict";
const { rowsOf } = require("../fill.js");
const { compareThroughput, sideBySide } = require("../rounds.js");
const { verifications } = require("./verifications.js");

const STORED = 10_000;

/** What it costs that the database is another process: verifications from memory, on PostgreSQL and on SQLite. */
async function measure(stage) {
  // A server that stood still has lost its lease, and with it what it remembered: all of it is to be there again.
  const load = { ...verifications(STORED).load, warmupMs: 8000 };
  const sqlite = await stage.server(stage.database(STORED));
  const postgres = await stage.instance(await stage.postgresDatabase(rowsOf(STORED, Date.now())));
  const rounds = await sideBySide(stage, {
    sqlite: { server: sqlite, load },
    postgres: { server: postgres, load },
  });
  return [
    {
      name: "postgres",
      text: "verifyToken on PostgreSQL, from memory, share of itself on SQLite",
      ...compareThroughput(rounds.postgres, rounds.sqlite),
      atLeast: 0.9,
      rounds,
    },
  ];
}

module.exports = { measure };
