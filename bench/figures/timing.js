"use strict";
const { accountSecret, organizationSlug, repositoryToken } = require("../fill.js");
const { formRequest, graphqlRequest } = require("../graphql.js");
const { difference } = require("../welch.js");
const { ask } = require("../worker.js");

const STORED = 50_000;
const PAIRS = 10_000;
const WARMUP = 2000;
const VARIANTS = 100;

const queries = {
  account: "query Account($login: String!) { account(login: $login) { id } }",
  create:
    "mutation Create($input: CreateRepositoryTokenInput!) { createRepositoryToken(input: $input) { secret } }",
  node: "query Node($id: ID!) { node(id: $id) { id } }",
  repository: "query Repository($slug: String!) { repository(slug: $slug) { id } }",
  viewer: "{ viewer { token { id } } }",
};

/**
 * Whether time tells what the bytes of an answer do not: a hidden object from a missing one, a revoked secret from an
 * unknown one. The server is warm, its limits are off, the requests of both sides are of one length, and those that are
 * hidden are many different ones.
 */
async function measure(stage) {
  const server = await stage.server(stage.database(STORED), {
    RATE_LIMIT_PER_MINUTE: "0",
    ANONYMOUS_RATE_LIMIT_PER_MINUTE: "0",
  });
  const pairs = stage.worker("load", require.resolve("../pairs.js"));
  server.resume();
  const cast = await prepare(server);
  const figures = [];
  for (const [name, sides] of Object.entries(comparisons(cast))) {
    stage.tell(name);
    const job = { port: server.port, pid: server.pid, sides, pairs: PAIRS, warmup: WARMUP };
    const { times, loadShare, serverShare, othersShare } = await ask(pairs, job);
    const { medians, spread, t } = difference(times);
    figures.push({
      name: `timing ${name}`,
      text: `${name}: share by which the medians of ${PAIRS} pairs differ`,
      value: medians,
      spread,
      atMost: 0.02,
      or: { text: "Welch's t", value: t, atMost: 4.5 },
      rounds: { pairs: [{ loadShare, serverShare, othersShare }] },
    });
  }
  pairs.disconnect();
  await server.stop();
  return figures;
}

/** An outsider, and what is hidden from it beside what the database was filled with. */
async function prepare(server) {
  const api = async (query, variables) => {
    const response = await fetch(`http://127.0.0.1:${server.port}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${accountSecret("admin")}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  };
  const outsider = await api(`mutation {
    createAccount(input: { login: "outsider" }) { account { id } }
    createAccountToken(input: { account: "outsider", label: "benchmark" }) { secret }
  }`);
  for (const from of [0, VARIANTS]) {
    const fields = variants((index) => {
      const login = hiddenLogin(from + index);
      return `${login.replace("-", "")}: createAccount(input: { login: "${login}" }) { account { id } }`;
    });
    await api(`mutation { ${fields.join(" ")} }`);
  }
  const { createRepositoryTokens } = await api(
    "mutation($input: CreateRepositoryTokensInput!) { createRepositoryTokens(input: $input) { tokens { secret token { id } } } }",
    { input: { organization: organizationSlug(4), scope: "READ_ONLY", label: "benchmark" } },
  );
  const { tokens } = createRepositoryTokens;
  await api("mutation($input: RevokeTokensInput!) { revokeTokens(input: $input) { revokedCount } }", {
    input: { ids: tokens.map(({ token }) => token.id) },
  });
  return {
    outsider: outsider.createAccountToken.secret,
    revoked: tokens.map(({ secret }) => secret),
  };
}

const variants = (make) => Array.from({ length: VARIANTS }, (_, index) => make(index));
const hiddenLogin = (index) => `hidden-${100 + index}`;
const missingLogin = (index) => `absent-${100 + index}`;
const hiddenSlug = (index) => repositoryToken(1000 + index, 0).repository;
const missingSlug = (index) => hiddenSlug(index).replace("repository-00", "repository-99");
const unknownSecret = (index) => repositoryToken(STORED + index, 0).secret;

/** Each with both sides' requests: for what is hidden, or was revoked, and for what does not exist. */
function comparisons({ outsider, revoked }) {
  // A token of another repository: all this is hidden from it too.
  const elsewhere = repositoryToken(4000, 1).secret;
  const pair = (requestOf, hidden, missing) =>
    [hidden, missing].map((nameOf) => variants((index) => requestOf(nameOf(index))));
  const repositories = (secret) =>
    pair((slug) => graphqlRequest(secret, queries.repository, { slug }), hiddenSlug, missingSlug);
  const nodes = (secret, noun, hidden, missing) => {
    const idOf = (number) => Buffer.from(`${noun}:${number}`, "latin1").toString("base64url");
    const requestOf = (number) => graphqlRequest(secret, queries.node, { id: idOf(number) });
    return pair(
      requestOf,
      (index) => hidden + index,
      (index) => missing + index,
    );
  };
  const create = (repository) =>
    graphqlRequest(outsider, queries.create, { input: { repository, scope: "STATUS", label: "benchmark" } });
  return {
    "repository(slug), hidden or missing": repositories(outsider),
    "repository(slug), the same by a repository token": repositories(elsewhere),
    "account(login), hidden or missing": pair(
      (login) => graphqlRequest(outsider, queries.account, { login }),
      hiddenLogin,
      missingLogin,
    ),
    "node(id) of a repository, hidden or missing": nodes(outsider, "Repository", 1000, 8000),
    "node(id) of an account, hidden or missing": nodes(outsider, "Account", 100, 800),
    "node(id) of a token, hidden or missing": nodes(outsider, "Token", 10_000, 80_000),
    "node(id) of a token, the same by a repository token": nodes(elsewhere, "Token", 10_000, 80_000),
    "node(id) of an audit event, hidden or missing": nodes(outsider, "AuditEvent", 10_000, 80_000),
    "createRepositoryToken, hidden or missing": pair(create, hiddenSlug, missingSlug),
    "a secret, revoked or unknown": pair(
      (secret) => graphqlRequest(secret, queries.viewer, {}),
      (index) => revoked[index],
      unknownSecret,
    ),
    "POST /revoke by nobody, of a revoked or an unknown secret": pair(
      (token) => formRequest("/revoke", { token }),
      (index) => revoked[index],
      unknownSecret,
    ),
  };
}

module.exports = { measure };
