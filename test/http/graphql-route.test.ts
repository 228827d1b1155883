import type { GraphQLError } from "../support/client";
import { TestApp } from "../support/kit";
import { bearer, type RawAnswer, type RawRequest, send, sendBytes } from "../support/raw";

let test: TestApp;
let service: string;
beforeAll(async () => {
  test = await TestApp.start({ env: { RATE_LIMIT_PER_MINUTE: "0", ANONYMOUS_RATE_LIMIT_PER_MINUTE: "0" } });
  service = (await test.account({ kind: "SERVICE" })).secret;
});
afterAll(() => test.close());

type Headers = readonly (readonly [string, string])[];
const JSON_TYPE = ["Content-Type", "application/json"] as const;
const PREFLIGHT = ["Apollo-Require-Preflight", "true"] as const;
const MIB = 1024 * 1024;

const errorsOf = ({ text }: RawAnswer): readonly GraphQLError[] =>
  (JSON.parse(text) as { errors?: GraphQLError[] }).errors ?? [];
const dataOf = ({ text }: RawAnswer): unknown => (JSON.parse(text) as { data?: unknown }).data;
const codesOf = (answer: RawAnswer): string[] => errorsOf(answer).map(({ extensions }) => extensions.code);

/** As the site administrator, unless other headers are given. */
const graphql = (request: RawRequest, headers: Headers = [bearer(test.adminSecret)]): Promise<RawAnswer> =>
  send(test.url, { path: "/graphql", ...request, headers: [...headers, ...(request.headers ?? [])] });
const post = (body: string | Buffer, headers: Headers = [JSON_TYPE]): Promise<RawAnswer> =>
  graphql({ method: "POST", body, headers });
const get = (parameters: Record<string, string> | [string, string][], headers: Headers = [PREFLIGHT]) =>
  graphql({ path: `/graphql?${new URLSearchParams(parameters).toString()}`, headers });

/** A mutation that leaves a trace when it runs. */
let serial = 0;
function tracer(): { query: string; hasRun: () => Promise<boolean> } {
  const login = `tracer-${(serial += 1)}`;
  return {
    query: `mutation { createAccount(input: { login: "${login}" }) { account { id } } }`,
    hasRun: async () => {
      const data = await test.admin.must<{ account: object | null }>(
        "query($login: String!) { account(login: $login) { id } }",
        { login },
      );
      return data.account !== null;
    },
  };
}

function expectRefused(answer: RawAnswer, status: number, code = "BAD_REQUEST"): void {
  expect({ status: answer.status, codes: codesOf(answer) }).toEqual({ status, codes: [code] });
  expect(dataOf(answer)).toBeUndefined();
  expect(answer.headers["cache-control"]).toBe("no-store");
}

describe("the method", () => {
  const others = ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "LOCK", "SEARCH", "PURGE"];

  it.each(others)("%s is refused with 405, and told which are taken", async (method) => {
    const answer = await graphql({ method });
    expectRefused(answer, 405);
    expect(answer.headers.allow).toBe("GET, POST");
  });

  it.each(others)("%s runs nothing", async (method) => {
    const { query, hasRun } = tracer();
    await graphql({ method, headers: [JSON_TYPE], body: JSON.stringify({ query }) });
    await graphql({ method, path: `/graphql?query=${encodeURIComponent(query)}`, headers: [PREFLIGHT] });
    expect(await hasRun()).toBe(false);
  });

  it("HEAD is refused with 405 and no body", async () => {
    const answer = await graphql({ method: "HEAD" });
    expect([answer.status, answer.headers.allow, answer.text]).toEqual([405, "GET, POST", ""]);
  });
});

describe("the content type", () => {
  const taken = [
    "application/json",
    "application/json; charset=utf-8",
    "application/json;charset=UTF-8",
    'application/json; charset="utf-8"',
    "Application/JSON",
  ];
  it.each(taken)("%s is taken", async (type) => {
    const answer = await post('{"query":"{ __typename }"}', [["Content-Type", type]]);
    expect([answer.status, dataOf(answer)]).toEqual([200, { __typename: "Query" }]);
  });

  const refused = [
    "text/plain",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/graphql",
    "application/graphql-response+json",
    "application/xml",
    "application/jsonx",
    "application/json; charset=iso-8859-1",
    "application/json, text/plain",
    "text/plain; application/json",
    "nonsense",
  ];
  it.each(refused)("%s is refused with 415, and runs nothing", async (type) => {
    const { query, hasRun } = tracer();
    expectRefused(await post(JSON.stringify({ query }), [["Content-Type", type]]), 415);
    expect(await hasRun()).toBe(false);
  });

  it("must be given", async () => {
    const { query, hasRun } = tracer();
    expectRefused(await post(JSON.stringify({ query }), []), 415);
    expectRefused(await graphql({ method: "POST" }), 415);
    expect(await hasRun()).toBe(false);
  });
});

