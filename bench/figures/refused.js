"use strict";
const { secretOf } = require("../fill.js");
const { compareThroughput, sideBySide } = require("../rounds.js");
const { ceilings, STORED } = require("./share-of-floor.js");
const { verificationOf, verifications } = require("./verifications.js");

const ANSWER = '{"data":{"verifyToken":{"valid":false,"code":"NOT_FOUND","scope":null}}}\n';

const refused = (change) => () => ({
  requests: verifications(STORED).tokens.map(change).map(verificationOf),
  answer: ANSWER,
});

/** Secrets that are nobody's, by what is wrong with them. */
const refusals = {
  unknown: refused((token, index) => ({ ...token, secret: secretOf("REPOSITORY", `nobody's ${index}`) })),
  malformed: refused((token) => ({
    ...token,
    secret: `${token.secret.slice(0, -1)}${token.secret.endsWith("0") ? "1" : "0"}`,
  })),
};

/** Whoever guesses must not cost more than whoever knows. */
async function measure(stage) {
  const { load } = verifications(STORED);
  const figures = [];
  for (const [kind, refusalsOf] of Object.entries(refusals)) {
    const servers = [
      await stage.server(stage.database(STORED), ceilings),
      await stage.server(stage.database(STORED), ceilings),
    ];
    const rounds = await sideBySide(stage, {
      good: { server: servers[0], load },
      refused: { server: servers[1], load: refusalsOf() },
    });
    figures.push({
      name: `refused-${kind}`,
      text: `${kind} secrets refused a second, share of good ones accepted`,
      ...compareThroughput(rounds.refused, rounds.good),
      atLeast: 1,
      rounds,
    });
  }
  return figures;
}

module.exports = { measure, refusals };
