import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getNamedType } from "graphql";
import { hintOf } from "../../src/secrets/parse";
import { isLasting } from "../support/files";
import { type Bad, Baselines, type Leaf, leaves } from "../support/inputs";
import { TestApp } from "../support/kit";
import { basic, bearer, type RawAnswer, type RawRequest, send, sendBytes } from "../support/raw";

const folder = mkdtempSync(join(tmpdir(), "tokenward-planted-"));
let test: TestApp;
let baselines: Baselines;
/** A good token's secret, which is put where none belongs. */
let canary: string;
let failing: string | null = null;
beforeAll(async () => {
  test = await TestApp.start({
    folder,
    env: {
      RATE_LIMIT_PER_MINUTE: "0",
      ANONYMOUS_RATE_LIMIT_PER_MINUTE: "0",
      MAX_TOKENS_PER_ACCOUNT: "100000",
      MAX_TOKENS_PER_REPOSITORY: "100000",
      TRUST_PROXY: "1",
    },
    hooks: {
      beforeCommit: () => {
        if (failing === null) return;
        const error = new Error(`no commit: ${failing}`, { cause: new Error(`because of '${failing}'`) });
        failing = null;
        throw error;
      },
    },
  });
  baselines = await Baselines.prepare(test);
  canary = (await test.accountToken("somebody", { label: "canary" })).secret;
});
afterAll(async () => {
  await test.close();
  rmSync(folder, { recursive: true, force: true });
});

const filesHolding = (text: string): string[] =>
  readdirSync(folder)
    .filter(isLasting)
    .filter((name) => readFileSync(join(folder, name)).includes(text));

/** Nowhere but in what was sent. */
function expectNowhere(secret: string, ...answers: readonly string[]): void {
  for (const answer of answers) expect(answer).not.toContain(secret);
  expect(test.log.join("\n")).not.toContain(secret);
  expect(filesHolding(secret)).toEqual([]);
}

const json = ["Content-Type", "application/json"] as const;
const post = (body: object, headers: RawRequest["headers"] = []): Promise<RawAnswer> =>
  send(test.url, {
    method: "POST",
    path: "/graphql",
    headers: [bearer(test.adminSecret), json, ...headers],
    body: JSON.stringify(body),
  });
const shown = ({ text, headers }: RawAnswer): string => text + JSON.stringify(headers);

describe("a secret in an input", () => {
  const isText = ({ type }: Leaf): boolean => ["String", "ID"].includes(getNamedType(type).name);
  // Where a secret belongs: it must not come back from there either.
  const meant = [
    "Query.verifyToken(input.secret)",
    "Query.verifyTokens(inputs.0.secret)",
    "Mutation.reportLeakedToken(input.secret)",
  ];

  it.each(leaves.map((leaf) => [leaf.coordinate, leaf] as const))(
    "is found nowhere: %s",
    async (coordinate, leaf) => {
      const secret = meant.includes(coordinate) ? (await test.accountToken("somebody")).secret : canary;
      const forms = [
        `see ${secret}!`,
        `https://example.com/?token=${secret}`,
        `gh/inputs/${secret}`,
        `"${secret}\n`,
      ];
      const ways: Bad[] = [secret, ...(isText(leaf) ? forms : [])].flatMap((form) => [
        { value: form },
        { literal: JSON.stringify(form) },
      ]);
      ways.push(
        { value: [secret] },
        { value: { [secret]: secret } },
        { literal: secret },
        { literal: `{ ${secret}: 1 }` },
      );
      const answers: string[] = [];
      for (const bad of ways) {
        const { query, variables } = await baselines.operation(leaf.field, leaf, bad);
        const { text } = await test.admin.send(query, variables);
        answers.push(text);
        expect(text).not.toContain("INTERNAL_SERVER_ERROR");
      }
      expectNowhere(secret, ...answers);
    },
  );

  it("is refused where it would be kept, and said so", async () => {
    const kept = [
      ...[
        "createAccount(input.name)",
        "createAccountToken(input.label)",
        "createRepository(input.description)",
      ],
      ...[
        "createRepository(input.defaultBranch)",
        "createRepository(input.slug)",
        "reportBuild(input.branch)",
      ],
      ...[
        "revokeToken(input.reason)",
        "suspendAccount(input.reason)",
        "rotateToken(input.label)",
        "renameRepository(input.name)",
      ],
    ];
    for (const coordinate of kept) {
      const leaf = leaves.find((one) => one.coordinate === `Mutation.${coordinate}`)!;
      const value = coordinate.endsWith("slug)") ? `gh/inputs/${canary}` : canary;
      const { query, variables } = await baselines.operation(leaf.field, leaf, { value });
      const { errors } = await test.admin.send(query, variables);
      const field = String(leaf.path.at(-1));
      expect(errors.map(({ message, extensions }) => ({ message, extensions }))).toEqual([
        { message: `${field}: must not hold a token`, extensions: { code: "BAD_USER_INPUT", field } },
      ]);
    }
  });
});

