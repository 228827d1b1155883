"use strict";
const { createHash, randomUUID } = require("node:crypto");
const Sqlite = require("better-sqlite3");
const { accountSecret, organizationSlug, REPOSITORIES_AN_ORGANIZATION } = require("../fill.js");
const { graphqlRequest } = require("../graphql.js");
const { alternate, median, ratioOf } = require("../rounds.js");
const { ask } = require("../worker.js");

const STORED = 10_000;
// A repository has ten tokens to begin with and may have a hundred: so many calls fit in the default limit.
const CALLS_A_ROUND = 8;
const MOST_ROUNDS = 10;
const QUERY = `mutation Create($input: CreateRepositoryTokensInput!) {
  createRepositoryTokens(input: $input) { tokens { secret token { id repository { slug } } } }
}`;

/** One call that creates a token for each of an organization's thousand repositories, against the bare rows. */
async function measure(stage) {
  const files = { server: stage.database(STORED), plain: stage.database(STORED) };
  const server = await stage.server(files.server);
  const inserter = stage.worker("server", require.resolve("../plain-insert.js"));
  const input = { organization: organizationSlug(0), scope: "READ_ONLY", label: "created by the benchmark" };
  const call = {
    connections: 1,
    total: CALLS_A_ROUND,
    requests: [graphqlRequest(accountSecret("owner"), QUERY, { input })],
    holds: '"secret":"twr_',
  };
  const contenders = {
    async plain() {
      const taken = [];
      for (let i = 0; i < CALLS_A_ROUND; i++)
        taken.push(await ask(inserter, { file: files.plain, ...rowsOfACall() }));
      return { p50Ms: median(taken), slowestMs: Math.max(...taken) };
    },
    async server() {
      const { p50Ms, slowestMs, othersShare } = await stage.load(server, call);
      return { p50Ms, slowestMs, othersShare };
    },
  };
  const count = Math.min(stage.rounds, MOST_ROUNDS);
  await alternate(1, contenders, () => stage.tell("warming up"));
  const rounds = await alternate(count, contenders, stage.tell);
  await server.stop();
  inserter.disconnect();
  checkRows(files, (count + 1) * CALLS_A_ROUND * REPOSITORIES_AN_ORGANIZATION);
  const times = (name) => rounds[name].map((round) => round.p50Ms);
  return [
    {
      name: "create-repository-tokens",
      text: "createRepositoryTokens for 1000 repositories, share of the bare rows",
      ...ratioOf(times("plain"), times("server")),
      atLeast: 0.5,
      rounds,
    },
  ];
}

/** The rows of one call, as the server writes them; the digests are of nothing. */
function rowsOfACall() {
  const at = Date.now();
  const requestId = randomUUID();
  const ids = Array.from({ length: REPOSITORIES_AN_ORGANIZATION }, (_, index) => index + 1);
  return {
    tokens: ids.map((repository) => ({
      kind: "REPOSITORY",
      digest: createHash("sha256").update(randomUUID()).digest("hex"),
      hint: "twr_0000",
      scope: "READ_ONLY",
      label: "created by the benchmark",
      account_id: null,
      repository_id: repository,
      organization_id: 1,
      created_by_id: 3,
      created_by_token_id: 3,
      created_at: at,
      expires_at: null,
      last_used_at: null,
      revoked_at: null,
      revoked_by_id: null,
      revoke_reason: null,
      rotated_at: null,
      replaces_id: null,
      replaced_by_id: null,
      imported: 0,
    })),
    auditEvents: ids.map((repository) => ({
      at,
      action: "TOKEN_CREATED",
      request_id: requestId,
      actor_id: 3,
      actor_token_id: 3,
      account_id: null,
      organization_id: 1,
      repository_id: repository,
      token_id: null,
      scope: "READ_ONLY",
      role: null,
      reason: null,
      ip: "127.0.0.1",
      user_agent: "tokenward-bench",
    })),
  };
}

/** Both databases hold what they should: neither side was quick by leaving something out. */
function checkRows(files, added) {
  for (const [name, file] of Object.entries(files)) {
    const db = new Sqlite(file, { readonly: true });
    const count = (table, where) => db.prepare(`SELECT count(*) FROM ${table} WHERE ${where}`).pluck().get();
    const found = [
      count("token", "label = 'created by the benchmark'"),
      count("audit_event", `id > ${STORED} AND token_id IN (SELECT id FROM token)`),
    ];
    db.close();
    if (found.some((rows) => rows !== added)) {
      throw new Error(`${name}: ${found.join(" and ")} rows were added instead of ${added}`);
    }
  }
}

module.exports = { measure };
