import { buildSchema, type GraphQLSchema, isObjectType } from "graphql";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "../support/client";
import { TestApp } from "../support/kit";
import { type RawAnswer, send } from "../support/raw";

const schema: GraphQLSchema = buildSchema(readFileSync(join(__dirname, "../../schema.graphql"), "utf8"));

let test: TestApp;
let nobody: Client;
beforeAll(async () => {
  test = await TestApp.start({ env: { RATE_LIMIT_PER_MINUTE: "0", ANONYMOUS_RATE_LIMIT_PER_MINUTE: "0" } });
  nobody = test.client(null);
});
afterAll(() => test.close());

const ask = (query: string, more: object = {}): Promise<RawAnswer> =>
  send(test.url, {
    method: "POST",
    path: "/graphql",
    headers: [["Content-Type", "application/json"]],
    body: JSON.stringify({ query, ...more }),
  });

const needsCredential =
  '{"errors":[{"message":"authentication required","extensions":{"code":"UNAUTHENTICATED"}}]}';
const notValid =
  '{"errors":[{"message":"the document is not valid","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}';

/** What a caller can tell two answers apart by. */
const bytesOf = ({ status, headers, text }: RawAnswer): object => {
  const { date: _date, "x-request-id": _id, ...rest } = headers;
  return { status, headers: rest, text };
};

const roots = [schema.getQueryType()!, schema.getMutationType()!].flatMap((type) =>
  Object.keys(type.getFields()).map((field) => [type.name.toLowerCase(), field] as const),
);

describe("an anonymous operation", () => {
  const closed = roots.filter(([, field]) => field !== "reportLeakedToken");

  it.each(closed)("%s { %s } is refused whole, the same as an invented name", async (operation, field) => {
    const ways = (name: string): string[] => [
      `${operation} { ${name} }`,
      `${operation} { ${name} { id } }`,
      `${operation} { __typename ${name} }`,
      `${operation} { alias: ${name}(input: {}) { id } }`,
      `${operation} { ... { ... on ${operation === "query" ? "Query" : "Mutation"} { ${name} } } }`,
      `${operation} { ...F } fragment F on Query { ...G } fragment G on Mutation { ${name} }`,
      `${operation} { ${name} @skip(if: true) }`,
      `${operation}($no: Boolean = false) { __typename @include(if: $no) ${name} @include(if: $no) }`,
      `${operation} A { __typename } ${operation} B { ${name} }`,
    ];
    const invented = ways("invented");
    for (const [index, document] of ways(field).entries()) {
      const answer = await ask(document);
      expect([answer.status, answer.text.trim()]).toEqual([401, needsCredential]);
      expect(answer.headers["www-authenticate"]).toBe('Bearer realm="tokenward"');
      expect(bytesOf(answer)).toEqual(bytesOf(await ask(invented[index]!)));
    }
  });

  it("is refused whole when it reports a leak and asks for more: nothing is reported", async () => {
    const { secret, client } = await test.accountToken("admin");
    const report = `reportLeakedToken(input: { secret: "${secret}" }) { accepted }`;
    for (const document of [
      `mutation { ${report} createAccount(input: { login: "x" }) { account { id } } }`,
      `mutation { ${report} invented }`,
      `mutation { ${report} ... { ...F } } fragment F on Mutation { revokeToken(input: {}) { revokedCount } }`,
    ]) {
      const answer = await ask(document);
      expect([answer.status, answer.text.trim()]).toEqual([401, needsCredential]);
    }
    expect(await client.code("{ __typename }")).toBe("OK");
  });

  it("may ask for __typename", async () => {
    for (const document of [
      "{ __typename }",
      "mutation { __typename }",
      "query A { a: __typename ... { __typename } }",
    ]) {
      expect(await nobody.code(document)).toBe("OK");
    }
  });

  it("may report a leak, which ends the token", async () => {
    const { secret, client } = await test.accountToken("admin");
    const document =
      "mutation($input: ReportLeakedTokenInput!) { reportLeakedToken(input: $input) { accepted } }";
    expect(await nobody.must(document, { input: { secret } })).toEqual({
      reportLeakedToken: { accepted: true },
    });
    expect((await client.send("{ __typename }")).status).toBe(401);
  });
});

