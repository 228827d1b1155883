"use strict";
// Who loses what in the register check: tokens that are revoked, members who are removed, accounts that are suspended.
const { accountRow, accountSecret, ACCOUNTS, secretOf, tokenRow } = require("./fill.js");

const [ADMIN, GATEWAY] = ACCOUNTS;
const ORGANIZATIONS = 100;
const slugOf = (number) => `gh/organization-${number % ORGANIZATIONS}/code`;
const FIRST_ACCOUNT = 10;
const ADMIN_TOKEN = 1;
const GATEWAY_TOKEN = 2;

const losses = [
  {
    field: "revokeToken",
    type: "RevokeTokenInput",
    input: ({ tokenId }) => ({ id: Buffer.from(`Token:${tokenId}`).toString("base64url") }),
  },
  {
    field: "removeMembership",
    type: "RemoveMembershipInput",
    input: ({ number, login }) => ({ organization: `gh/organization-${number % ORGANIZATIONS}`, login }),
  },
  { field: "suspendAccount", type: "SuspendAccountInput", input: ({ login }) => ({ login }) },
];

/** Somebody or something that may read a repository, until it loses that. */
function subjectOf(number) {
  const isRepositoryToken = number % losses.length === 0;
  const subject = {
    number,
    isRepositoryToken,
    login: `subject-${number}`,
    accountId: FIRST_ACCOUNT + number,
    tokenId: FIRST_ACCOUNT + number,
    repository: slugOf(number),
    secret: secretOf(isRepositoryToken ? "REPOSITORY" : "ACCOUNT", `subject ${number}`),
  };
  const { field, type, input } = losses[number % losses.length];
  return {
    ...subject,
    loss: {
      query: `mutation($input: ${type}!) { ${field}(input: $input) { __typename } }`,
      variables: { input: input(subject) },
    },
  };
}

/** Every row by its table: so many subjects, a site administrator who takes away, and a service that verifies. */
function rowsOfSubjects(subjects) {
  const at = Date.now() - 86_400_000;
  const accounts = subjects.filter(({ isRepositoryToken }) => !isRepositoryToken);
  const organizations = Array.from({ length: ORGANIZATIONS }, (_, number) => number);
  return {
    account: [
      accountRow(ADMIN, 1, at),
      accountRow(GATEWAY, 2, at),
      ...accounts.map(({ login, accountId }) =>
        accountRow({ login, kind: "USER", isSiteAdmin: 0 }, accountId, at),
      ),
    ],
    organization: organizations.map((number) => {
      const slug = `gh/organization-${number}`;
      return { id: number + 1, slug, slug_key: slug, name: slug.slice(3), created_at: at };
    }),
    membership: accounts.map(({ number, accountId }) => ({
      organization_id: (number % ORGANIZATIONS) + 1,
      account_id: accountId,
      role: "MEMBER",
    })),
    repository: organizations.map((number) => ({
      id: number + 1,
      organization_id: number + 1,
      slug: slugOf(number),
      slug_key: slugOf(number),
      name: "code",
      default_branch: "main",
      created_at: at,
    })),
    token: [
      accountToken(accountSecret(ADMIN.login), ADMIN_TOKEN, 1, at),
      accountToken(accountSecret(GATEWAY.login), GATEWAY_TOKEN, 2, at),
      ...subjects.map((subject) => tokenOf(subject, at)),
    ],
  };
}

const accountToken = (secret, id, accountId, at) => ({
  ...tokenRow(secret, at),
  id,
  kind: "ACCOUNT",
  account_id: accountId,
});

function tokenOf({ number, secret, tokenId, accountId, isRepositoryToken }, at) {
  if (!isRepositoryToken) return accountToken(secret, tokenId, accountId, at);
  return {
    ...tokenRow(secret, at),
    id: tokenId,
    kind: "REPOSITORY",
    scope: "READ_ONLY",
    repository_id: (number % ORGANIZATIONS) + 1,
    organization_id: (number % ORGANIZATIONS) + 1,
  };
}

module.exports = { rowsOfSubjects, subjectOf };