describe("a secret for a name", () => {
  const documents: Readonly<Record<string, (s: string) => string>> = {
    "an alias": (s) => `{ ${s}: __typename }`,
    "an alias deep inside": (s) => `{ viewer { token { ${s}: label } } }`,
    "an operation": (s) => `query ${s} { __typename }`,
    "an operation that fails": (s) => `query ${s} { nope }`,
    "a variable": (s) => `query($${s}: Int) { viewer { repositories(first: $${s}) { totalCount } } }`,
    "a variable that is not used": (s) => `query($${s}: Int) { __typename }`,
    "a variable that is not declared": (s) => `{ viewer { repositories(first: $${s}) { totalCount } } }`,
    "a fragment": (s) => `{ ...${s} } fragment ${s} on Query { __typename }`,
    "a fragment that is missing": (s) => `{ ...${s} }`,
    "a field": (s) => `{ ${s} }`,
    "a field of an object": (s) => `{ viewer { ${s} } }`,
    "an argument": (s) => `{ viewer(${s}: 1) { token { id } } }`,
    "a type": (s) => `{ ... on ${s} { id } }`,
    "the type of a variable": (s) => `query($a: ${s}) { __typename }`,
    "a directive": (s) => `{ __typename @${s} }`,
    "an argument of a directive": (s) => `{ __typename @include(${s}: true) }`,
    "a part of a name": (s) => `{ _${s}_: __typename }`,
    "a comment": (s) => `{ __typename } # ${s}`,
    "a syntax error": (s) => `{ __typename ${s}`,
    "another syntax error": (s) => `"${s}`,
    "two fields that differ": (s) => `{ a: node(id: "${s}") { id } a: node(id: "${s}x") { id } }`,
    "a type that is defined": (s) => `type ${s} { a: Int }`,
  };
  it.each(Object.entries(documents))("is found nowhere: %s", async (_name, document) => {
    const answer = await post({ query: document(canary) });
    const anonymous = await test.client(null).send(document(canary));
    expectNowhere(canary, shown(answer), anonymous.text);
    expect(answer.text).not.toContain("INTERNAL_SERVER_ERROR");
  });

  it("is found nowhere in the rest of a request", async () => {
    const query = "query A { __typename } query B { __typename }";
    for (const body of [
      { query, operationName: canary },
      { query: "{ __typename }", variables: { [canary]: canary } },
      { query: "{ __typename }", extensions: { [canary]: canary } },
      { query: "{ __typename }", [canary]: canary },
      { query: canary },
      { query: { [canary]: canary } },
      [canary],
    ]) {
      const answer = await post(body);
      expectNowhere(canary, shown(answer));
    }
  });
});

describe("a secret in a header", () => {
  const document =
    'mutation { updateAccount(input: { login: "somebody", name: "NAME" }) { account { id } } }';
  let serial = 0;
  const headers: readonly string[] = [
    ...[
      "User-Agent",
      "Referer",
      "Cookie",
      "Origin",
      "X-Forwarded-For",
      "Forwarded",
      "X-Real-IP",
      "X-Forwarded-Host",
    ],
    ...[
      "X-Request-Id",
      "Request-Id",
      "Traceparent",
      "X-Unknown",
      "Accept",
      "Accept-Language",
      "If-None-Match",
      "Via",
    ],
    ...[
      "Idempotency-Key",
      "X-Apollo-Operation-Name",
      "Apollo-Require-Preflight",
      "Content-Language",
      "X-HTTP-Method-Override",
    ],
    ...["api_token", "project_token", "Proxy-Authorization", "From"],
  ];

  it.each(headers)("is found nowhere, also when the request is written down: %s", async (name) => {
    for (const value of [canary, `x ${canary}`, `${canary}, ${canary}`, `token="${canary}"`]) {
      const query = document.replace("NAME", `Name ${(serial += 1)}`);
      const answer = await post({ query }, [[name, value]]);
      expectNowhere(canary, shown(answer));
    }
  });

  it("leaves its hint in the user agent that is written down", async () => {
    await post({ query: document.replace("NAME", "agent") }, [["User-Agent", `curl/8 (${canary})`]]);
    const { auditEvents } = await test.admin.must<{ auditEvents: { nodes: { userAgent: string }[] } }>(
      "{ auditEvents(first: 1) { nodes { userAgent } } }",
    );
    expect(auditEvents.nodes).toEqual([{ userAgent: `curl/8 (${hintOf(canary)}[redacted])` }]);
  });

  it("is not left in part where the user agent is cut", async () => {
    for (const length of [1024 - 41, 1024 - 30, 1024 - 20, 1024 - 12, 1024 - 42, 1023]) {
      const agent = `${"a".repeat(length - 1)} ${canary} and more`;
      await post({ query: document.replace("NAME", `cut ${length}`) }, [["User-Agent", agent]]);
    }
    // More of it than its hint would shorten the guessing.
    expect(filesHolding(canary.slice(0, 12))).toEqual([]);
  });

  it("is found nowhere when the credential it is sent for is refused", async () => {
    const revoked = await test.accountToken("somebody");
    await revoked.client.must("mutation { revokeToken(input: {}) { revokedCount } }");
    for (const secret of [canary, revoked.secret]) {
      for (const credential of [
        [bearer(`${secret}x`)],
        [["Authorization", `Digest ${secret}`] as const],
        [["Authorization", `Basic ${Buffer.from(secret).toString("base64")}`] as const],
        [basic(secret, test.adminSecret)],
        [bearer(secret), bearer(test.adminSecret)],
        [bearer(revoked.secret)],
      ]) {
        const answer = await send(test.url, {
          method: "POST",
          path: "/graphql",
          headers: [json, ...credential],
          body: "{}",
        });
        expect([400, 401]).toContain(answer.status);
        expectNowhere(secret, shown(answer));
      }
    }
  });
});

