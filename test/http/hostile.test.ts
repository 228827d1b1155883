import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Server } from "node:http";
import { connect, type Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { TestApp } from "../support/kit";
import { bearer, type RawAnswer, type RawRequest, send, sendBytes } from "../support/raw";

const MIB = 1024 * 1024;
const json = ["Content-Type", "application/json"] as const;
const form = ["Content-Type", "application/x-www-form-urlencoded"] as const;

let test: TestApp;
beforeAll(async () => (test = await TestApp.start()));
afterAll(() => test.close());

/** Whatever was sent before: the server serves on. */
afterEach(async () => {
  expect((await send(test.url, { path: "/readyz" })).status).toBe(200);
  expect(test.log.filter((line) => line.includes("request failed") || line.includes("field failed"))).toEqual(
    [],
  );
});

const graphql = (body: string | Buffer, headers: RawRequest["headers"] = []): Promise<RawAnswer> =>
  send(test.url, {
    method: "POST",
    path: "/graphql",
    headers: [json, bearer(test.adminSecret), ...headers],
    body,
  });

const outcome = ({ status, text }: RawAnswer): string => {
  const { errors } = JSON.parse(text) as { errors?: { extensions: { code: string } }[] };
  return `${status} ${errors?.[0]?.extensions.code ?? "OK"}`;
};

const ask = async (body: string | Buffer): Promise<string> => outcome(await graphql(body));

/** The status line of an answer to bytes that need not be HTTP. */
const statusOf = (answer: string): string => /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? answer;

const request = (lines: readonly string[], body = ""): string => `${lines.join("\r\n")}\r\n\r\n${body}`;
const host = (): string => `Host: ${new URL(test.url).host}`;

/** Opens a connection, sends, and says nothing more. */
function open(bytes: string): Promise<Socket> {
  const { hostname, port } = new URL(test.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(bytes);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}

describe("headers", () => {
  const answerTo = (lines: readonly string[]): Promise<string> =>
    sendBytes(test.url, request(["GET /healthz HTTP/1.1", host(), ...lines, "Connection: close"]));

  it("that are too large are 400, one or many", async () => {
    expect(statusOf(await answerTo([`X-Large: ${"a".repeat(20_000)}`]))).toBe("400");
    expect(statusOf(await answerTo(Array.from({ length: 20_000 }, (_, index) => `X-${index}: a`)))).toBe(
      "400",
    );
    expect(statusOf(await sendBytes(test.url, `GET /${"a".repeat(20_000)} HTTP/1.1\r\n`))).toBe("400");
  });

  it("that are many and small are taken", async () => {
    expect(statusOf(await answerTo(Array.from({ length: 1000 }, (_, index) => `X${index}: a`)))).toBe("200");
  });

  it.each([
    ["a NUL", "X: a\0b"],
    ["a bare carriage return", "X: a\rb"],
    ["a space before the colon", "X : a"],
    ["no colon", "nonsense"],
    ["no name", ": a"],
    ["a folded line", "X: a\r\n b"],
    ["two lengths that differ", "Content-Length: 1\r\nContent-Length: 2"],
    ["a length that is no number", "Content-Length: 1e1"],
    ["a negative length", "Content-Length: -1"],
    ["a length and chunks", "Content-Length: 1\r\nTransfer-Encoding: chunked"],
    ["a coding that is none", "Transfer-Encoding: xchunked"],
  ])("with %s are 400", async (_name, line) => {
    expect(statusOf(await answerTo([line]))).toBe("400");
  });

  it("of a content type with thousands of spaces are refused like any other that is none", async () => {
    const spaces = " ".repeat(15_000);
    for (const type of [`${spaces}x`, `${spaces};x`, `;${spaces}x`, `; charset=utf-8${spaces}x`]) {
      const headers = [["Content-Type", `application/json${type}`]] as const;
      const answer = await send(test.url, { method: "POST", path: "/graphql", headers, body: "{}" });
      expect(outcome(answer)).toBe("415 BAD_REQUEST");
    }
  });

  it("in other alphabets are no token, nor an error", async () => {
    for (const value of ["\xff\xfe", "Bearer \xe9", "Bearer \xc3\xa9", `Bearer ${"\xff".repeat(2000)}`]) {
      const bytes = Buffer.from(
        request(["GET /badge/gh/a/b.svg HTTP/1.1", host(), `Authorization: ${value}`, "Connection: close"]),
        "latin1",
      );
      expect(statusOf(await sendBytes(test.url, bytes))).toBe("401");
    }
  });
});

describe("bytes that are no HTTP", () => {
  it.each([
    ["another protocol", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["a version that is none", "GET / HTTP/9.9\r\n\r\n"],
    ["an old version", "GET /healthz\r\n\r\n"],
    ["a TLS handshake", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
    ["a method that is none", "HACK / HTTP/1.1\r\n\r\n"],
    ["nothing but lines", "\r\n\r\n\r\nnonsense\r\n\r\n"],
    ["zeros", "\0".repeat(1000)],
  ])("are answered with 400: %s", async (_name, bytes) => {
    expect(statusOf(await sendBytes(test.url, Buffer.from(bytes, "latin1")))).toBe("400");
  });

  it("behind a request are no part of it", async () => {
    const body = '{"query":"{ __typename }"}';
    const lines = [
      "POST /graphql HTTP/1.1",
      host(),
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
    ];
    const answers = await sendBytes(test.url, request(lines, `${body}GARBAGE`));
    expect(answers.match(/HTTP\/1\.1 \d{3}/g)?.at(-1)).toBe("HTTP/1.1 400");
  });

  it("that are many requests at once are answered one by one", async () => {
    const one = request(["GET /healthz HTTP/1.1", host()]);
    const last = request(["GET /healthz HTTP/1.1", host(), "Connection: close"]);
    const answers = await sendBytes(test.url, one.repeat(200) + last);
    expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(201);
  });
});

describe("bodies", () => {
  const lines = (path: string, ...more: readonly string[]): string[] => [
    `POST ${path} HTTP/1.1`,
    host(),
    `Content-Type: ${path === "/graphql" ? "application/json" : "application/x-www-form-urlencoded"}`,
    ...more,
  ];

  it.each([
    ["/graphql", MIB],
    ["/introspect", 64 * 1024],
    ["/revoke", 64 * 1024],
  ])("of %s are at most %i bytes, whether their length is told or not", async (path, most) => {
    const pad = (size: number): string => (path === "/graphql" ? " " : "a").repeat(size);
    const told = (size: number) =>
      send(test.url, { method: "POST", path, headers: [path === "/graphql" ? json : form], body: pad(size) });
    expect((await told(most)).status).toBe(path === "/introspect" ? 401 : 400);
    expect((await told(most + 1)).status).toBe(413);
    const huge = request(lines(path, "Content-Length: 999999999999"));
    expect(statusOf(await sendBytes(test.url, huge))).toBe("413");
    const chunk = `${(64 * 1024).toString(16)}\r\n${pad(64 * 1024)}\r\n`;
    const chunked = request(lines(path, "Transfer-Encoding: chunked"), chunk.repeat(17));
    expect(statusOf(await sendBytes(test.url, chunked))).toBe("413");
  });

  it("that end too early change nothing, and are 400 or nothing", async () => {
    const before = await test.rows("SELECT id FROM token");
    const body = JSON.stringify({
      query: 'mutation { createAccountToken(input: { label: "x" }) { secret } }',
    });
    for (const path of ["/graphql", "/revoke"]) {
      const socket = await open(
        request(
          lines(path, `Authorization: Bearer ${test.adminSecret}`, `Content-Length: ${body.length + 1}`),
          body,
        ),
      );
      const answer = new Promise<string>((resolve) => {
        let text = "";
        socket.setEncoding("utf8").on("data", (more: string) => (text += more));
        socket.once("close", () => {
          resolve(text);
        });
      });
      socket.end();
      expect(["", "400"]).toContain(statusOf(await answer));
    }
    expect(await test.rows("SELECT id FROM token")).toEqual(before);
  });

  it("in broken chunks are 400", async () => {
    for (const chunks of [
      "zz\r\n{}\r\n0\r\n\r\n",
      "-1\r\n\r\n",
      "5\r\n{}\r\n0\r\n\r\n",
      "fffffffffffffffff\r\n{}",
    ]) {
      const answer = await sendBytes(
        test.url,
        request(lines("/graphql", "Transfer-Encoding: chunked"), chunks),
      );
      expect(statusOf(answer)).toBe("400");
    }
  });

  it("that are compressed are refused, and not unpacked: 415", async () => {
    const packed = gzipSync(Buffer.alloc(20 * MIB, " "));
    const valid = gzipSync('{"query":"{ __typename }"}');
    for (const encoding of ["gzip", "GZIP", "deflate", "br", "gzip, gzip", "x"]) {
      for (const body of [packed, valid, '{"query":"{ __typename }"}']) {
        const answer = await graphql(body, [["Content-Encoding", encoding]]);
        expect(outcome(answer)).toBe("415 BAD_REQUEST");
      }
    }
    for (const path of ["/introspect", "/revoke"]) {
      const headers = [form, ["Content-Encoding", "gzip"]] as const;
      const answer = await send(test.url, { method: "POST", path, headers, body: gzipSync("token=x") });
      expect(answer.status).toBe(415);
    }
    const plain = await graphql('{"query":"{ __typename }"}', [["Content-Encoding", "identity"]]);
    expect(outcome(plain)).toBe("200 OK");
  });
});

describe("JSON", () => {
  it.each([
    ["an invalid byte", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ["a cut character", Buffer.concat([Buffer.from('{"query":"'), Buffer.from([0xe2, 0x82])])],
    [
      "an overlong encoding",
      Buffer.concat([Buffer.from('{"query":"{ a'), Buffer.from([0xc0, 0xaf]), Buffer.from(' }"}')]),
    ],
    [
      "half of a surrogate pair",
      Buffer.concat([Buffer.from('{"query":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    ],
    ["UTF-16", Buffer.from('{"query":"{ __typename }"}', "utf16le")],
    ["nothing", ""],
    ["a comment", '{"query":"{ __typename }"} // x'],
    ["two values", '{"query":"{ __typename }"}{}'],
    ["NaN", '{"query":NaN}'],
    ["single quotes", "{'query':'{ __typename }'}"],
    ["a string", '"{ __typename }"'],
    ["null", "null"],
    ["a deep array", "[".repeat(500_000)],
    ["a deep array that is closed", "[".repeat(250_000) + "]".repeat(250_000)],
    ["a batch", '[{"query":"{ __typename }"}]'],
  ] as [string, string | Buffer][])("that is %s is 400", async (_name, body) => {
    expect(await ask(body)).toBe("400 BAD_REQUEST");
  });

  it("with a key twice means the last", async () => {
    expect(await ask('{"query":"{ nothing }","query":"{ __typename }"}')).toBe("200 OK");
    expect(await ask('{"query":"{ __typename }","query":"{ nothing }"}')).toBe(
      "400 GRAPHQL_VALIDATION_FAILED",
    );
    const twice = `{"query":"query($s: String!) { repository(slug: $s) { id } }","variables":{"s":1,"s":"gh/a/b"}}`;
    expect(await ask(twice)).toBe("200 OK");
  });

  it("with __proto__, constructor or prototype reaches no object of ours", async () => {
    const document =
      '"query":"query($i: CreateAccountTokenInput!) { __typename ...F @include(if: false) } fragment F on Query { __typename }"';
    for (const key of ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"]) {
      const evil = `{"polluted":true,"query":"{ __typename }","label":"x"}`;
      expect(await ask(`{"${key}":${evil}}`)).toBe("400 BAD_REQUEST");
      expect(await ask(`{"query":"{ __typename }","${key}":${evil}}`)).toBe("200 OK");
      expect(await ask(`{"query":"{ __typename }","variables":{"${key}":${evil}}}`)).toBe("200 OK");
      expect(await ask(`{"query":"{ __typename }","extensions":{"${key}":${evil}}}`)).toBe("200 OK");
      const inside = `{${document},"variables":{"i":{"${key}":${evil},"label":"x"}}}`;
      expect(await ask(inside)).toBe("400 GRAPHQL_VALIDATION_FAILED");
      const make = `{"query":"mutation($i: CreateAccountTokenInput!) { createAccountToken(input: $i) { token { label } } }"`;
      expect(await ask(`${make},"variables":{"i":{"${key}":${evil},"label":"x"}}}`)).toBe(
        "400 BAD_USER_INPUT",
      );
      expect(await ask(`${make},"variables":{"i":{"${key}":${evil}}}}`)).toBe("400 BAD_USER_INPUT");
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it("with aliases named as what every object has answers them as they are", async () => {
    const answer = await graphql(
      '{"query":"{ __proto__: __typename constructor: __typename toString: __typename }"}',
    );
    expect(answer.text.trim()).toBe(
      '{"data":{"__proto__":"Query","constructor":"Query","toString":"Query"}}',
    );
  });

  it("with numbers, texts and depths beyond all bounds is refused where it stands", async () => {
    const page = (first: string): string =>
      `{"query":"query($n: Int) { viewer { repositories(first: $n) { totalCount } } }","variables":{"n":${first}}}`;
    for (const number of ["1e999", "-1e999", "2147483648", "1.5", '"1"', "true", "[[1]]", "{}"]) {
      expect(await ask(page(number))).toMatch(/^400 BAD_USER_INPUT|^200 BAD_USER_INPUT/);
    }
    const deep = `${"[".repeat(200_000)}1${"]".repeat(200_000)}`;
    expect(await ask(page(deep))).toBe("400 BAD_USER_INPUT");
    const named = (label: string): string =>
      `{"query":"mutation($l: String!) { createAccountToken(input: { label: $l }) { secret } }","variables":{"l":"${label}"}}`;
    for (const label of ["\\ud800", "\\udfff\\ud800", "\\u0000", "a\\u2028b", "x".repeat(900_000), ""]) {
      expect(await ask(named(label))).toBe("200 BAD_USER_INPUT");
    }
  });
});

describe("slow clients", () => {
  /** The server itself, as Node tells of it. */
  async function serverOf(url: string): Promise<Server> {
    let found: Server | undefined;
    const look = (message: unknown): void => {
      found = (message as { server: Server }).server;
    };
    subscribe("http.server.request.start", look);
    await send(url, { path: "/healthz" });
    unsubscribe("http.server.request.start", look);
    return found!;
  }

  it("are cut off: 10 seconds for the headers, 30 for the whole of a request", async () => {
    const server = await serverOf(test.url);
    expect([server.headersTimeout, server.requestTimeout]).toEqual([10_000, 30_000]);
    server.headersTimeout = 500;
    server.requestTimeout = 1_000;
    try {
      const slow = [
        "",
        "GET /healthz HT",
        `GET /healthz HTTP/1.1\r\n${host()}\r\nX-Slow: `,
        request([
          "POST /graphql HTTP/1.1",
          host(),
          `Authorization: Bearer ${test.adminSecret}`,
          "Content-Type: application/json",
          "Content-Length: 1000",
        ]),
        request(
          [
            "POST /revoke HTTP/1.1",
            host(),
            "Content-Type: application/x-www-form-urlencoded",
            "Transfer-Encoding: chunked",
          ],
          "1\r\nt",
        ),
      ];
      const answers = await Promise.all(slow.map((bytes) => sendBytes(test.url, bytes)));
      expect(answers.map(statusOf)).toEqual(["400", "400", "400", "400", "400"]);
    } finally {
      server.headersTimeout = 10_000;
      server.requestTimeout = 30_000;
    }
  });

  it("in hundreds keep nobody else from being served", async () => {
    const slow = await Promise.all(
      Array.from({ length: 300 }, () => open(`POST /graphql HTTP/1.1\r\n${host()}\r\nContent-Length: 9`)),
    );
    try {
      expect(await ask('{"query":"{ viewer { token { id } } }"}')).toBe("200 OK");
    } finally {
      for (const socket of slow) socket.destroy();
    }
  });
});

describe("memory", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;

  /** Bytes that are held after garbage was collected. */
  function held(): number {
    collect();
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  }

  it("stays flat under 40 rounds of all of these", async () => {
    const large = " ".repeat(MIB);
    const packed = gzipSync(Buffer.alloc(10 * MIB));
    const round = async (index: number): Promise<void> => {
      await Promise.all([
        graphql(large),
        graphql(`
          ${large}
        `),
        graphql(packed, [["Content-Encoding", "gzip"]]),
        graphql(`{"query":"{ a${index}: nothing } # ${"x".repeat(MIB / 2)}"}`),
        graphql(
          `{"query":"query($i: [VerifyTokenInput!]!) { verifyTokens(inputs: $i) { code } }","variables":{"i":[${"1,".repeat(100_000)}1]}}`,
        ),
        graphql(`{"query":"{ __typename }","variables":{"x":"${"y".repeat(MIB / 2)}"}}`),
        sendBytes(test.url, `GET / HTTP/1.1\r\nX: ${"a".repeat(20_000)}\r\n\r\n`),
        send(test.url, { path: `/badge/gh/${"a".repeat(500)}/b${index}.svg?branch=${"c".repeat(5000)}` }),
        send(test.url, { path: "/metrics", headers: [bearer(`${index}${"x".repeat(8000)}`)] }),
      ]);
      test.log.length = 0;
    };
    // Caches fill, code is compiled.
    for (let index = 0; index < 20; index += 1) await round(index);
    const before = held();
    for (let index = 20; index < 60; index += 1) await round(index);
    expect((held() - before) / MIB).toBeLessThan(8);
  }, 120_000);
});
