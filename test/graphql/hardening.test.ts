import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLSchema,
} from "graphql";
import { TestApp } from "../support/kit";
import { type RawAnswer, type RawRequest, send } from "../support/raw";

const schema: GraphQLSchema = buildSchema(readFileSync(join(__dirname, "../../schema.graphql"), "utf8"));

let test: TestApp;
beforeAll(async () => (test = await TestApp.start()));
afterAll(() => test.close());

const post = (body: unknown, more: Partial<RawRequest> = {}): Promise<RawAnswer> =>
  send(test.url, {
    method: "POST",
    path: "/graphql",
    headers: [["Content-Type", "application/json"]],
    body: JSON.stringify(body),
    ...more,
  });
const ask = (query: string, operationName?: string): Promise<RawAnswer> => post({ query, operationName });
const get = (query: string): Promise<RawAnswer> =>
  send(test.url, { path: `/graphql?query=${encodeURIComponent(query)}` });

interface Body {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
  readonly extensions?: unknown;
}
const bodyOf = ({ text }: RawAnswer): Body => JSON.parse(text) as Body;
const code = (answer: RawAnswer): unknown => bodyOf(answer).errors?.[0]?.extensions.code;

/** The checks of graphql-cop 1.14, as it sends them, by nobody. Its `GraphQL IDE` is left out: the playground is a feature. */
describe("graphql-cop, as anonymous, does not find", () => {
  it("alias overloading: 101 aliases in one document", async () => {
    const aliases = Array.from({ length: 101 }, (_, index) => `alias${index}:__typename`).join(" \n");
    const answer = await ask(`query cop { ${aliases} }`, "cop");
    expect([answer.status, code(answer), bodyOf(answer).data]).toEqual([400, "QUERY_TOO_COMPLEX", undefined]);
  });

  it("array-based query batching", async () => {
    const answer = await post(Array(10).fill({ query: "query cop { __typename }", operationName: "cop" }));
    expect([answer.status, Array.isArray(bodyOf(answer)), code(answer)]).toEqual([400, false, "BAD_REQUEST"]);
  });

  it("directive overloading: an error for each of many directives", async () => {
    const answer = await ask(`query cop { __typename ${"@aa".repeat(10)} }`, "cop");
    expect([answer.status, bodyOf(answer).errors?.length]).toEqual([400, 1]);
  });

  it("circular introspection", async () => {
    const nested = "fields { type { ".repeat(8);
    const answer = await ask(`query cop { __schema { types { ${nested} name ${"} }".repeat(8)} } } }`, "cop");
    expect([answer.status, bodyOf(answer).data]).toEqual([401, undefined]);
  });

  it("field duplication: 500 times the same field", async () => {
    const answer = await ask(`query cop { ${"__typename \n".repeat(500)} }`, "cop");
    expect([answer.status, code(answer)]).toEqual([400, "QUERY_TOO_COMPLEX"]);
  });

  it("field suggestions", async () => {
    const answer = await ask("query cop { __schema { directive } }", "cop");
    expect(answer.text).not.toMatch(/did you mean/i);
    expect(answer.status).toBe(401);
  });

  it("introspection", async () => {
    const answer = await ask("query cop { __schema { types { name fields { name } } } }", "cop");
    expect([answer.status, bodyOf(answer).data]).toEqual([401, undefined]);
  });

  it("mutations over GET", async () => {
    const answer = await get("mutation cop { __typename }");
    expect([answer.status >= 400, bodyOf(answer).data]).toEqual([true, undefined]);
  });

  it("queries over GET, as a foreign page could send them", async () => {
    const answer = await get("query cop { __typename }");
    expect([answer.status, bodyOf(answer).data]).toEqual([400, undefined]);
  });

  it("POST with a url-encoded body", async () => {
    const answer = await post(null, {
      headers: [["Content-Type", "application/x-www-form-urlencoded"]],
      body: `query=${encodeURIComponent("query cop { __typename }")}`,
    });
    expect([answer.status, bodyOf(answer).data]).toEqual([415, undefined]);
  });

  it("trace mode", async () => {
    const headers = [
      ["Content-Type", "application/json"],
      ["apollo-federation-include-trace", "ftv1"],
      ["x-apollo-tracing", "1"],
    ] as const;
    const answer = await post({ query: "query cop { __typename }", operationName: "cop" }, { headers });
    expect(JSON.parse(answer.text)).toEqual({ data: { __typename: "Query" } });
  });

  it("unhandled errors: exceptions or stack traces in an answer", async () => {
    for (const body of [
      { query: "qwerty cop { abc }" },
      { query: "{" },
      {},
      [],
      1,
      { query: 1 },
      { query: "{__typename}", operationName: "x" },
    ]) {
      const answer = await post(body);
      expect(answer.status).toBe(400);
      expect(answer.text).not.toMatch(/exception|stacktrace|node_modules|\bat .+:\d+:\d+|dist\/|src\//i);
      const [error] = bodyOf(answer).errors ?? [];
      expect(Object.keys(error?.extensions ?? {})).toEqual(["code"]);
    }
  });
});

/** Names that nobody needs a credential to know: the language's, and those of the one operation open to all. */
const open = new Set([
  ...["Query", "Mutation", "String", "Boolean", "Int", "Float", "ID", "__typename", "include", "skip", "if"],
  ...[
    "reportLeakedToken",
    "ReportLeakedTokenInput",
    "ReportLeakedTokenPayload",
    "accepted",
    "secret",
    "url",
    "input",
  ],
]);

/** Every name of the schema, whatever it is the name of. */
function realNames(): string[] {
  const names = new Set(
    schema.getDirectives().flatMap(({ name, args }) => [name, ...args.map((arg) => arg.name)]),
  );
  for (const type of Object.values(schema.getTypeMap())) {
    names.add(type.name);
    if (isEnumType(type)) for (const { name } of type.getValues()) names.add(name);
    if (isInputObjectType(type)) for (const name of Object.keys(type.getFields())) names.add(name);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      names.add(field.name);
      for (const { name } of field.args) names.add(name);
    }
  }
  return [...names].filter((name) => !open.has(name)).sort();
}