describe("the body", () => {
  const query = '{"query":"{ __typename }"}';

  it("may be 1 MiB long and no byte longer", async () => {
    expect((await post(query.padEnd(MIB))).status).toBe(200);
    expectRefused(await post(query.padEnd(MIB + 1)), 413);
    expectRefused(await post(Buffer.alloc(3 * MIB, " ")), 413);
  });

  it("is measured too when its length is not said", async () => {
    const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = `${MIB.toString(16)}\r\n${query.padEnd(MIB)}\r\n`;
    expect(await sendBytes(test.url, `${head}${chunk}0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await sendBytes(test.url, `${head}${chunk}1\r\n \r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
  });

  const bad: readonly [string, string | Buffer][] = [
    ["empty", ""],
    ["spaces", "   "],
    ["half an object", '{"query":"{ __typename }"'],
    ["a comma too many", '{"query":"{ __typename }",}'],
    ["single quotes", "{'query':'{ __typename }'}"],
    ["a document instead of JSON", "{ __typename }"],
    ["two objects", `${query}${query}`],
    ["null", "null"],
    ["a number", "1"],
    ["a string", '"{ __typename }"'],
    ["true", "true"],
    ["an object without a query", "{}"],
    ["null for a query", '{"query":null}'],
    ["a number for a query", '{"query":1}'],
    ["an object for a query", '{"query":{"a":1}}'],
    ["a list for a query", '{"query":["{ __typename }"]}'],
    ["an empty query", '{"query":""}'],
    ["a list for variables", '{"query":"{ __typename }","variables":[]}'],
    ["a string for variables", '{"query":"{ __typename }","variables":"{}"}'],
    ["a number for variables", '{"query":"{ __typename }","variables":0}'],
    ["false for variables", '{"query":"{ __typename }","variables":false}'],
    ["a number for the operation's name", '{"query":"{ __typename }","operationName":1}'],
    ["an object for the operation's name", '{"query":"{ __typename }","operationName":{}}'],
    ["a list for extensions", '{"query":"{ __typename }","extensions":[]}'],
    ["a string for extensions", '{"query":"{ __typename }","extensions":"x"}'],
    [
      "a byte that is not UTF-8",
      Buffer.concat([Buffer.from('{"query":"{ __typename } #'), Buffer.of(0xff, 0x22, 0x7d)]),
    ],
    [
      "a character cut short",
      Buffer.concat([Buffer.from('{"query":"{ __typename } #'), Buffer.of(0xe2, 0x82, 0x22, 0x7d)]),
    ],
    [
      "half a surrogate pair in UTF-8",
      Buffer.concat([Buffer.from('{"query":"{ __typename } #'), Buffer.of(0xed, 0xa0, 0x80, 0x22, 0x7d)]),
    ],
    [
      "an overlong character",
      Buffer.concat([Buffer.from('{"query":"{ __typename } #'), Buffer.of(0xc0, 0xaf, 0x22, 0x7d)]),
    ],
    ["UTF-16", Buffer.from(query, "utf16le")],
    ["zero bytes", Buffer.alloc(64)],
    ["a control character inside a string", '{"query":"{ __typename }\u0001"}'],
  ];
  it.each(bad)("is refused with 400: %s", async (_name, body) => {
    expectRefused(await post(body), 400);
  });

  it("holds one operation: lists of them are refused, and none of them runs", async () => {
    const { query, hasRun } = tracer();
    for (const body of [[], [{ query }], [{ query }, { query: "{ __typename }" }], [[{ query }]]]) {
      expectRefused(await post(JSON.stringify(body)), 400);
    }
    expect(await hasRun()).toBe(false);
  });

  const persistedQuery = { version: 1, sha256Hash: "0".repeat(64) };
  it("holds no persisted query, with the document beside it or without", async () => {
    const { query, hasRun } = tracer();
    for (const extension of [persistedQuery, { ...persistedQuery, version: 2 }, {}, null, "x"]) {
      const extensions = { persistedQuery: extension };
      for (const body of [{ extensions }, { query, extensions }]) {
        expectRefused(await post(JSON.stringify(body)), 400);
      }
    }
    expect(await hasRun()).toBe(false);
  });

  it("may hold nulls, an empty name, other extensions and other keys", async () => {
    for (const more of [
      { variables: null, operationName: null, extensions: null },
      { variables: {}, operationName: "", extensions: {} },
      { extensions: { clientLibrary: { name: "x" } }, id: 1, doc_id: "x", documentId: "y" },
    ]) {
      const answer = await post(JSON.stringify({ query: "{ __typename }", ...more }));
      expect([answer.status, dataOf(answer)]).toEqual([200, { __typename: "Query" }]);
    }
  });

  it("is read by its own keys: __proto__ and constructor are keys like others", async () => {
    for (const body of [
      '{"query":"{ __typename }","__proto__":{"operationName":"x","variables":[]}}',
      '{"query":"{ __typename }","constructor":{"prototype":{"operationName":"x"}}}',
      '{"query":"query($a: Boolean = true) { __typename @include(if: $a) }","variables":{"__proto__":{"a":1}}}',
    ]) {
      expect((await post(body)).text).toBe('{"data":{"__typename":"Query"}}\n');
    }
    expectRefused(await post('{"__proto__":{"query":"{ __typename }"}}'), 400);
    expect(({} as Record<string, unknown>).operationName).toBeUndefined();
  });

  it("that holds no document is refused as one", async () => {
    for (const query of [" ", "#", "# { __typename }", ",,,", "{", "{}", "query", "nonsense", "}{"]) {
      expectRefused(await post(JSON.stringify({ query })), 400, "GRAPHQL_PARSE_FAILED");
    }
  });

  it("must name one of its document's operations when there are several", async () => {
    const query = "query A { __typename } query B { b: __typename }";
    for (const operationName of [undefined, "", "C", "a", "__proto__", "constructor"]) {
      expectRefused(
        await post(JSON.stringify({ query, operationName })),
        400,
        "OPERATION_RESOLUTION_FAILURE",
      );
    }
    expect(dataOf(await post(JSON.stringify({ query, operationName: "B" })))).toEqual({ b: "Query" });
  });

  it("with an Idempotency-Key is refused, and runs nothing", async () => {
    const { query, hasRun } = tracer();
    for (const key of ["0123456789abcdef", "short", "", "a".repeat(300)]) {
      const headers = [JSON_TYPE, ["Idempotency-Key", key]] as const;
      expectRefused(await post(JSON.stringify({ query }), headers), 400);
      expectRefused(await post('{"query":"{ __typename }"}', headers), 400);
    }
    expectRefused(
      await get({ query: "{ __typename }" }, [PREFLIGHT, ["Idempotency-Key", "0123456789abcdef"]]),
      400,
    );
    expect(await hasRun()).toBe(false);
  });
});

describe("GET", () => {
  const viewer = "query Q($n: Int) { viewer { account { login } repositories(first: $n) { totalCount } } }";

  it("answers a query that comes with the preflight header", async () => {
    const answer = await get({ query: viewer, variables: '{"n":1}', operationName: "Q" });
    expect([answer.status, dataOf(answer)]).toEqual([
      200,
      { viewer: { account: { login: "admin" }, repositories: { totalCount: 0 } } },
    ]);
  });

  it("refuses one without it, so that no other site's page can send it", async () => {
    expectRefused(await get({ query: "{ __typename }" }, []), 400);
    expectRefused(await get({ query: "{ __typename }" }, [["Content-Type", "text/plain"]]), 400);
  });

  it.each([
    ["an unknown field", "{ nonsense }", 400, "GRAPHQL_VALIDATION_FAILED"],
    ["no document", "{", 400, "GRAPHQL_PARSE_FAILED"],
  ])("refuses %s as POST does", async (_name, query, status, code) => {
    expectRefused(await get({ query }), status, code);
  });

  it("refuses what is no request", async () => {
    const query = "{ __typename }";
    const persisted = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: "0".repeat(64) } });
    for (const parameters of [
      [],
      [["query", ""]],
      [["variables", "{}"]],
      [
        ["query", query],
        ["query", query],
      ],
      [
        ["query", query],
        ["variables", "{"],
      ],
      [
        ["query", query],
        ["variables", "[]"],
      ],
      [
        ["query", query],
        ["variables", '"x"'],
      ],
      [
        ["query", query],
        ["extensions", "nonsense"],
      ],
      [
        ["query", query],
        ["extensions", persisted],
      ],
      [["extensions", persisted]],
    ] as [string, string][][]) {
      expectRefused(await get(parameters), 400);
    }
  });

  it("refuses a mutation with 405, however it is called, and does not run it", async () => {
    const { query, hasRun } = tracer();
    for (const parameters of [
      { query, variables: "{}" },
      { query: `query A { __typename } ${query.replace("mutation", "mutation M")}`, operationName: "M" },
    ] as Record<string, string>[]) {
      const answer = await get(parameters);
      expectRefused(answer, 405);
      expect(answer.headers.allow).toBe("POST");
    }
    expect(await hasRun()).toBe(false);
  });

  const secret = "twa_0123456789ABCDEFGHIJKLMNOPQRSTUV4VjLRE";
  const verification = `verifyToken(input: { secret: "${secret}" }) { code }`;
  const verifications = [
    `{ ${verification} }`,
    `{ verifyTokens(inputs: [{ secret: "${secret}" }]) { code } }`,
    `{ __typename alias: ${verification} }`,
    `{ ... on Query { ... { ${verification} } } }`,
    `query { ...F } fragment F on Query { ...G } fragment G on Query { ${verification} }`,
    `{ ${verification.replace(") {", ") @skip(if: false) {")} }`,
    `query A { __typename } query B { ${verification} }`,
  ];
  it.each(verifications)("refuses a verification with 405: %s", async (query) => {
    const answer = await graphql(
      { path: `/graphql?query=${encodeURIComponent(query)}`, headers: [PREFLIGHT] },
      [bearer(service)],
    );
    expectRefused(answer, 405);
    expect(answer.headers.allow).toBe("POST");
    expect(answer.text).not.toContain(secret);
  });
});