describe("what an anonymous caller can learn of the schema", () => {
  it.each([
    ["a root field", "{ __typename viewer }", "{ __typename invented }"],
    [
      "a field of another operation",
      "query A { __typename } query B { viewer { token { id } } }",
      "query A { __typename } query B { viewer { invented { id } } }",
    ],
    [
      "a root field of another operation",
      "query A { __typename } query B { viewer { token { id } } }",
      "query A { __typename } query B { invented }",
    ],
    [
      "an argument of another operation",
      'query A { __typename } query B { node(id: "x") { id } }',
      'query A { __typename } query B { node(invented: "x") { id } }',
    ],
    [
      "a mutation beside a query",
      "query A { __typename } mutation B { revokeToken(input: {}) { revokedCount } }",
      "query A { __typename } mutation B { revokeToken(input: {}) { invented } }",
    ],
    [
      "a field in a fragment of another operation",
      "query A { __typename } query B { ...F } fragment F on Query { viewer { token { id } } }",
      "query A { __typename } query B { ...F } fragment F on Query { viewer { invented } }",
    ],
    [
      "a type in an unused fragment",
      "query A { __typename } fragment F on Token { id }",
      "query A { __typename } fragment F on Invented { id }",
    ],
    ["a type of a fragment", "{ __typename ... on Token { id } }", "{ __typename ... on Invented { id } }"],
    [
      "a type condition",
      "{ __typename ... on Node { __typename } }",
      "{ __typename ... on Invented { __typename } }",
    ],
    [
      "the type of a variable",
      "query A($a: CreateAccountInput) { __typename }",
      "query A($a: Invented) { __typename }",
    ],
    [
      "the type of a variable that is used",
      "query A($a: TokenKind) { __typename @skip(if: $a) }",
      "query A($a: Invented) { __typename @skip(if: $a) }",
    ],
    [
      "an enum value",
      "query A($a: TokenKind = ACCOUNT) { __typename @skip(if: $a) }",
      "query A($a: TokenKind = INVENTED) { __typename @skip(if: $a) }",
    ],
    ["a directive", "{ __typename @deprecated }", "{ __typename @invented }"],
    [
      "an argument of a directive",
      "{ __typename @include(unless: true) }",
      "{ __typename @include(invented: true) }",
    ],
    [
      "a field of an answer",
      'mutation { reportLeakedToken(input: { secret: "x" }) { accepted id } }',
      'mutation { reportLeakedToken(input: { secret: "x" }) { accepted invented } }',
    ],
    [
      "a type within an answer",
      'mutation { reportLeakedToken(input: { secret: "x" }) { accepted ... on Token { id } } }',
      'mutation { reportLeakedToken(input: { secret: "x" }) { accepted ... on Invented { id } } }',
    ],
    [
      "a field of an input",
      'mutation { reportLeakedToken(input: { secret: "x", reason: "x" }) { accepted } }',
      'mutation { reportLeakedToken(input: { secret: "x", invented: "x" }) { accepted } }',
    ],
    ["a subscription", "subscription { __typename }", "subscription { invented: __typename }"],
  ])("a real name and an invented one get the same bytes: %s", async (_name, real, invented) => {
    for (const operationName of [undefined, "A", "B"]) {
      const [one, two] = [await ask(real, { operationName }), await ask(invented, { operationName })];
      expect(one.status).toBeGreaterThanOrEqual(400);
      expect(bytesOf(one)).toEqual(bytesOf(two));
      expect([needsCredential, notValid]).toContain(one.text.trim());
    }
  });

  it("every type of the schema is as unknown to it as an invented one", async () => {
    const names = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) && !type.name.startsWith("__"))
      .map((type) => type.name);
    const unknown = bytesOf(await ask("{ __typename ... on Invented { __typename } }"));
    const known = names.filter((name) => name !== "Query");
    for (const name of known) {
      expect(bytesOf(await ask(`{ __typename ... on ${name} { __typename } }`))).toEqual(unknown);
    }
    expect(known.length).toBeGreaterThan(30);
  });

  it("a fault of its variables is told by their names, and not by their values", async () => {
    const document =
      "mutation($marker1: ReportLeakedTokenInput!) { reportLeakedToken(input: $marker1) { accepted } }";
    const answer = await ask(document, { variables: { marker1: { secret: 7, marker2: "marker3" } } });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toMatch(/marker[23]/);
  });
});
