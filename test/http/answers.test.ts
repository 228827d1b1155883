import { mintSecret } from "../../src/secrets/mint";
import { TestApp } from "../support/kit";
import { bearer, type RawRequest, send, sendBytes } from "../support/raw";

let test: TestApp;
beforeAll(async () => {
  test = await TestApp.start({ env: { RATE_LIMIT_PER_MINUTE: "0", ANONYMOUS_RATE_LIMIT_PER_MINUTE: "0" } });
});
afterAll(() => test.close());

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const json = ["Content-Type", "application/json"] as const;
const document = (query: string): RawRequest => ({
  method: "POST",
  path: "/graphql",
  headers: [json],
  body: JSON.stringify({ query }),
});

const onGraphQL: Readonly<Record<string, RawRequest>> = {
  "an answer": document("{ __typename }"),
  "a field that is refused": document(
    'mutation { reportLeakedToken(input: { secret: "x", url: "x" }) { accepted } }',
  ),
  "a document that is refused": document("{ nonsense }"),
  "a document that is none": document("{"),
  "a body that is none": { ...document(""), body: "{" },
  "an anonymous caller": document("{ viewer { account { id } } }"),
  "a bad credential": { ...document("{ __typename }"), headers: [json, bearer("nonsense")] },
  "two credentials": { ...document("{ __typename }"), headers: [bearer("one"), bearer("two"), json] },
  "a method": { method: "DELETE", path: "/graphql" },
  "a method of WebDAV": { method: "PROPFIND", path: "/graphql" },
  "a content type": { ...document(""), headers: [["Content-Type", "text/plain"]] },
  "a body too large": { ...document(""), body: Buffer.alloc(1024 * 1024 + 1, " ") },
  GET: { path: "/graphql?query={__typename}", headers: [["apollo-require-preflight", "1"]] },
  "GET without the preflight header": { path: "/graphql?query={__typename}" },
  "GET of a mutation": {
    path: "/graphql?query=mutation{__typename}",
    headers: [["apollo-require-preflight", "1"]],
  },
  "the path written otherwise": { ...document("{ __typename }"), path: "/%67raphql" },
  "a refusal on the path written otherwise": { method: "POST", path: "/%67raphql" },
  "a whole URL for a path": {
    ...document("{ viewer { account { id } } }"),
    path: "http://example.com/graphql",
  },
  "a bad credential and a whole URL": {
    ...document("{ __typename }"),
    path: "http://example.com/graphql",
    headers: [json, bearer("nonsense")],
  },
};

const elsewhere: Readonly<Record<string, RawRequest>> = {
  health: { path: "/healthz" },
  readiness: { path: "/readyz" },
  "nothing there": { path: "/nowhere" },
  "nothing there, with a body": { ...document("{ __typename }"), path: "/nowhere" },
  "a method that is not taken": { method: "DELETE", path: "/healthz" },
  "a path that does not decode": { path: "/%ZZ" },
  "a path that does not decode, below /graphql": { path: "/graphql/%E0%A4%A" },
  "an expectation": { path: "/healthz", headers: [["Expect", "wonders"]] },
  "a long path": { path: `/${"a".repeat(8000)}` },
  "a long part of a path": { path: `/badge/gh/${"a".repeat(2000)}/x.svg` },
};

describe("every answer", () => {
  it.each(Object.entries({ ...onGraphQL, ...elsewhere }))(
    "carries an id of its own: %s",
    async (_name, request) => {
      const answers = [await send(test.url, request), await send(test.url, request)];
      const ids = answers.map(({ headers }) => headers["x-request-id"]);
      for (const id of ids) expect(id).toMatch(UUID);
      expect(ids[0]).not.toBe(ids[1]);
    },
  );

  const raw: Readonly<Record<string, string>> = {
    "no HTTP": "nonsense\r\n\r\n",
    "another protocol": "SSH-2.0-OpenSSH_9.9\r\n",
    "a header with a control character": "GET /healthz HTTP/1.1\r\nHost: x\r\nX: \x01\r\n\r\n",
    "headers too long": `GET /healthz HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(20_000)}\r\n\r\n`,
    "two lengths": "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "a length and chunks":
      "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk that is none":
      "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  };
  it.each(Object.entries(raw))(
    "to what is not HTTP is 400 and carries an id too: %s",
    async (_name, bytes) => {
      const answer = await sendBytes(test.url, bytes);
      expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
      expect(/^x-request-id: (.*)\r$/im.exec(answer)?.[1]).toMatch(UUID);
      expect(answer).toMatch(/^cache-control: no-store\r$/im);
      expect(answer).toMatch(/\r\n\r\n\{"error":"bad request"\}$/);
    },
  );

  it("to a request that names no host is 400, but to one of HTTP 1.0, which need not", async () => {
    const refused = await sendBytes(test.url, "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n");
    expect(refused).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(/^x-request-id: (.*)\r$/im.exec(refused)?.[1]).toMatch(UUID);
    expect(refused).toMatch(/\r\n\r\n\{"error":"bad request"\}$/);
    expect(await sendBytes(test.url, "GET /healthz HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it("keeps its id for itself: one that is sent is not taken", async () => {
    const headers = [
      ["X-Request-Id", "mine"],
      ["Request-Id", "mine"],
    ] as const;
    expect((await send(test.url, { path: "/healthz", headers })).headers["x-request-id"]).toMatch(UUID);
  });

  it("is written into the log under its id, with the route and not the path", async () => {
    for (const [path, route] of [
      ["/healthz?a=marker", "/healthz"],
      ["/graphql?query=marker", "/graphql"],
      ["/marker", "none"],
    ] as const) {
      const { headers, status } = await send(test.url, { path });
      const lines = test.log
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .filter((line) => line.requestId === headers["x-request-id"]);
      expect(lines).toEqual([expect.objectContaining({ message: "request", method: "GET", route, status })]);
    }
    expect(test.log.join("\n")).not.toContain("marker");
  });
});

describe("every answer of /graphql", () => {
  it.each(Object.entries(onGraphQL))("is kept by nobody: %s", async (_name, request) => {
    expect((await send(test.url, request)).headers["cache-control"]).toBe("no-store");
  });

  it.each(Object.entries(onGraphQL))("has GraphQL's form: %s", async (_name, request) => {
    const answer = await send(test.url, request);
    const body = JSON.parse(answer.text) as {
      data?: unknown;
      errors?: { message: string; extensions: object }[];
    };
    expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect("data" in body || body.errors !== undefined).toBe(true);
    for (const { message, extensions } of body.errors ?? []) {
      expect(typeof message).toBe("string");
      expect(extensions).toHaveProperty("code");
    }
  });
});

describe("every other answer", () => {
  it.each(Object.entries(elsewhere))("is JSON, an error under its name: %s", async (_name, request) => {
    const answer = await send(test.url, request);
    const body = JSON.parse(answer.text) as Record<string, unknown>;
    expect(answer.headers["content-type"]).toMatch(/^application\/json/);
    if (answer.status >= 400) expect(Object.keys(body)).toEqual(["error"]);
  });

  it("never repeats the path or the query", async () => {
    const secret = mintSecret("ACCOUNT");
    for (const path of [
      `/%ZZ${secret}`,
      `/${secret}`,
      `/${secret}/%`,
      `/healthz?${secret}`,
      `/graphql?query=${secret}`,
    ]) {
      const { text, headers } = await send(test.url, { path });
      expect(text + JSON.stringify(headers)).not.toContain(secret);
    }
    expect(test.log.join("\n")).not.toContain(secret);
  });
});
