import { type Actor, type MadeToken, TestApp } from "../support/kit";
import { askAsOAuthClient } from "../support/oauth";
import { type Fields, type FormAnswer, postForm } from "../support/form";
import { basic, send } from "../support/raw";

const DAY = 86_400_000;
const inactive = '{"active":false}';
/** Well-formed, and nobody's. */
const unknown = "twr_000000000000000000000000000000001DiGCc";

let test: TestApp;
let service: Actor;
let repository: string;
let repositoryId: string;
let token: MadeToken;

beforeAll(async () => {
  test = await TestApp.start();
  service = await test.account({ login: "gateway", kind: "SERVICE" });
  repository = await test.repository("gh/acme/docs");
  const data = await test.admin.must<{ repository: { id: string } }>(
    '{ repository(slug: "gh/acme/docs") { id } }',
  );
  repositoryId = data.repository.id;
  token = await test.repositoryToken(repository, "READ_ONLY");
});
afterAll(() => test.close());

const introspect = (fields: Fields, secret: string | undefined = service.secret): Promise<FormAnswer> =>
  postForm(`${test.url}/introspect`, fields, { secret });

async function lastUsedAt(id: string): Promise<string | null> {
  await test.app.services.recorder.flush();
  const { node } = await test.admin.must<{ node: { lastUsedAt: string | null } }>(
    "query($id: ID!) { node(id: $id) { ... on Token { lastUsedAt } } }",
    { id },
  );
  return node.lastUsedAt;
}

describe("RFC 7662, 2: the endpoint", () => {
  it("MUST require authorization: refuses whoever does not sign in", async () => {
    const answer = await postForm(`${test.url}/introspect`, { token: token.secret });
    expect([answer.status, answer.text]).toEqual([401, '{"error":"authentication required"}']);
  });

  it("MUST require authorization: refuses people, members, and repository tokens of every scope", async () => {
    const person = await test.account();
    const owner = await test.member("gh/acme", "ADMIN");
    const own = await test.repositoryToken(repository, "ADMIN");
    for (const secret of [person.secret, owner.secret, own.secret, token.secret]) {
      const answer = await introspect({ token: secret }, secret);
      expect([answer.status, answer.text]).toEqual([403, '{"error":"insufficient_scope"}']);
    }
  });

  it("says nothing of a token before the caller is authorized, not even whether it is well-formed", async () => {
    const person = await test.account();
    const of = async (fields: Fields) => (await introspect(fields, person.secret)).text;
    const refusal = '{"error":"insufficient_scope"}';
    expect(await of({ token: token.secret })).toBe(refusal);
    expect(await of({ token: unknown })).toBe(refusal);
    expect(await of({})).toBe(refusal);
  });

  it("answers services and site administrators", async () => {
    for (const secret of [service.secret, test.adminSecret]) {
      expect((await introspect({ token: token.secret }, secret)).json).toMatchObject({ active: true });
    }
  });
});

