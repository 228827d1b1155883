"use strict";
// Fills a migrated SQLite database, past the server: ten tokens a repository, a thousand repositories an organization,
// and the audit line of each token. Rows go in first and are indexed afterwards: a million take well under a minute.
const { createHash } = require("node:crypto");
const Sqlite = require("better-sqlite3");
const { digestOf } = require("../dist/secrets/digest.js");
const { BASE62, BODY_LENGTH, checksum, PREFIX } = require("../dist/secrets/format.js");
const { hintOf } = require("../dist/secrets/parse.js");

const TOKENS_A_REPOSITORY = 10;
const REPOSITORIES_AN_ORGANIZATION = 1000;
const A_DAY = 86_400_000;

/** The accounts, by login; the id is the place in this list. */
const ACCOUNTS = [
  { login: "admin", kind: "USER", isSiteAdmin: 1 },
  { login: "gateway", kind: "SERVICE", isSiteAdmin: 0 },
  // ADMIN of every organization; made all the tokens.
  { login: "owner", kind: "USER", isSiteAdmin: 0 },
];

/** The account token of one of the accounts. */
const accountSecret = (login) => secretOf("ACCOUNT", login);

/** One of a repository's ten tokens, both counted from 0: the first is an ADMIN, the last for its STATUS. */
function repositoryToken(repository, place) {
  const number = repository * TOKENS_A_REPOSITORY + place;
  return {
    id: Buffer.from(`Token:${ACCOUNTS.length + number + 1}`).toString("base64url"),
    secret: secretOf("REPOSITORY", `${repository} ${place}`),
    repository: repositorySlug(repository),
    scope: scopeOf(place),
  };
}

const scopeOf = (place) =>
  place === 0 ? "ADMIN" : place === TOKENS_A_REPOSITORY - 1 ? "STATUS" : "READ_ONLY";

/** Well-formed, and the same in every process: nothing has to be handed around. */
function secretOf(kind, seed) {
  const bytes = createHash("sha256").update(`${kind} ${seed}`).digest();
  let text = PREFIX[kind];
  for (let i = 0; i < BODY_LENGTH; i++) text += BASE62.charAt(bytes[i] % BASE62.length);
  return text + checksum(text);
}

// Of one length, so that all requests of a figure are.
const pad = (number, length) => String(number).padStart(length, "0");
const organizationSlug = (number) => `gh/organization-${pad(number, 3)}`;
const repositoryName = (number) => `repository-${pad(number, 6)}`;
const repositorySlug = (number) =>
  `${organizationSlug(Math.floor(number / REPOSITORIES_AN_ORGANIZATION))}/${repositoryName(number)}`;

function fill(file, tokens) {
  const db = new Sqlite(file);
  for (const quick of ["journal_mode = OFF", "synchronous = OFF", "cache_size = -200000"]) db.pragma(quick);
  const indexes = db
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    .all();
  for (const { name } of indexes) db.exec(`DROP INDEX "${name}"`);
  db.transaction(() => {
    const now = Date.now();
    for (const [table, rows] of Object.entries(rowsOf(tokens, now))) insert(db, table, rows);
  })();
  for (const { sql } of indexes) db.exec(sql);
  db.pragma("journal_mode = WAL");
  db.close();
}

/** Every row by its table, in an order that foreign keys allow. */
function rowsOf(tokens, now) {
  const repositories = Math.ceil(tokens / TOKENS_A_REPOSITORY);
  const organizations = Math.ceil(repositories / REPOSITORIES_AN_ORGANIZATION);
  const at = now - 30 * A_DAY;
  return {
    account: ACCOUNTS.map((account, index) => accountRow(account, index + 1, at)),
    organization: generate(organizations, (number) => {
      const slug = organizationSlug(number);
      return { id: number + 1, slug, slug_key: slug, name: slug.slice(3), created_at: at };
    }),
    membership: generate(organizations, (number) => ({
      organization_id: number + 1,
      account_id: ACCOUNTS.length,
      role: "ADMIN",
    })),
    repository: generate(repositories, (number) => ({
      id: number + 1,
      organization_id: Math.floor(number / REPOSITORIES_AN_ORGANIZATION) + 1,
      slug: repositorySlug(number),
      slug_key: repositorySlug(number),
      name: repositoryName(number),
      default_branch: "main",
      created_at: at,
    })),
    token: generate(ACCOUNTS.length + tokens, (number) =>
      number < ACCOUNTS.length
        ? accountTokenRow(number, at)
        : repositoryTokenRow(number - ACCOUNTS.length, at),
    ),
    audit_event: generate(tokens, (number) => auditRow(number, at)),
  };
}

const accountRow = ({ login, kind, isSiteAdmin }, id, at) => ({
  id,
  login,
  login_key: login,
  search_key: `${login}\n`,
  kind,
  is_site_admin: isSiteAdmin,
  created_at: at,
});

function* generate(count, make) {
  for (let number = 0; number < count; number++) yield make(number);
}

function accountTokenRow(number, at) {
  const secret = accountSecret(ACCOUNTS[number].login);
  return { ...tokenRow(secret, at), id: number + 1, kind: "ACCOUNT", account_id: number + 1 };
}

function repositoryTokenRow(number, at) {
  const { repository, place } = placeOf(number);
  return {
    ...tokenRow(repositoryToken(repository, place).secret, at),
    ...whereOf(number),
    id: ACCOUNTS.length + number + 1,
    kind: "REPOSITORY",
    created_by_id: ACCOUNTS.length,
    created_by_token_id: ACCOUNTS.length,
    // Every second one runs out, none of them while something is measured.
    expires_at: number % 2 === 0 ? null : at + 365 * A_DAY,
  };
}

const placeOf = (number) => ({
  repository: Math.floor(number / TOKENS_A_REPOSITORY),
  place: number % TOKENS_A_REPOSITORY,
});

/** What a token's row and its audit line have in common. */
function whereOf(number) {
  const { repository, place } = placeOf(number);
  return {
    scope: scopeOf(place),
    repository_id: repository + 1,
    organization_id: Math.floor(repository / REPOSITORIES_AN_ORGANIZATION) + 1,
  };
}

function tokenRow(secret, at) {
  return {
    id: null,
    kind: null,
    digest: digestOf(secret),
    hint: hintOf(secret),
    scope: null,
    label: "benchmark",
    account_id: null,
    repository_id: null,
    organization_id: null,
    created_by_id: null,
    created_by_token_id: null,
    created_at: at,
    expires_at: null,
    last_used_at: at,
    imported: 0,
  };
}

function auditRow(number, at) {
  return {
    ...whereOf(number),
    at: at + number,
    action: "TOKEN_CREATED",
    request_id: "00000000-0000-4000-8000-000000000000",
    actor_id: ACCOUNTS.length,
    actor_token_id: ACCOUNTS.length,
    token_id: ACCOUNTS.length + number + 1,
    ip: "127.0.0.1",
    user_agent: "tokenward-bench",
  };
}

function insert(db, table, rows) {
  let statement;
  for (const row of rows) {
    const columns = Object.keys(row);
    statement ??= db.prepare(
      `INSERT INTO "${table}" (${columns.join(",")}) VALUES (${columns.map(() => "?").join(",")})`,
    );
    statement.run(Object.values(row));
  }
}

module.exports = {
  accountRow,
  ACCOUNTS,
  accountSecret,
  fill,
  organizationSlug,
  repositoryToken,
  REPOSITORIES_AN_ORGANIZATION,
  rowsOf,
  secretOf,
  tokenRow,
  TOKENS_A_REPOSITORY,
};
