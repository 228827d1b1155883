import type { Answer } from "../support/client";
import { TestApp } from "../support/kit";

let test: TestApp;
let repository: string;
beforeAll(async () => {
  test = await TestApp.start({ env: { RATE_LIMIT_PER_MINUTE: "0" } });
  repository = await test.repository();
});
afterAll(() => test.close());

const M = "Mk7marker";
const suggestion = /did you mean|perhaps|similar/i;
const stack = /\bat .*:\d+:\d+|node_modules|\.[jt]s\b/;

function expectQuiet({ text }: Answer): void {
  expect(text).not.toMatch(suggestion);
  expect(text).not.toMatch(stack);
  expect(text).not.toContain(M);
  expect(test.log.join("\n")).not.toContain(M);
}

describe("a document that is not valid", () => {
  // Names that are nearly right: what a suggestion would mend.
  it.each([
    ["a field", "{ viewr { token { id } } }"],
    ["a field of an object", "{ viewer { tokn { id } } }"],
    ["a field of an interface", '{ node(id: "x") { idd } }'],
    ["a field of a type behind an interface", '{ node(id: "x") { label } }'],
    ["an argument", '{ repository(slgu: "x") { id } }'],
    ["an argument of a list", "{ viewer { repositories(frist: 1) { totalCount } } }"],
    ["an argument of a directive", "{ __typename @include(iff: true) }"],
    ["a directive", "{ __typename @inclde(if: true) }"],
    ["a type", '{ node(id: "x") { ... on Tokn { id } } }'],
    ["the type of a variable", "query($a: Strin) { repository(slug: $a) { id } }"],
    ["the type of a fragment", "{ ...F } fragment F on Quey { __typename }"],
    ["a fragment", "{ ...Ff } fragment F on Query { __typename }"],
    ["an enum value", "{ viewer { repositories(minimumScope: READONLY) { totalCount } } }"],
    ["an enum value in lower case", "{ viewer { repositories(minimumScope: status) { totalCount } } }"],
    ["an enum value as a string", '{ viewer { repositories(minimumScope: "STATUS") { totalCount } } }'],
    [
      "a field of an input",
      'mutation { createAccount(input: { login: "x", isSiteAdmn: true }) { account { id } } }',
    ],
    ["a mutation", 'mutation { createAcount(input: { login: "x" }) { account { id } } }'],
    ["no selection", "{ viewer }"],
    ["a selection of a scalar", "{ viewer { token { label { text } } } }"],
  ])("is refused without a suggestion: %s", async (_name, document) => {
    const answer = await test.admin.send(document);
    expect([answer.status, answer.data]).toEqual([400, undefined]);
    expect(answer.errors.map(({ extensions }) => extensions)).toEqual(
      answer.errors.map(() => ({ code: "GRAPHQL_VALIDATION_FAILED" })),
    );
    expect(answer.errors.length).toBeGreaterThan(0);
    expectQuiet(answer);
  });

  it.each([
    ["a string for a number", `{ viewer { repositories(first: "${M}") { totalCount } } }`],
    ["a name for a number", `{ viewer { repositories(first: ${M}) { totalCount } } }`],
    ["a name for a string", `{ repository(slug: ${M}) { id } }`],
    ["an object for a string", `{ repository(slug: { ${M}: "${M}" }) { id } }`],
    ["a list for a string", `{ repository(slug: ["${M}"]) { id } }`],
    ["a name for an enum", `{ viewer { repositories(minimumScope: ${M}) { totalCount } } }`],
    ["a string for an enum", `{ viewer { repositories(minimumScope: "${M}") { totalCount } } }`],
    ["a string for a boolean", `{ __typename @include(if: "${M}") }`],
    ["a name for a boolean", `{ __typename @include(if: ${M}) }`],
    [
      "a string for a DateTime",
      `mutation { createAccountToken(input: { label: "x", expiresAt: "${M}" }) { secret } }`,
    ],
    [
      "a name for a DateTime",
      `mutation { createAccountToken(input: { label: "x", expiresAt: ${M} }) { secret } }`,
    ],
    [
      "an object for a DateTime",
      `mutation { createAccountToken(input: { label: "x", expiresAt: { a: "${M}" } }) { secret } }`,
    ],
    ["a string for an input", `mutation { createAccount(input: "${M}") { account { id } } }`],
    ["a list for an input", `mutation { createAccount(input: ["${M}"]) { account { id } } }`],
    [
      "an input without what it needs",
      `mutation { createAccount(input: { name: "${M}" }) { account { id } } }`,
    ],
    [
      "an unknown field of an input",
      `mutation { createAccount(input: { login: "x", secret: "${M}" }) { account { id } } }`,
    ],
    ["a value in a list", `mutation { revokeTokens(input: { ids: ["x", { a: "${M}" }] }) { revokedCount } }`],
    ["a block string", `{ viewer { repositories(first: """${M}""") { totalCount } } }`],
    [
      "the default of a variable",
      `query($a: Int = "${M}") { viewer { repositories(first: $a) { totalCount } } }`,
    ],
    [
      "an object for the default of a variable",
      `query($a: CreateAccountInput = { login: "${M}", b: 1 }) { __typename }`,
    ],
    ["arguments that differ", `{ node(id: "${M}1") { id } node(id: "${M}2") { id } }`],
    [
      "a value in a fragment",
      `{ ...F } fragment F on Query { viewer { repositories(first: "${M}") { totalCount } } }`,
    ],
  ])("is refused without the value: %s", async (_name, document) => {
    const answer = await test.admin.send(document);
    expect([answer.status, answer.errors[0]?.extensions.code]).toEqual([400, "GRAPHQL_VALIDATION_FAILED"]);
    expectQuiet(answer);
  });

  it.each([
    [
      '{ viewer { repositories(minimumScope: "x") { totalCount } } }',
      /RepositoryScope: it must be one of STATUS, READ_ONLY, ADMIN$/,
    ],
    [
      '{ viewer { repositories(first: "x") { totalCount } } }',
      /Int: it must be a whole number of at most 32 bits$/,
    ],
    ["{ repository(slug: 1) { id } }", /String: it must be a string$/],
    ["{ node(id: 1.5) { id } }", /ID: it must be an id$/],
    ["{ __typename @include(if: 1) }", /Boolean: it must be true or false$/],
    [
      'mutation { createAccountToken(input: { label: "x", expiresAt: 1 }) { secret } }',
      /DateTime: it must be an RFC 3339 date and time, such as 2026-11-22T04:39:27\.000Z$/,
    ],
    [
      "mutation { createAccountToken(input: 1) { secret } }",
      /CreateAccountTokenInput: it must be an object with the fields of CreateAccountTokenInput$/,
    ],
    [
      'mutation { createAccountToken(input: { label: "x", nope: 1 }) { secret } }',
      /CreateAccountTokenInput: it must be an object with the fields of CreateAccountTokenInput$/,
    ],
  ])("says what is allowed: %s", async (document, message) => {
    const { errors } = await test.admin.send(document);
    expect(errors.map((error) => error.message)).toEqual([expect.stringMatching(message)]);
  });

  it("is parsed first: what is no document is told nothing of what stands there", async () => {
    for (const document of [
      `{ ${M}`,
      `"${M}"`,
      `{ a(b: "${M}) }`,
      M,
      `{ "${M}" }`,
      `query ${M}`,
      `{ a }} ${M}`,
      `{ \\u{${M}} }`,
    ]) {
      const answer = await test.admin.send(document);
      expect([answer.status, answer.errors[0]?.message]).toEqual([400, "the document is not GraphQL"]);
      expect(answer.errors[0]?.extensions).toEqual({ code: "GRAPHQL_PARSE_FAILED" });
      expectQuiet(answer);
    }
  });

  it("is known as such when it comes again", async () => {
    const document = '{ viewer { repositories(first: "x") { totalCount } } }';
    const first = await test.admin.send(document);
    expect((await test.admin.send(document)).text).toBe(first.text);
    expect((await test.client(null).send(document)).status).toBe(401);
    expect((await test.admin.send(document)).text).toBe(first.text);
  });

  it("with very many faults is answered shortly", async () => {
    const answer = await test.admin.send(
      `{ ${Array.from({ length: 99 }, (_, index) => `nope${index}`).join(" ")} }`,
    );
    expect(answer.status).toBe(400);
    expect(answer.errors.length).toBeLessThanOrEqual(21);
  });

  it("is a subscription: there are none", async () => {
    for (const document of [
      "subscription { viewer { token { id } } }",
      "subscription { __typename }",
      "query A { __typename } subscription B { __typename }",
    ]) {
      const answer = await test.admin.send(document);
      expect([answer.status, answer.errors[0]?.extensions]).toEqual([
        400,
        { code: "GRAPHQL_VALIDATION_FAILED" },
      ]);
    }
  });

  it("defines types", async () => {
    for (const document of [
      "type A { b: Int }",
      "{ __typename } type A { b: Int }",
      "extend type Query { a: Int }",
      "schema { query: A }",
    ]) {
      expect(await test.admin.code(document)).toBe("GRAPHQL_VALIDATION_FAILED");
    }
  });
});

