"use strict";
const { secretOf } = require("../fill.js");
const { compareThroughput, sideBySide } = require("../rounds.js");
const { ceilings, STORED } = require("./share-of-floor.js");
const { verificationOf, verifications } = require("./verifications.js");

const ANSWER = '{"data":{"verifyToken":{"valid":false,"code":"NOT_FOUND","scope":null}}}\n';

const refused =
  (change, times = 1) =>
  () => ({
    requests: Array.from({ length: times }, (_, time) =>
      verifications(STORED).tokens.map((token, index) => change(token, `${time} ${index}`)),
    )
      .flat()
      .map(verificationOf),
    answer: ANSWER,
  });

const nobodys = (token, name) => ({ ...token, secret: secretOf("REPOSITORY", `nobody's ${name}`) });
/** So many times five thousand that each is forgotten before it comes again: as from whoever makes up a new one each time. */
const MORE_THAN_REMEMBERED = 5;

/** Secrets that are nobody's, by what is wrong with them. */
const refusals = {
  unknown: refused(nobodys),
  new: refused(nobodys, MORE_THAN_REMEMBERED),
  malformed: refused((token) => ({
    ...token,
    secret: `${token.secret.slice(0, -1)}${token.secret.endsWith("0") ? "1" : "0"}`,
  })),
};

const names = {
  unknown: "unknown secrets, the same ones again,",
  new: "unknown secrets, each a new one,",
  malformed: "malformed secrets",
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
      text: `${names[kind]} refused a second, share of good ones accepted`,
      ...compareThroughput(rounds.refused, rounds.good),
      atLeast: 1,
      rounds,
    });
  }
  return figures;
}

module.exports = { measure, refusals };
