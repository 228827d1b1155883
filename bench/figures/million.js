"use strict";
const { compareThroughput, differenceOf, ratioOf, sideBySide } = require("../rounds.js");
const { verifications } = require("./verifications.js");

const FEW = 10_000;
const MANY = 1_000_000;

/** What a hundred times as many tokens, repositories and audit lines cost: the same load on two servers. */
async function measure(stage) {
  const few = await stage.server(stage.database(FEW));
  const many = await stage.server(stage.database(MANY));
  const rounds = await sideBySide(stage, {
    few: { server: few, load: verifications(FEW).load },
    many: { server: many, load: verifications(MANY).load },
  });
  const residentMb = (name) => rounds[name].map((round) => round.residentMb);
  return [
    {
      name: "million-throughput",
      text: "verifyToken with 1,000,000 tokens stored, share of itself with 10,000",
      ...compareThroughput(rounds.many, rounds.few),
      atLeast: 0.95,
      rounds,
    },
    {
      name: "million-memory",
      text: "resident memory with 1,000,000 tokens stored, times that with 10,000",
      ...ratioOf(residentMb("many"), residentMb("few")),
      atMost: 1.2,
    },
    {
      name: "million-memory-added",
      text: "megabytes of resident memory that 1,000,000 tokens add to 10,000",
      ...differenceOf(residentMb("many"), residentMb("few")),
      atMost: 30,
    },
  ];
}

module.exports = { measure };
