"use strict";
const { rowsOf } = require("../fill.js");
const { compareThroughput, sideBySide } = require("../rounds.js");
const { verifications } = require("./verifications.js");

const FEW = 10_000;
const MANY = 1_000_000;

/** What a hundred times as many tokens cost on PostgreSQL: from memory, and asked of the database each time. */
async function measure(stage) {
  const url = {
    few: await stage.postgresDatabase(rowsOf(FEW, Date.now())),
    many: await stage.postgresDatabase(rowsOf(MANY, Date.now())),
  };
  const figures = [];
  for (const consistency of ["cached", "strict"]) figures.push(await compare(stage, url, consistency));
  return figures;
}

async function compare(stage, url, consistency) {
  const env = { VERIFY_CONSISTENCY: consistency };
  const few = await stage.instance(url.few, env);
  const many = await stage.instance(url.many, env);
  const rounds = await sideBySide(stage, {
    few: { server: few, load: verifications(FEW).load },
    many: { server: many, load: verifications(MANY).load },
  });
  return {
    name: `postgres-million-${consistency}`,
    text: `verifyToken on PostgreSQL with 1,000,000 tokens stored, share of itself with 10,000 (${consistency})`,
    ...compareThroughput(rounds.many, rounds.few),
    atLeast: 0.9,
    rounds,
  };
}

module.exports = { measure };