describe("the media type of the answer", () => {
  const newer = "application/graphql-response+json";
  const older = "application/json";
  const cases: readonly [string | null, string][] = [
    [null, older],
    ["*/*", older],
    ["application/json", older],
    ["text/html", older],
    ["application/xml", older],
    [newer, newer],
    ["APPLICATION/GraphQL-Response+JSON", newer],
    [`${newer}; charset=utf-8`, newer],
    [`${newer}, application/json;q=0.9`, newer],
    [`application/json, ${newer}`, newer],
  ];
  const requests: Readonly<Record<string, RawRequest>> = {
    "200": { method: "POST", headers: [JSON_TYPE], body: '{"query":"{ __typename }"}' },
    "400 of a body": { method: "POST", headers: [JSON_TYPE], body: "{" },
    "400 of a document": { method: "POST", headers: [JSON_TYPE], body: '{"query":"{ nonsense }"}' },
    "401": { method: "POST", headers: [JSON_TYPE, ["api-token", "other"]], body: "{}" },
    "405": { method: "PUT" },
    "413": { method: "POST", headers: [JSON_TYPE], body: " ".repeat(MIB + 1) },
    "415": { method: "POST", headers: [["Content-Type", "text/plain"]], body: "{}" },
  };
  it.each(cases)("for Accept: %s is %s, whatever the answer", async (accept, type) => {
    for (const request of Object.values(requests)) {
      const headers: Headers = [
        ...(request.headers ?? []),
        ...(accept === null ? [] : [["Accept", accept] as const]),
      ];
      const answer = await graphql({ ...request, headers }, []);
      expect(answer.headers["content-type"]).toBe(`${type}; charset=utf-8`);
    }
  });
});

describe("elsewhere", () => {
  it.each([
    "/",
    "/nowhere",
    "/graphql/",
    "/graphqlx",
    "/GRAPHQL",
    "/graphql/x",
    "/v1/graphql",
    "/healthz/",
    "//graphql",
  ])("%s is 404, with the seeds' form of an error", async (path) => {
    for (const method of ["GET", "POST", "PUT", "DELETE"]) {
      const answer = await send(test.url, { method, path, headers: [bearer(test.adminSecret)] });
      expect([answer.status, answer.text]).toEqual([404, '{"error":"not found"}']);
      expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
    }
  });
});
