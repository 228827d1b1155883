import { postForm } from "../support/form";
import { type MadeToken, TestApp } from "../support/kit";
import { askAsOAuthClient } from "../support/oauth";
import { send } from "../support/raw";
import { greet, readToken } from "../support/tokens";

/** Well-formed, and nobody's. */
const unknown = "twr_000000000000000000000000000000001DiGCc";

let test: TestApp;
let repository: string;
beforeAll(async () => {
  test = await TestApp.start();
  repository = await test.repository();
});
afterAll(() => test.close());

const url = (): string => `${test.url}/revoke`;
const make = (): Promise<MadeToken> => test.repositoryToken(repository, "READ_ONLY");

/** Whether a token is still accepted. */
const isGood = async ({ client }: MadeToken): Promise<boolean> => (await greet(client)) === "welcome";

describe("RFC 7009, 2.1: the request", () => {
  it("SHOULD support the revocation of access tokens: both kinds, without signing in", async () => {
    const person = await test.account();
    for (const made of [await make(), await test.accountToken(person.login)]) {
      const answer = await postForm(url(), { token: made.secret });
      expect(answer.status).toBe(200);
      expect(await greet(made.client)).toBe("not found");
    }
  });

  it("takes effect immediately: the next request is refused", async () => {
    const made = await make();
    expect(await isGood(made)).toBe(true);
    await postForm(url(), { token: made.secret });
    expect(await isGood(made)).toBe(false);
  });

  it.each(["access_token", "refresh_token", "twr", "", "x".repeat(500)])(
    "MUST extend its search beyond the hint, and ignores an invalid one (2.2): token_type_hint=%s",
    async (hint) => {
      const made = await make();
      const answer = await postForm(url(), { token: made.secret, token_type_hint: hint });
      expect([answer.status, await isGood(made)]).toEqual([200, false]);
    },
  );

  it.each(["application/json", "text/plain", "multipart/form-data; boundary=x"])(
    "is a form: %s is refused and revokes nothing",
    async (type) => {
      const made = await make();
      const answer = await postForm(url(), { token: made.secret }, { headers: { "content-type": type } });
      expect([answer.status, await isGood(made)]).toEqual([415, true]);
    },
  );

  it("is a POST: over GET, and with the token in the query, nothing is revoked", async () => {
    const made = await make();
    const byGet = await fetch(`${url()}?token=${made.secret}`);
    expect([byGet.status, byGet.headers.get("allow")]).toEqual([405, "POST"]);
    const inQuery = await postForm(`${url()}?token=${made.secret}`, {});
    expect([inQuery.status, await isGood(made)]).toEqual([400, true]);
  });

  it("finds the token among other parameters, whatever credential comes with it", async () => {
    const person = await test.account();
    const made = await make();
    const answer = await postForm(url(), { client_id: "ci", token: made.secret }, { secret: person.secret });
    expect([answer.status, await isGood(made)]).toEqual([200, false]);
  });

  it("ends the token that is presented, when that is the one", async () => {
    const made = await make();
    const answer = await postForm(url(), { token: made.secret }, { secret: made.secret });
    expect([answer.status, await isGood(made)]).toEqual([200, false]);
  });

  it("ends no other token: not its maker's, not what it made", async () => {
    const maker = await test.repositoryToken(repository, "ADMIN");
    const made = await test.repositoryToken(repository, "STATUS", { by: maker.client });
    await postForm(url(), { token: maker.secret });
    expect([await isGood(maker), await isGood(made)]).toEqual([false, true]);
  });
});