/** What a word list would try that is not there, near to what is and far from it. */
const invented = [
  "invented",
  "viewe",
  "viewerr",
  "Tokens",
  "REPOSITORY_SCOPE",
  "verifyTokenz",
  "Organisation",
  "deprecate",
  "a",
  "Z9_",
];

/** Where a name can stand in a document that needs no credential otherwise. */
const positions: Readonly<Record<string, (name: string) => string>> = {
  "a root field": (name) => `{ ${name} }`,
  "a root field with a selection": (name) => `{ ${name} { id } }`,
  "a root field with an argument": (name) => `{ x: ${name}(first: 1) { id } }`,
  "a root field beside one that is open": (name) => `{ __typename ${name} }`,
  "a mutation": (name) => `mutation { ${name}(input: {}) { __typename } }`,
  "a subscription": (name) => `subscription { ${name} }`,
  "a root field of a fragment": (name) => `{ ...F } fragment F on Query { ${name} }`,
  "a root field of another operation": (name) => `query A { __typename } query B { ${name} }`,
  "a field below a field": (name) => `{ __typename { ${name} } }`,
  "a field of a payload": (name) => `mutation { reportLeakedToken(input: { secret: "x" }) { ${name} } }`,
  "a field of a payload beside one that is there": (name) =>
    `mutation { reportLeakedToken(input: { secret: "x" }) { accepted ${name} } }`,
  "an argument": (name) => `{ __typename(${name}: 1) }`,
  "an argument of a mutation": (name) =>
    `mutation { reportLeakedToken(input: { secret: "x" }, ${name}: 1) { accepted } }`,
  "a field of an input": (name) =>
    `mutation { reportLeakedToken(input: { secret: "x", ${name}: 1 }) { accepted } }`,
  "an enum value": (name) => `mutation { reportLeakedToken(input: { secret: ${name} }) { accepted } }`,
  "an enum value as a default": (name) => `query($x: RepositoryScope = ${name}) { __typename }`,
  "a directive": (name) => `{ __typename @${name} }`,
  "a directive of an operation": (name) => `query @${name} { __typename }`,
  "an argument of a directive": (name) => `{ __typename @include(if: true, ${name}: true) }`,
  "the type of a variable": (name) => `query($x: ${name}) { __typename }`,
  "the type of a variable, in a list": (name) => `query($x: [${name}!]!) { __typename }`,
  "the type of a variable that is used": (name) => `query($x: ${name}!) { __typename @include(if: $x) }`,
  "the type of a variable of a mutation": (name) =>
    `mutation($x: ${name}!) { reportLeakedToken(input: $x) { accepted } }`,
  "a type condition": (name) => `{ __typename ... on ${name} { __typename } }`,
  "a type condition below": (name) =>
    `mutation { reportLeakedToken(input: { secret: "x" }) { accepted ... on ${name} { __typename } } }`,
  "a type condition of a fragment": (name) => `{ __typename ...F } fragment F on ${name} { __typename }`,
  "a type condition of a fragment that is not used": (name) =>
    `{ __typename } fragment F on ${name} { __typename }`,
  "the name of a fragment": (name) => `{ ...${name} }`,
  "a variable": (name) => `{ __typename @include(if: $${name}) }`,
  "a type that is introspected": (name) => `{ __type(name: "${name}") { name } }`,
  "a type that is defined": (name) => `{ __typename } type ${name} { a: Int }`,
};

