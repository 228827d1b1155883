"use strict";
const { secretOf } = require("../fill.js");
const { compareThroughput, sideBySide } = require("../rounds.js");
const { ceilings, STORED } = require("./share-of-floor.js");
const { verificationOf, verifications } = require("./verifications.js");

const ANSWER = '{"data":{"verifyToken":{"valid":false,"code":"NOT_FOUND","scope":null}}}\n';

/** Secrets that are nobody's, against good ones: whoever guesses must not cost more than whoever knows. */
async function measure(stage) {
  const { tokens, load } = verifications(STORED);
  const kinds = {
    unknown: (token, index) => ({ ...token, secret: secretOf("REPOSITORY", `nobody's ${index}`) }),
    malformed: (token) => ({
      ...token,
      secret: `${token.secret.slice(0, -1)}${token.secret.endsWith("0") ? "1" : "0"}`,
    }),
  };
  const figures = [];
  for (const [kind, change] of Object.entries(kinds)) {
    const refused = { requests: tokens.map(change).map(verificationOf), answer: ANSWER };
    const servers = [
      await stage.server(stage.database(STORED), ceilings),
      await stage.server(stage.database(STORED), ceilings),
    ];
    const rounds = await sideBySide(stage, {
      good: { server: servers[0], load },
      refused: { server: servers[1], load: refused },
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

module.exports = { measure };
