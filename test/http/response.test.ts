import { type MadeToken, TestApp } from "../support/kit";
import { bearer, send, sendBytes } from "../support/raw";
import { protection } from "../../src/http/browsers";

let test: TestApp;
let status: MadeToken;
let slug: string;
beforeAll(async () => {
  test = await TestApp.start();
  slug = await test.repository("gh/acme/docs");
  status = await test.repositoryToken(slug, "STATUS");
});
afterAll(() => test.close());

const host = (): string => new URL(test.url).host;
/** A request as it is sent, and the last one of its connection. */
const raw = (line: string, headers: readonly string[] = [], body = ""): string =>
  [`${line} HTTP/1.1`, `Host: ${host()}`, ...headers, "", body].join("\r\n");
const last = (line: string, headers: readonly string[] = []): string =>
  raw(line, [...headers, "Connection: close"]);
const json = (document: string): string => {
  const body = JSON.stringify({ query: document });
  const headers = [
    `Authorization: Bearer ${test.adminSecret}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return raw("POST /graphql", headers, body);
};

interface Parsed {
  readonly status: number;
  readonly head: readonly string[];
  readonly body: string;
}

/** All answers of a connection, by the lengths that they say (in bytes). */
function answersIn(text: string): Parsed[] {
  let rest = Buffer.from(text, "utf8");
  const found: Parsed[] = [];
  while (rest.length > 0) {
    const end = rest.indexOf("\r\n\r\n");
    const [first = "", ...head] = rest.subarray(0, end).toString("utf8").split("\r\n");
    const length = Number(/^content-length: (\d+)$/im.exec(head.join("\n"))?.[1] ?? 0);
    const bodyAt = end + 4;
    found.push({
      status: Number(first.split(" ")[1]),
      head,
      body: rest.subarray(bodyAt, bodyAt + length).toString("utf8"),
    });
    rest = rest.subarray(bodyAt + length);
  }
  return found;
}
const valuesOf = ({ head }: Parsed, name: string): string[] =>
  head.flatMap((field) =>
    field.toLowerCase().startsWith(`${name}: `) ? [field.slice(name.length + 2)] : [],
  );

describe("answers on one connection", () => {
  it("come whole and in order, with bodies of every kind of character, long ones, and none", async () => {
    const words = "é – 漢字 – 😀";
    await test.admin.must(
      "mutation($input: CreateAccountTokenInput!) { createAccountToken(input: $input) { token { id } } }",
      { input: { label: words } },
    );
    const badge = (etag = '""'): string =>
      raw(`GET /badge/${slug}.svg`, [`Authorization: Bearer ${status.secret}`, `If-None-Match: ${etag}`]);
    const [first] = answersIn(await sendBytes(test.url, badge() + last("GET /healthz")));
    const text = await sendBytes(
      test.url,
      json("{ viewer { account { tokens(first: 5) { nodes { label } } } } }") +
        badge(valuesOf(first!, "etag")[0]) +
        json("{ __schema { types { name fields { name description } } } }") +
        raw("GET /healthz") +
        last("GET /nowhere"),
    );
    const answers = answersIn(text);
    expect(answers.map((answer) => answer.status)).toEqual([200, 304, 200, 200, 404]);
    expect(JSON.parse(answers[0]!.body)).toMatchObject({
      data: {
        viewer: { account: { tokens: { nodes: expect.arrayContaining([{ label: words }]) as unknown } } },
      },
    });
    expect(answers[1]!.body).toBe("");
    expect(Buffer.byteLength(JSON.stringify(JSON.parse(answers[2]!.body)))).toBeGreaterThan(16_384);
    expect(answers.slice(0, -1).map((answer) => valuesOf(answer, "connection"))).toEqual(
      answers.slice(1).map(() => ["keep-alive"]),
    );
    expect(valuesOf(answers.at(-1)!, "connection")).toEqual(["close"]);
    expect(new Set(answers.flatMap((answer) => valuesOf(answer, "x-request-id"))).size).toBe(5);
  });

  it("say when they were made, to the second", async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    const [answer] = answersIn(await sendBytes(test.url, raw("GET /healthz") + last("GET /healthz")));
    const [date = ""] = valuesOf(answer!, "date");
    expect(new Date(date).toUTCString()).toBe(date);
    expect(Date.parse(date)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(date)).toBeLessThanOrEqual(Date.now());
  });

  it("are the last one where the client is of HTTP/1.0 or says so", async () => {
    for (const request of [last("GET /healthz"), "GET /healthz HTTP/1.0\r\n\r\n"]) {
      const [answer, ...more] = answersIn(await sendBytes(test.url, request));
      expect([answer!.status, answer!.body, more]).toEqual([200, '{"status":"ok"}', []]);
      expect(valuesOf(answer!, "connection")).toEqual(["close"]);
    }
  });

  it("have no body for HEAD, and else all that GET has", async () => {
    const [head, get] = answersIn(
      (await sendBytes(test.url, raw("HEAD /healthz") + last("GET /healthz"))).replace(
        "content-length: 15\r\n",
        "x-length: 15\r\n",
      ),
    );
    expect([head!.status, head!.body, valuesOf(head!, "x-length")]).toEqual([200, "", ["15"]]);
    expect(get!.body).toHaveLength(15);
    expect(valuesOf(head!, "content-type")).toEqual(valuesOf(get!, "content-type"));
  });
});

it("what protects browsers is said once in every answer, of every status and on every kind of connection", async () => {
  const texts = await Promise.all([
    sendBytes(test.url, raw("GET /healthz") + raw("GET /nowhere") + last("HEAD /healthz")),
    sendBytes(test.url, last("GET /%ZZ")),
    sendBytes(test.url, "GET /healthz HTTP/1.0\r\n\r\n"),
    sendBytes(test.url, json("{ nonsense }") + last("DELETE /graphql")),
    sendBytes(test.url, last(`GET /badge/${slug}.svg`)),
  ]);
  const answers = texts.flatMap((text) => answersIn(text.replace(/content-length: 15\r\n(?!.*\{)/is, "")));
  expect(answers.length).toBeGreaterThanOrEqual(8);
  for (const answer of answers)
    for (const [name, value] of Object.entries(protection)) expect(valuesOf(answer, name)).toEqual([value]);
});

it("a client that leaves before its answer harms nobody", async () => {
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      const controller = new AbortController();
      const asked = fetch(`${test.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${test.adminSecret}` },
        body: JSON.stringify({ query: "{ viewer { account { tokens(first: 100) { nodes { id } } } } }" }),
        signal: controller.signal,
      }).catch(() => null);
      await new Promise(setImmediate);
      controller.abort();
      await asked;
    }),
  );
  expect((await send(test.url, { path: "/healthz", headers: [bearer(test.adminSecret)] })).status).toBe(200);
});