describe("RFC 7662, 2.1: the request", () => {
  it("takes application/x-www-form-urlencoded, its charset named or not", async () => {
    for (const type of [
      "application/x-www-form-urlencoded",
      "application/x-www-form-urlencoded;charset=UTF-8",
    ]) {
      const answer = await postForm(
        `${test.url}/introspect`,
        { token: token.secret },
        { secret: service.secret, headers: { "content-type": type } },
      );
      expect(answer.json).toMatchObject({ active: true });
    }
  });

  it.each(["application/json", "text/plain", "multipart/form-data; boundary=x", "application/xml"])(
    "refuses %s",
    async (type) => {
      const answer = await postForm(
        `${test.url}/introspect`,
        { token: token.secret },
        { secret: service.secret, headers: { "content-type": type } },
      );
      expect([answer.status, Object.keys(answer.json ?? {})]).toEqual([415, ["error"]]);
    },
  );

  it.each([
    ["without a token", []],
    ["with an empty token", [["token", ""]]],
    [
      "with two tokens (RFC 6749, 3.2: MUST NOT)",
      [
        ["token", "a"],
        ["token", "b"],
      ],
    ],
    [
      "with an empty repository",
      [
        ["token", unknown],
        ["repository", ""],
      ],
    ],
    [
      "with two repositories",
      [
        ["token", unknown],
        ["repository", "gh/a/b"],
        ["repository", "gh/a/c"],
      ],
    ],
    [
      "with an empty scope",
      [
        ["token", unknown],
        ["repository", "gh/a/b"],
        ["scope", ""],
      ],
    ],
    [
      "with a scope that is none",
      [
        ["token", unknown],
        ["repository", "gh/a/b"],
        ["scope", "root"],
      ],
    ],
    [
      "with several scopes",
      [
        ["token", unknown],
        ["repository", "gh/a/b"],
        ["scope", "status admin"],
      ],
    ],
    [
      "with a scope above status and no repository",
      [
        ["token", unknown],
        ["scope", "read_only"],
      ],
    ],
  ] as [string, [string, string][]][])(
    "token is REQUIRED, once: %s it is 400 invalid_request",
    async (_name, fields) => {
      const answer = await introspect(fields);
      expect([answer.status, answer.text]).toEqual([400, '{"error":"invalid_request"}']);
    },
  );

  it("MAY ignore token_type_hint, and ignores whatever else it does not know", async () => {
    const extras: Fields[] = [
      { token_type_hint: "refresh_token" },
      { token_type_hint: "" },
      { client_id: "gateway", resource: "x" },
      [["__proto__", "x"]],
      [
        ["other", "1"],
        ["other", "2"],
      ],
    ];
    for (const extra of extras) {
      const pairs = Array.isArray(extra) ? (extra as [string, string][]) : Object.entries(extra);
      const answer = await introspect([["token", token.secret], ...pairs]);
      expect(answer.json).toMatchObject({ active: true, scope: "read_only" });
    }
  });

  it("takes no token from the query", async () => {
    const answer = await postForm(
      `${test.url}/introspect?token=${token.secret}&access_token=${service.secret}`,
      {},
      { secret: service.secret },
    );
    expect([answer.status, answer.text]).toEqual([400, '{"error":"invalid_request"}']);
  });

  it("4: MAY disallow GET, so that no token is written into a log, and does", async () => {
    const response = await fetch(`${test.url}/introspect?token=${token.secret}`, {
      headers: { authorization: `Bearer ${service.secret}` },
    });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });
});

