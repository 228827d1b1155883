import { type MadeToken, TestApp } from "../support/kit";
import { bearer, type RawAnswer, type RawRequest, send, sendBytes } from "../support/raw";

type Header = readonly [string, string];
const json: Header = ["Content-Type", "application/json"];
const preflighted: Header = ["Apollo-Require-Preflight", "1"];
const LISTED = "https://console.example";

let test: TestApp;
let listing: TestApp;
let open: TestApp;
beforeAll(async () => {
  test = await TestApp.start();
  listing = await TestApp.start({ env: { CORS_ORIGINS: `${LISTED},http://localhost:3000` } });
  open = await TestApp.start({ env: { CORS_ORIGINS: "*" } });
});
afterAll(() => Promise.all([test, listing, open].map((one) => one.close())));

const codeOf = ({ text }: RawAnswer): string | undefined =>
  (JSON.parse(text) as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code;

/** What must not change, whatever a foreign page sends. */
const state = async (): Promise<unknown> =>
  Promise.all(
    ["token", "account", "audit_event"].map((table) => test.rows(`SELECT * FROM ${table} ORDER BY id`)),
  );

const overGet = (query: string, headers: readonly Header[], more = ""): Promise<RawAnswer> =>
  send(test.url, { path: `/graphql?query=${encodeURIComponent(query)}${more}`, headers });

describe("GET /graphql", () => {
  const signedIn = (): Header[] => [bearer(test.adminSecret), preflighted];

  it("answers queries with the preflight header, and nothing without it", async () => {
    expect((await overGet("{ viewer { token { id } } }", signedIn())).status).toBe(200);
    for (const query of ["{ viewer { token { id } } }", "{ __typename }", "mutation { __typename }"]) {
      const refused = await overGet(query, [bearer(test.adminSecret)]);
      expect([refused.status, codeOf(refused)]).toEqual([400, "BAD_REQUEST"]);
    }
  });

  it.each([
    ["plainly", 'mutation { createAccountToken(input: { label: "x" }) { secret } }', ""],
    [
      "among others",
      "query A { __typename } mutation B { revokeToken(input: {}) { revokedCount } }",
      "&operationName=B",
    ],
    ["without a field of its own", "mutation { __typename }", ""],
    [
      "in fragments",
      "mutation { ...F } fragment F on Mutation { revokeToken(input: {}) { revokedCount } }",
      "",
    ],
  ])("never runs a mutation: %s", async (_name, query, more) => {
    const before = await state();
    const answer = await overGet(query, signedIn(), more);
    expect([answer.status, codeOf(answer), answer.headers.allow]).toEqual([405, "BAD_REQUEST", "POST"]);
    expect(await state()).toEqual(before);
  });

  it.each([
    ["plainly", '{ verifyToken(input: { secret: "x" }) { code } }', ""],
    ["in a list", '{ verifyTokens(inputs: [{ secret: "x" }]) { code } }', ""],
    ["by another name", '{ viewer: verifyToken(input: { secret: "x" }) { code } }', ""],
    [
      "in fragments",
      '{ ...F } fragment F on Query { ... { verifyToken(input: { secret: "x" }) { code } } }',
      "",
    ],
    ["skipped", '{ __typename verifyToken(input: { secret: "x" }) @skip(if: true) { code } }', ""],
    [
      "among others",
      'query A { __typename } query B { verifyToken(input: { secret: "x" }) { code } }',
      "&operationName=B",
    ],
  ])("never verifies a token: %s", async (_name, query, more) => {
    const answer = await overGet(query, signedIn(), more);
    expect([answer.status, codeOf(answer), answer.headers.allow]).toEqual([405, "BAD_REQUEST", "POST"]);
  });
});

describe("what a foreign page can send without asking first", () => {
  const mutation = '{"query":"mutation { createAccountToken(input: { label: \\"x\\" }) { secret } }"}';

  it.each([
    "text/plain",
    "text/plain; charset=utf-8",
    "text/plain; application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/graphql",
    "application/jsonp",
    "application/json, text/plain",
    "",
  ])("is refused on /graphql: a body of type '%s'", async (type) => {
    const before = await state();
    for (const body of [mutation, `query=${encodeURIComponent("mutation { __typename }")}`]) {
      const headers: Header[] = [bearer(test.adminSecret), preflighted];
      if (type !== "") headers.push(["Content-Type", type]);
      const answer = await send(test.url, { method: "POST", path: "/graphql", headers, body });
      expect([answer.status, codeOf(answer)]).toEqual([415, "BAD_REQUEST"]);
    }
    expect(await state()).toEqual(before);
  });

  it("is refused without a type, as navigator.sendBeacon sends bytes", async () => {
    const answer = await send(test.url, {
      method: "POST",
      path: "/graphql",
      headers: [bearer(test.adminSecret)],
      body: mutation,
    });
    expect(answer.status).toBe(415);
  });

  it("is refused as an upload (GraphQL multipart request)", async () => {
    const part = (name: string, value: string): string =>
      `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const answer = await send(test.url, {
      method: "POST",
      path: "/graphql",
      headers: [bearer(test.adminSecret), preflighted, ["Content-Type", "multipart/form-data; boundary=x"]],
      body: `${part("operations", mutation)}${part("map", "{}")}--x--\r\n`,
    });
    expect(answer.status).toBe(415);
  });

  it("is refused with the method in a header or the query", async () => {
    const before = await state();
    const answer = await send(test.url, {
      path: `/graphql?_method=POST&query=${encodeURIComponent("mutation { revokeToken(input: {}) { revokedCount } }")}`,
      headers: [bearer(test.adminSecret), preflighted, ["X-HTTP-Method-Override", "POST"]],
    });
    expect(answer.status).toBe(405);
    expect(await state()).toEqual(before);
  });
});

describe("a cookie", () => {
  let token: MadeToken;
  beforeAll(async () => (token = await test.accountToken("admin")));

  it("is never a credential, on any endpoint, whatever its name", async () => {
    const names = [
      "token",
      "authorization",
      "Authorization",
      "api-token",
      "xc-token",
      "xc-auth",
      "session",
      "jwt",
    ];
    const cookie: Header = ["Cookie", names.map((name) => `${name}=${token.secret}`).join("; ")];
    const bearing: Header = ["Cookie", `Authorization=Bearer ${token.secret}`];
    const form: Header = ["Content-Type", "application/x-www-form-urlencoded"];
    for (const sent of [cookie, bearing]) {
      const answers = [
        await send(test.url, {
          method: "POST",
          path: "/graphql",
          headers: [json, sent],
          body: '{"query":"{ viewer { token { id } } }"}',
        }),
        await overGet("{ viewer { token { id } } }", [preflighted, sent]),
        await send(test.url, { method: "POST", path: "/introspect", headers: [form, sent], body: "token=x" }),
        await send(test.url, { path: "/metrics", headers: [sent] }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
      for (const { headers } of answers) expect(headers["www-authenticate"]).toBe('Bearer realm="tokenward"');
    }
    await test.app.services.recorder.flush();
    const { node } = await test.admin.must<{ node: object }>(
      "query($id: ID!) { node(id: $id) { ... on Token { lastUsedAt } } }",
      { id: token.id },
    );
    expect(node).toEqual({ lastUsedAt: null });
  });

  it("is never set", async () => {
    const answers = [
      await send(test.url, { path: "/healthz" }),
      await overGet("{ viewer { token { id } } }", [preflighted, bearer(test.adminSecret)]),
      await send(test.url, { path: "/metrics" }),
    ];
    for (const { headers } of answers) expect(headers["set-cookie"]).toBeUndefined();
  });

  it("beside a good credential changes nothing, also when it holds another", async () => {
    const answer = await overGet("{ viewer { token { id } } }", [
      preflighted,
      bearer(test.adminSecret),
      ["Cookie", `token=${token.secret}; xc-token=${token.secret}`],
    ]);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain(token.id);
  });
});

describe("CORS", () => {
  const allowing = ({ headers }: RawAnswer): Record<string, string | undefined> =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("access-control-allow")));
  const preflight = (origin: string, method = "POST", path = "/graphql"): RawRequest => ({
    method: "OPTIONS",
    path,
    headers: [
      ["Origin", origin],
      ["Access-Control-Request-Method", method],
      ["Access-Control-Request-Headers", "authorization,content-type"],
    ],
  });
  const question = (origin: string): RawRequest => ({
    method: "POST",
    path: "/graphql",
    headers: [json, ["Origin", origin]],
    body: '{"query":"{ __typename }"}',
  });

  it("without CORS_ORIGINS lets no page read anything, nor ask", async () => {
    for (const origin of [LISTED, test.url, "null"]) {
      expect(allowing(await send(test.url, question(origin)))).toEqual({});
      const asked = await send(test.url, preflight(origin));
      expect([asked.status, allowing(asked)]).toEqual([405, {}]);
    }
  });

  it("lets the listed origins in, by name and never with the browser's credentials", async () => {
    for (const origin of [LISTED, "http://localhost:3000"]) {
      const answer = await send(listing.url, question(origin));
      expect([answer.status, allowing(answer)]).toEqual([200, { "access-control-allow-origin": origin }]);
      expect(answer.headers.vary).toContain("Origin");
      expect(answer.headers["access-control-expose-headers"]).toBe(
        "x-request-id, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset",
      );
      const asked = await send(listing.url, preflight(origin));
      expect(asked.status).toBe(204);
      expect(allowing(asked)).toEqual({
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": expect.stringContaining("authorization, content-type") as string,
      });
    }
  });

  it.each([
    "https://console.example.evil.example",
    "https://evilconsole.example",
    "https://console.example:8443",
    "http://console.example",
    "https://sub.console.example",
    "https://console.example/",
    "HTTPS://CONSOLE.EXAMPLE",
    "null",
    "",
    "*",
    `${LISTED}, https://evil.example`,
  ])("lets no other origin in: '%s'", async (origin) => {
    for (const request of [question(origin), preflight(origin)]) {
      const answer = await send(listing.url, request);
      expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
      expect(answer.headers.vary).toContain("Origin");
    }
  });

  it("with * lets every page in, and never with the browser's credentials", async () => {
    for (const request of [question("https://any.example"), preflight("https://any.example")]) {
      const answer = await send(open.url, request);
      expect(answer.headers["access-control-allow-origin"]).toBe("*");
      expect(answer.headers["access-control-allow-credentials"]).toBeUndefined();
    }
  });

  it("answers preflights with an id and without a body; what is no preflight has GraphQL's form", async () => {
    const asked = await send(listing.url, preflight(LISTED));
    expect([asked.text, asked.headers["x-request-id"]]).toEqual(["", expect.stringMatching(/^[\w-]{36}$/)]);
    const plain = await send(listing.url, { method: "OPTIONS", path: "/graphql" });
    expect([plain.status, codeOf(plain), plain.headers.allow]).toEqual([405, "BAD_REQUEST", "GET, POST"]);
  });

  it("lets pages read refusals too, so that they can tell why", async () => {
    const answer = await send(listing.url, {
      ...question(LISTED),
      body: '{"query":"{ viewer { token { id } } }"}',
    });
    expect([answer.status, answer.headers["access-control-allow-origin"]]).toEqual([401, LISTED]);
  });
});

describe("security headers", () => {
  const expected = {
    "content-security-policy": "default-src 'none';frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "cross-origin-opener-policy": "same-origin",
    "x-permitted-cross-domain-policies": "none",
    "x-dns-prefetch-control": "off",
  };
  const graphql = (headers: readonly Header[], body: string): RawRequest => ({
    method: "POST",
    path: "/graphql",
    headers: [json, ...headers],
    body,
  });
  const cases: readonly [string, number, () => RawRequest][] = [
    ["an answer", 200, () => graphql([bearer(test.adminSecret)], '{"query":"{ __typename }"}')],
    [
      "a field's refusal",
      200,
      () => graphql([bearer(test.adminSecret)], '{"query":"{ node(id: 1) { id } }"}'),
    ],
    ["no credential", 401, () => graphql([], '{"query":"{ viewer { token { id } } }"}')],
    ["a bad credential", 401, () => graphql([bearer("x")], '{"query":"{ __typename }"}')],
    ["two credentials", 400, () => graphql([bearer("x"), ["xc-token", "y"]], '{"query":"{ __typename }"}')],
    ["a body that is not JSON", 400, () => graphql([], "x")],
    ["a document that is none", 400, () => graphql([], '{"query":"{"}')],
    ["a body that is too large", 413, () => graphql([], " ".repeat(1024 * 1024 + 1))],
    [
      "a wrong content type",
      415,
      () => ({ method: "POST", path: "/graphql", headers: [["Content-Type", "a/b"]], body: "x" }),
    ],
    ["a wrong method", 405, () => ({ method: "PUT", path: "/graphql" })],
    [
      "a verification over GET",
      405,
      () => ({ path: "/graphql?query={verifyToken(input:{secret:1}){code}}", headers: [preflighted] }),
    ],
    ["health", 200, () => ({ path: "/healthz" })],
    ["metrics", 200, () => ({ path: "/metrics", headers: [bearer(test.adminSecret)] })],
    ["metrics for nobody", 401, () => ({ path: "/metrics" })],
    ["a badge", 200, () => ({ path: "/badge/gh/a/b.svg" })],
    ["a badge that is known", 304, () => ({ path: "/badge/gh/a/b.svg", headers: [["If-None-Match", "*"]] })],
    ["nothing there", 404, () => ({ path: "/nothing" })],
    [
      "an introspection",
      200,
      () => ({
        method: "POST",
        path: "/introspect",
        headers: [bearer(test.adminSecret), ["Content-Type", "application/x-www-form-urlencoded"]],
        body: "token=x",
      }),
    ],
    [
      "a revocation",
      200,
      () => ({
        method: "POST",
        path: "/revoke",
        headers: [["Content-Type", "application/x-www-form-urlencoded"]],
        body: "token=x",
      }),
    ],
  ];

  it.each(cases)("and an id are on %s (%i)", async (_name, status, request) => {
    const answer = await send(test.url, request());
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject(expected);
    expect(answer.headers["x-request-id"]).toMatch(/^[\w-]{36}$/);
    expect(answer.headers["x-powered-by"]).toBeUndefined();
    expect(answer.headers.server).toBeUndefined();
  });

  it("and an id are, the most needed ones, on what is not quite a request", async () => {
    for (const path of ["/%zz", `/badge/gh/${"a".repeat(1100)}/b.svg`]) {
      const answer = await send(test.url, { path });
      const { "content-security-policy": policy, "x-content-type-options": type } = expected;
      expect([answer.status, answer.text]).toEqual([400, '{"error":"bad request"}']);
      expect(answer.headers).toMatchObject({
        "content-security-policy": policy,
        "x-content-type-options": type,
      });
      expect(answer.headers["x-request-id"]).toMatch(/^[\w-]{36}$/);
    }
    const answer = (await sendBytes(test.url, "nonsense\r\n\r\n")).toLowerCase();
    expect(answer).toContain("x-content-type-options: nosniff\r\n");
    expect(answer).toMatch(/\r\nx-request-id: [\w-]{36}\r\n/);
  });

  it("and an id are on preflights, rate limits, and requests without a host", async () => {
    const limited = await TestApp.start({ env: { ANONYMOUS_RATE_LIMIT_PER_MINUTE: "1" } });
    try {
      await send(limited.url, { path: "/badge/gh/a/b.svg" });
      const refused = await send(limited.url, { path: "/badge/gh/a/b.svg" });
      expect([refused.status, refused.headers]).toEqual([429, expect.objectContaining(expected)]);
    } finally {
      await limited.close();
    }
    const asked = await send(listing.url, {
      method: "OPTIONS",
      path: "/graphql",
      headers: [
        ["Origin", LISTED],
        ["Access-Control-Request-Method", "POST"],
      ],
    });
    expect(asked.headers).toMatchObject(expected);
    const hostless = await sendBytes(test.url, "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n");
    expect(hostless.toLowerCase()).toContain("x-content-type-options: nosniff");
  });
});