const bytesOf = ({ status, headers, text }: RawAnswer): string => {
  const { date: _date, "x-request-id": _id, ...rest } = headers;
  return JSON.stringify([status, rest, text]);
};

describe("clairvoyance, as anonymous, learns nothing: every name of the schema gets the bytes of an invented one", () => {
  const names = [...realNames(), ...invented];

  it("has names to try", () => {
    expect(realNames().length).toBeGreaterThan(200);
  });

  it.each(Object.entries(positions))("as %s", async (position, documentOf) => {
    const answers = new Map<string, string>();
    // A third of the names at each position: all of them at the positions together.
    const third = Object.keys(positions).indexOf(position) % 3;
    const queue = [...realNames().filter((_, index) => index % 3 === third), ...invented];
    const worker = async (): Promise<void> => {
      for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
        const answer = await ask(documentOf(name));
        expect(answer.status).toBeGreaterThanOrEqual(400);
        answers.set(bytesOf(answer), name);
      }
    };
    await Promise.all([worker(), worker(), worker(), worker()]);
    expect([...answers.values()]).toHaveLength(1);
  });

  it("as an operation that is asked for, over POST and GET", async () => {
    const answers = new Set<string>();
    for (const name of names.slice(0, 50).concat(invented)) {
      answers.add(bytesOf(await ask("query A { __typename }", name)));
      const path = `/graphql?query=${encodeURIComponent("query A { __typename }")}&operationName=${name}`;
      answers.add(bytesOf(await send(test.url, { path, headers: [["apollo-require-preflight", "1"]] })));
    }
    expect(answers.size).toBe(1);
  });

  it("as a variable's value, with the name of the field that it stands in, told alike", async () => {
    const query = "mutation($x: ReportLeakedTokenInput!) { reportLeakedToken(input: $x) { accepted } }";
    const answers = new Set<string>();
    for (const name of names) {
      answers.add(bytesOf(await post({ query, variables: { x: { secret: "x", [name]: 1 } } })));
    }
    expect(answers.size).toBe(1);
  });
});

describe("who is signed in", () => {
  it("is never told what was meant instead: a name near to a real one gets the words of one far from it", async () => {
    const documents = (name: string): string[] => [
      `{ ${name} }`,
      `{ viewer { ${name} token { ${name} } account { ${name} } } }`,
      `mutation { ${name}(input: {}) { __typename } }`,
      `{ node(${name}: 1) { id } }`,
      `{ viewer { account { tokens(states: [${name}]) { totalCount } } } }`,
      `{ viewer { repositories(minimumScope: ${name}) { totalCount } } }`,
      `{ __typename @${name} }`,
      `query($x: ${name}) { __typename }`,
      `{ node(id: "x") { ... on ${name} { id } } }`,
      `mutation { createRepositoryToken(input: { ${name}: 1 }) { secret } }`,
    ];
    const told = async (document: string, name: string): Promise<string> => {
      const { status, text } = await test.admin.send(document);
      return `${status} ${text.replaceAll(new RegExp(`\\b${name}\\b`, "g"), "NAME")}`;
    };
    for (const name of realNames().filter((_, index) => index % 10 === 0)) {
      const near = `${name}${name.at(-1) ?? ""}`;
      const far = "q".repeat(near.length);
      for (const [index, document] of documents(near).entries()) {
        const answer = await told(document, near);
        expect(answer).toBe(await told(documents(far)[index]!, far));
        expect(answer).not.toMatch(/did you mean/i);
      }
    }
  });
});