describe("RFC 7662, 2.2: the response", () => {
  it("is a JSON object in application/json that holds active, a boolean (REQUIRED)", async () => {
    for (const secret of [token.secret, unknown]) {
      const answer = await introspect({ token: secret });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
      expect(typeof answer.json?.active).toBe("boolean");
    }
  });

  it("describes a repository token: its scope and repository, no user, and whole seconds", async () => {
    const expiresAt = test.in(DAY);
    const made = await test.repositoryToken(repository, "ADMIN", { expiresAt });
    const before = Math.floor(test.now() / 1000);
    const { json } = await introspect({ token: made.secret });
    expect(json).toEqual({
      active: true,
      scope: "admin",
      sub: repositoryId,
      iat: expect.any(Number) as number,
      exp: Math.floor(Date.parse(expiresAt) / 1000),
      token_type: "Bearer",
    });
    expect(Math.abs((json?.iat as number) - before)).toBeLessThan(30);
    expect([json?.iat, json?.exp].every(Number.isInteger)).toBe(true);
  });

  it("describes an account token: its login and id, no scope without a repository, no exp when it never expires", async () => {
    const person = await test.account({ login: "Ada" });
    const { json } = await introspect({ token: person.secret });
    expect(json).toEqual({
      active: true,
      sub: person.id,
      username: "Ada",
      iat: expect.any(Number) as number,
      token_type: "Bearer",
    });
  });

  it("tells the scope held on the repository that is asked for, which is more than was asked", async () => {
    const person = await test.collaborator(repository, "ADMIN");
    const { json } = await introspect({ token: person.secret, repository, scope: "read_only" });
    expect(json).toMatchObject({ active: true, scope: "admin", sub: person.id });
  });

  it("scope is one JSON string, as the request takes it", async () => {
    for (const scope of ["status", "read_only", "admin"]) {
      const made = await test.repositoryToken(repository, scope.toUpperCase() as "ADMIN");
      const { json } = await introspect({ token: made.secret, repository, scope });
      expect(json?.scope).toBe(scope);
    }
  });

  it("SHOULD NOT say more of an inactive token: unknown, ended, denied, suspended are the same bytes", async () => {
    const make = () => test.repositoryToken(repository, "STATUS");
    const [revoked, rotated] = await Promise.all([make(), make()]);
    await revoked.client.must("mutation { revokeToken(input: {}) { revokedCount } }");
    await rotated.client.must("mutation { rotateToken(input: {}) { secret } }");
    const suspended = await test.account();
    await test.admin.must(
      "mutation($login: String!) { suspendAccount(input: { login: $login }) { account { id } } }",
      { login: suspended.login },
    );
    const elsewhere = await test.repository();
    const questions: Fields[] = [
      { token: unknown },
      { token: "no token at all" },
      { token: "x".repeat(5000) },
      { token: token.secret.toLowerCase() },
      { token: ` ${token.secret}` },
      { token: revoked.secret },
      { token: rotated.secret },
      { token: suspended.secret },
      { token: token.secret, repository: elsewhere },
      { token: token.secret, repository: "gh/acme/missing" },
      { token: token.secret, repository: "no slug" },
      { token: token.secret, repository, scope: "admin" },
    ];
    for (const fields of questions) {
      const answer = await introspect(fields);
      expect([answer.status, answer.text, fields]).toEqual([200, inactive, fields]);
    }
  });

  it("is never stored by a cache, whatever it says", async () => {
    const person = await test.account();
    const answers = await Promise.all([
      introspect({ token: token.secret }),
      introspect({ token: unknown }),
      introspect({}),
      introspect({ token: unknown }, person.secret),
      introspect({ token: unknown }, unknown),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 400, 403, 401]);
    for (const { headers } of answers) expect(headers.get("cache-control")).toBe("no-store");
  });
});

describe("RFC 7662, 2.3: errors", () => {
  it("a query for a token that is not good is not an error", async () => {
    expect((await introspect({ token: unknown })).status).toBe(200);
  });

  it.each(["unknown", "revoked", "expired"])(
    "answers 401 to an %s credential, as RFC 6750, 3 says",
    async (kind) => {
      const made = await test.accountToken(service.login, { expiresAt: test.in(60_000) });
      if (kind === "revoked") await made.client.must("mutation { revokeToken(input: {}) { revokedCount } }");
      if (kind === "expired") test.pass(61_000);
      const answer = await introspect({ token: token.secret }, kind === "unknown" ? unknown : made.secret);
      expect(answer.status).toBe(401);
      expect(answer.text).toBe(`{"error":"${kind === "expired" ? "token expired" : "not found"}"}`);
      expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="tokenward", error="invalid_token"');
    },
  );
});

