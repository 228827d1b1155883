"use strict";
const Sqlite = require("better-sqlite3");
const { accountSecret } = require("../fill.js");
const { alternate, compareThroughput } = require("../rounds.js");
const { verificationOf, verifications } = require("./verifications.js");

const STORED = 10_000;
const ROTATED_A_CALL = 1000;
// A token that is asked about every minute and a half, rotated every day.
const PLAIN_A_FIRST_USE = 1000;
const PLAIN_A_FIRST_USE_WARMING_UP = 25;
const ROTATE = `mutation Rotate($input: RotateTokensInput!) {
  rotateTokens(input: $input) { tokens { secret token { scope repository { slug } } } }
}`;

/**
 * What handovers cost those who verify: tokens that are RETIRING, against the same tokens that nobody rotated; and again
 * with the first uses of the new ones in between, each of which waits for a write of its own.
 */
async function measure(stage) {
  const { tokens, load } = verifications(STORED);
  const file = stage.database(STORED);
  // By a server of its own: five thousand rotations leave another heap behind than none.
  const rotating = await stage.server(file);
  const fresh = await handOver(stage, rotating, tokens);
  await rotating.stop();
  const rotated = await stage.server(file);
  const plain = await stage.server(stage.database(STORED));
  const share = Math.floor(fresh.length / (stage.rounds + 1));
  let firstUses = 0;
  const withFirstUses = async (run, every = PLAIN_A_FIRST_USE) => {
    const rare = { requests: fresh.splice(0, share), every };
    const result = await run({ ...load, rare });
    firstUses += result.rareSent;
    return result;
  };
  await stage.warmUp(plain, load);
  // As many as there are, or their code is not compiled when the rounds begin.
  await withFirstUses((job) => stage.warmUp(rotated, job), PLAIN_A_FIRST_USE_WARMING_UP);
  const rounds = await alternate(
    stage.rounds,
    {
      plain: () => stage.round(plain, load),
      other: () => stage.round(rotated, load),
      first: () => withFirstUses((job) => stage.round(rotated, job)),
    },
    stage.tell,
  );
  await Promise.all([plain.stop(), rotated.stop()]);
  checkFirstUses(file, firstUses);
  const withFirst = compareThroughput(rounds.first, rounds.plain);
  return [
    {
      name: "handover",
      text: "verifyToken of tokens in handover, every use but the first, share of plain ones",
      ...compareThroughput(rounds.other, rounds.plain),
      atLeast: 0.95,
      rounds,
    },
    {
      name: "first-use",
      text: `the same with the first use of a new token in every ${PLAIN_A_FIRST_USE} (it costs what ${Math.round(PLAIN_A_FIRST_USE * (1 / withFirst.value - 1))} others cost)`,
      ...withFirst,
      atLeast: 0,
    },
  ];
}

/** Hands the tokens over, and gives a verification of each new one: the first that there will be. */
async function handOver(stage, server, tokens) {
  const requests = [];
  for (let start = 0; start < tokens.length; start += ROTATED_A_CALL) {
    const ids = tokens.slice(start, start + ROTATED_A_CALL).map(({ id }) => id);
    const input = { ids, handover: "ON_FIRST_USE", overlapSeconds: 86_400 };
    const { rotateTokens } = await stage.ask(server, accountSecret("owner"), ROTATE, { input });
    for (const { secret, token } of rotateTokens.tokens)
      requests.push(verificationOf({ secret, repository: token.repository.slug, scope: token.scope }));
  }
  return requests;
}

/** Each was written down: the server was not quick by leaving that out. */
function checkFirstUses(file, sent) {
  const db = new Sqlite(file, { readonly: true });
  const written = db.prepare("SELECT count(*) FROM token WHERE successor_used_at IS NOT NULL").pluck().get();
  db.close();
  if (written !== sent || sent === 0)
    throw new Error(`${written} first uses were written down instead of ${sent}`);
}

module.exports = { measure };