describe("variables that do not fit", () => {
  const create = "mutation($input: CreateAccountInput!) { createAccount(input: $input) { account { id } } }";
  const scope =
    "query($scope: RepositoryScope) { viewer { repositories(minimumScope: $scope) { totalCount } } }";
  const tokens = `query($states: [TokenState!]) { repository(slug: "gh/a/b") { tokens(states: $states) { totalCount } } }`;
  const revoke = "mutation($input: RevokeTokensInput!) { revokeTokens(input: $input) { revokedCount } }";
  const imports =
    "mutation($input: ImportRepositoriesInput!) { importRepositories(input: $input) { createdCount } }";
  const verify = "query($inputs: [VerifyTokenInput!]!) { verifyTokens(inputs: $inputs) { code } }";

  it.each([
    [create, {}, { input: "input: must be given, as CreateAccountInput!" }],
    [create, { input: null }, { input: "input: must not be null, but CreateAccountInput!" }],
    [create, { input: M }, { input: "input: must be an object with the fields of CreateAccountInput" }],
    [create, { input: [] }, { input: "input: must be an object with the fields of CreateAccountInput" }],
    [create, { input: {} }, { login: "login: must be given, as String!" }],
    [create, { input: { login: null } }, { login: "login: must not be null, but String!" }],
    [create, { input: { login: 1 } }, { login: "login: must be a string" }],
    [create, { input: { login: { a: M } } }, { login: "login: must be a string" }],
    [create, { input: { login: M, kind: M } }, { kind: "kind: must be one of USER, SERVICE" }],
    [create, { input: { login: M, kind: "user" } }, { kind: "kind: must be one of USER, SERVICE" }],
    [create, { input: { login: M, isSiteAdmin: M } }, { isSiteAdmin: "isSiteAdmin: must be true or false" }],
    [create, { input: { login: M, isSiteAdmin: 1 } }, { isSiteAdmin: "isSiteAdmin: must be true or false" }],
    [
      create,
      { input: { login: M, [M]: M } },
      { input: "input: must be an object with the fields of CreateAccountInput, and no others" },
    ],
    [
      create,
      { input: { login: M, LOGIN: M } },
      { input: "input: must be an object with the fields of CreateAccountInput, and no others" },
    ],
    [
      create,
      { input: { login: 1, kind: M } },
      { login: "login: must be a string", kind: "kind: must be one of USER, SERVICE" },
    ],
    [scope, { scope: M }, { scope: "scope: must be one of STATUS, READ_ONLY, ADMIN" }],
    [scope, { scope: 0 }, { scope: "scope: must be one of STATUS, READ_ONLY, ADMIN" }],
    [
      tokens,
      { states: [M] },
      { "states.0": "states.0: must be one of ACTIVE, RETIRING, ROTATED, EXPIRED, REVOKED" },
    ],
    [tokens, { states: ["ACTIVE", null] }, { "states.1": "states.1: must not be null, but TokenState!" }],
    [tokens, { states: M }, { states: "states: must be one of ACTIVE, RETIRING, ROTATED, EXPIRED, REVOKED" }],
    [revoke, { input: { ids: ["x", { a: M }] } }, { "ids.1": "ids.1: must be an id" }],
    [
      revoke,
      { input: { createdBefore: M } },
      { createdBefore: "createdBefore: must be an RFC 3339 date and time, such as 2026-11-22T04:39:27.000Z" },
    ],
    [
      imports,
      { input: { repositories: [{ slug: "x" }, { slug: 1 }] } },
      { "repositories.1.slug": "repositories.1.slug: must be a string" },
    ],
    [
      imports,
      { input: { repositories: {} } },
      { "repositories.slug": "repositories.slug: must be given, as String!" },
    ],
    [verify, { inputs: [{ secret: "x" }, {}] }, { "1.secret": "1.secret: must be given, as String!" }],
    [
      "query($n: Int) { viewer { repositories(first: $n) { totalCount } } }",
      { n: M },
      { n: "n: must be a whole number of at most 32 bits" },
    ],
    [
      "query($n: Int) { viewer { repositories(first: $n) { totalCount } } }",
      { n: 1.5 },
      { n: "n: must be a whole number of at most 32 bits" },
    ],
    [
      "query($n: Int) { viewer { repositories(first: $n) { totalCount } } }",
      { n: 2147483648 },
      { n: "n: must be a whole number of at most 32 bits" },
    ],
  ] as const)(
    "are refused with 400, each under its field, with what is allowed: %s %j",
    async (document, variables, faults) => {
      const answer = await test.admin.send(document, variables);
      expect([answer.status, answer.data]).toEqual([400, undefined]);
      expect(answer.errors).toEqual(
        Object.entries(faults).map(([field, message]) => ({
          message,
          extensions: { code: "BAD_USER_INPUT", field },
        })),
      );
      expectQuiet(answer);
    },
  );

  it("are told of twenty faults and no more", async () => {
    const { errors } = await test.admin.send(revoke, {
      input: { ids: Array.from({ length: 5000 }, () => ({ a: M })) },
    });
    expect(errors.length).toBe(20);
  });

  it("are not needed: those that no variable takes are not looked at", async () => {
    expect(await test.admin.must("{ __typename }", { [M]: M, input: { deep: [M] } })).toEqual({
      __typename: "Query",
    });
  });

  it("run nothing, neither do those that fit beside them", async () => {
    const document = `mutation($a: CreateAccountInput!, $b: CreateAccountInput!) {
      a: createAccount(input: $a) { account { id } }
      b: createAccount(input: $b) { account { id } }
    }`;
    expect((await test.admin.send(document, { a: { login: "fits" }, b: { login: 1 } })).status).toBe(400);
    expect(await test.admin.must('{ account(login: "fits") { id } }')).toEqual({ account: null });
  });
});

describe("a field that fails beside others", () => {
  it("leaves these with their data, and the status at 200", async () => {
    const { status, data, errors } = await test.admin.send(
      `mutation {
         bad: createAccount(input: { login: "not a login" }) { account { id } }
         good: createRepositoryToken(input: { repository: "${repository}", scope: STATUS, label: "x" }) { secret }
       }`,
    );
    expect([status, data]).toEqual([
      200,
      { bad: null, good: { secret: expect.stringMatching(/^twr_/) as string } },
    ]);
    expect(errors).toEqual([
      {
        message: "login: must be 1 to 39 letters, digits and single inner hyphens",
        locations: [{ line: 2, column: 10 }],
        path: ["bad"],
        extensions: { code: "BAD_USER_INPUT", field: "login" },
      },
    ]);
  });
});