describe("RFC 7009, 2.2: the response", () => {
  it("is 200 for a token that does not exist, that is no token, that has ended: the same bytes", async () => {
    const revoked = await make();
    const suspended = await test.account();
    await test.admin.must(
      "mutation($login: String!) { suspendAccount(input: { login: $login }) { account { id } } }",
      { login: suspended.login },
    );
    const secrets = [
      revoked.secret,
      revoked.secret,
      unknown,
      "not a token",
      "x".repeat(5000),
      suspended.secret,
    ];
    const answers = [];
    for (const token of secrets) answers.push(await postForm(url(), { token }));
    const shown = answers.map(({ status, text, headers }) => {
      const names = [...headers].filter(([name]) => !["x-request-id", "date"].includes(name));
      return JSON.stringify([status, text, names]);
    });
    expect(new Set(shown).size).toBe(1);
    expect([answers[0]!.status, answers[0]!.text]).toEqual([200, ""]);
  });

  it("is not kept by a cache", async () => {
    const { headers } = await postForm(url(), { token: unknown });
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("of a token that had ended before changes nothing: its state and audit lines stay", async () => {
    const made = await make();
    await postForm(url(), { token: made.secret });
    const lines = () => test.rows("SELECT id FROM audit_event");
    const [before, written] = [await readToken(test.admin, made.id), await lines()];
    test.pass(1000);
    await postForm(url(), { token: made.secret });
    expect(await readToken(test.admin, made.id)).toEqual(before);
    expect(await lines()).toEqual(written);
  });

  it("leaves a line in the audit log, without an actor, whoever signed in", async () => {
    const person = await test.account();
    const made = await make();
    await postForm(url(), { token: made.secret }, { secret: person.secret });
    expect(await readToken(test.admin, made.id)).toMatchObject({
      state: "REVOKED",
      revokedBy: null,
      revokeReason: null,
    });
    const { auditEvents } = await test.admin.must<{ auditEvents: { nodes: unknown[] } }>(
      "{ auditEvents(first: 1) { nodes { action token { id } actor { id } actorToken { id } } } }",
    );
    expect(auditEvents.nodes).toEqual([
      { action: "TOKEN_REVOKED", token: { id: made.id }, actor: null, actorToken: null },
    ]);
  });
});

describe("RFC 7009, 2.2.1: errors, as RFC 6749, 5.2 has them", () => {
  it.each([
    ["without a token", []],
    ["with an empty token", [["token", ""]]],
    [
      "with two tokens",
      [
        ["token", unknown],
        ["token", unknown],
      ],
    ],
  ] as [string, [string, string][]][])("%s it is 400 invalid_request, in JSON", async (_name, fields) => {
    const answer = await postForm(url(), fields);
    expect([answer.status, answer.text]).toEqual([400, '{"error":"invalid_request"}']);
    expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  it("a bad credential is 401, and nothing is revoked", async () => {
    const made = await make();
    const answer = await postForm(url(), { token: made.secret }, { secret: unknown });
    expect([answer.status, answer.text]).toEqual([401, '{"error":"not found"}']);
    expect(await isGood(made)).toBe(true);
  });

  it("two credentials that differ are 400, and nothing is revoked", async () => {
    const [made, one, other] = [await make(), await make(), await make()];
    const answer = await send(test.url, {
      method: "POST",
      path: "/revoke",
      headers: [
        ["Content-Type", "application/x-www-form-urlencoded"],
        ["Authorization", `Bearer ${one.secret}`],
        ["xc-token", other.secret],
      ],
      body: `token=${made.secret}`,
    });
    expect([answer.status, await isGood(made)]).toEqual([400, true]);
  });
});

describe("RFC 7009, 5: guessing", () => {
  it("MUST be held back as a token endpoint is: an address has so many guesses a minute, and revokes nothing after", async () => {
    const limited = await TestApp.start({ env: { ANONYMOUS_RATE_LIMIT_PER_MINUTE: "3" } });
    try {
      const made = await limited.repositoryToken(await limited.repository());
      const revoke = (token: string) => postForm(`${limited.url}/revoke`, { token });
      for (let guess = 0; guess < 3; guess += 1) expect((await revoke(unknown)).status).toBe(200);
      const refused = await revoke(made.secret);
      expect([refused.status, Number(refused.headers.get("retry-after")) > 0]).toEqual([429, true]);
      expect(await isGood(made)).toBe(true);
    } finally {
      await limited.close();
    }
  });
});

describe("an independent OAuth client", () => {
  it("revokes a token, and is content with one that does not exist", async () => {
    const made = await make();
    for (const token of [made.secret, unknown]) {
      const answer = await askAsOAuthClient({ url: test.url, action: "revoke", token });
      expect(answer).toEqual({ revoked: true });
    }
    expect(await isGood(made)).toBe(false);
  });

  it("understands that its own credential was refused", async () => {
    const made = await make();
    const answer = await askAsOAuthClient({
      url: test.url,
      action: "revoke",
      secret: unknown,
      token: made.secret,
    });
    expect(answer.failed).toMatchObject({ status: 401, cause: [{ parameters: { error: "invalid_token" } }] });
    expect(await isGood(made)).toBe(true);
  });
});