describe("a secret in a URL", () => {
  it("is found nowhere", async () => {
    for (const path of [
      ...[
        `/${canary}`,
        `/graphql/${canary}`,
        `/graphql?${canary}`,
        `/graphql?query=${canary}`,
        `/graphql?token=${canary}`,
      ],
      ...[
        `/graphql?query={__typename}&operationName=${canary}`,
        `/graphql?query={__typename}&variables=${canary}`,
      ],
      ...[
        `/healthz?${canary}`,
        `/readyz/${canary}`,
        `/%ZZ${canary}`,
        `/${canary}%`,
        `/${canary}/../healthz`,
        `//${canary}@example.com/`,
      ],
      ...[
        `http://${canary}/graphql`,
        `/badge/gh/a/${canary}.svg`,
        `/badge/gh/a/b.svg?branch=${canary}`,
        `/metrics?${canary}`,
      ],
    ]) {
      for (const method of ["GET", "POST", "DELETE", "PROPFIND"]) {
        const headers = [["apollo-require-preflight", "1"]] as const;
        expectNowhere(canary, shown(await send(test.url, { method, path, headers })));
      }
    }
  });

  it("or in what is not HTTP is found nowhere", async () => {
    for (const bytes of [
      `${canary}\r\n\r\n`,
      `GET /${canary}\r\n\r\n`,
      `${canary} /graphql HTTP/1.1\r\nHost: x\r\n\r\n`,
      `GET /graphql HTTP/${canary}\r\nHost: x\r\n\r\n`,
      `GET /graphql HTTP/1.1\r\nHost: x\r\n${canary}\r\n\r\n`,
      `GET /graphql HTTP/1.1\r\nHost: ${canary}\r\nConnection: close\r\n\r\n`,
      `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: ${canary}\r\n\r\n`,
    ]) {
      expectNowhere(canary, await sendBytes(test.url, bytes));
    }
  });
});

describe("a secret in an error of our own", () => {
  it("is not answered, and is taken out of what is logged", async () => {
    failing = canary;
    const { status, errors, text } = await test.admin.send(
      'mutation { updateAccount(input: { login: "somebody", name: "fails" }) { account { id } } }',
    );
    const extensions = { code: "INTERNAL_SERVER_ERROR", requestId: expect.any(String) as string };
    expect([status, errors]).toEqual([
      200,
      [expect.objectContaining({ message: "internal error", extensions })],
    ]);
    const { requestId } = errors[0]!.extensions as unknown as { requestId: string };
    const [line] = test.log.filter((one) => one.includes(requestId) && one.includes("field failed"));
    expect(line).toContain(`no commit: ${hintOf(canary)}[redacted]`);
    expect(line).toContain(`because of '${hintOf(canary)}[redacted]'`);
    expectNowhere(canary, text);
  });
});

describe("a secret that was made", () => {
  it("is in the answer that made it, and nowhere else", async () => {
    const { organization, repository } = baselines;
    const answers = await Promise.all(
      [
        'createAccountToken(input: { label: "made" }) { secret }',
        `createRepositoryToken(input: { repository: "${repository}", scope: ADMIN, label: "made" }) { secret }`,
        `createRepositoryTokens(input: { organization: "${organization}", scope: ADMIN, label: "made" }) { tokens { secret } }`,
      ].map((field) => test.admin.send(`mutation { ${field} }`)),
    );
    const secrets = answers.flatMap(({ text }) => text.match(/tw[ar]_[0-9A-Za-z]{38}/g) ?? []);
    expect(secrets.length).toBeGreaterThan(2);
    const rotated = await test.client(secrets[0]!).send("mutation { rotateToken(input: {}) { secret } }");
    secrets.push(...(rotated.text.match(/tw[ar]_[0-9A-Za-z]{38}/g) ?? []));
    await test.app.services.recorder.flush();
    const everything = await test.admin.send(
      `{ auditEvents(first: 100) { nodes { reason userAgent ip } }
         organization(slug: "${organization}") { tokens(first: 100) { nodes { label hint } } } }`,
    );
    for (const secret of [...secrets, canary, test.adminSecret]) expectNowhere(secret, everything.text);
  });

  it("is in no file when the server has stopped", async () => {
    await test.app.close();
    for (const secret of [canary, test.adminSecret]) expect(filesHolding(secret)).toEqual([]);
    expect(filesHolding(canary.slice(0, 12))).toEqual([]);
    await test.open();
  });
});