describe("RFC 7662, 4: checks before a token is called active", () => {
  it("MUST determine whether it has expired", async () => {
    const made = await test.repositoryToken(repository, "STATUS", { expiresAt: test.in(60_000) });
    expect((await introspect({ token: made.secret })).json).toMatchObject({ active: true });
    test.pass(60_000);
    expect((await introspect({ token: made.secret })).text).toBe(inactive);
  });

  it("MUST determine whether it was revoked", async () => {
    const made = await test.repositoryToken(repository, "STATUS");
    expect((await introspect({ token: made.secret })).json).toMatchObject({ active: true });
    await postForm(`${test.url}/revoke`, { token: made.secret });
    expect((await introspect({ token: made.secret })).text).toBe(inactive);
  });

  it("MUST determine whether it can be used where it is asked about", async () => {
    const elsewhere = await test.repository();
    expect((await introspect({ token: token.secret, repository: elsewhere })).text).toBe(inactive);
    expect((await introspect({ token: token.secret, repository })).json).toMatchObject({ active: true });
  });

  it("follows a right that was lost a moment ago", async () => {
    const person = await test.collaborator(repository, "ADMIN");
    const ask = () => introspect({ token: person.secret, repository, scope: "admin" });
    expect((await ask()).json).toMatchObject({ active: true, scope: "admin" });
    await test.collaborator(repository, "READ_ONLY", person);
    expect((await ask()).text).toBe(inactive);
  });
});

describe("introspection", () => {
  it("is a use of the caller's token and of a good token, and none of one that is refused", async () => {
    const asked = await test.repositoryToken(repository, "STATUS");
    const caller = await test.accountToken(service.login);
    await introspect({ token: asked.secret, repository, scope: "admin" }, caller.secret);
    expect(await lastUsedAt(asked.id)).toBeNull();
    expect(await lastUsedAt(caller.id)).not.toBeNull();
    await introspect({ token: asked.secret }, caller.secret);
    expect(await lastUsedAt(asked.id)).not.toBeNull();
  });

  it("is no use of the caller's token when the request was refused", async () => {
    const caller = await test.accountToken(service.login);
    await introspect({}, caller.secret);
    expect(await lastUsedAt(caller.id)).toBeNull();
  });

  it("takes the caller's token in the seeds' headers too", async () => {
    const body = new URLSearchParams({ token: token.secret }).toString();
    const type = ["Content-Type", "application/x-www-form-urlencoded"] as const;
    for (const header of [["xc-token", service.secret], basic("gateway", service.secret)] as const) {
      const answer = await send(test.url, {
        method: "POST",
        path: "/introspect",
        headers: [type, header],
        body,
      });
      expect(JSON.parse(answer.text)).toMatchObject({ active: true });
    }
  });
});

describe("an independent OAuth client", () => {
  it.each([
    ["as a bearer", false],
    ["as a client's password", true],
  ])("understands that a token is active, signed in %s", async (_name, asPassword) => {
    const answer = await askAsOAuthClient({
      url: test.url,
      action: "introspect",
      secret: service.secret,
      basic: asPassword,
      token: token.secret,
      parameters: { repository, scope: "read_only", token_type_hint: "access_token" },
    });
    expect(answer).toMatchObject({
      active: true,
      scope: "read_only",
      sub: repositoryId,
      token_type: "Bearer",
    });
  });

  it("understands that a token is not active", async () => {
    const { url } = test;
    const answer = await askAsOAuthClient({
      url,
      action: "introspect",
      secret: service.secret,
      token: unknown,
    });
    expect(answer).toEqual({ active: false });
  });

  it("understands why it is refused itself", async () => {
    const { url } = test;
    const person = await test.account();
    const ask = (secret?: string) =>
      askAsOAuthClient({ url, action: "introspect", secret, token: token.secret });
    const challenge = (parameters: object) => [
      { scheme: "bearer", parameters: { realm: "tokenward", ...parameters } },
    ];
    expect(await ask()).toMatchObject({ failed: { status: 401, cause: challenge({}) } });
    expect(await ask(unknown)).toMatchObject({
      failed: { status: 401, cause: challenge({ error: "invalid_token" }) },
    });
    expect(await ask(person.secret)).toMatchObject({
      failed: { status: 403, cause: challenge({ error: "insufficient_scope" }) },
    });
  });

  it("understands that its own request was wrong", async () => {
    const answer = await askAsOAuthClient({
      url: test.url,
      action: "introspect",
      secret: service.secret,
      token: token.secret,
      parameters: { scope: "admin" },
    });
    expect(answer).toMatchObject({ failed: { status: 400, error: "invalid_request" } });
  });
});
