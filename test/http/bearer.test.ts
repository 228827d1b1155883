import { postForm } from "../support/form";
import { type Actor, TestApp } from "../support/kit";
import { askAsOAuthClient } from "../support/oauth";
import { bearer, type RawAnswer, send } from "../support/raw";

/** Well-formed, and nobody's. */
const unknown = "twr_000000000000000000000000000000001DiGCc";
const REALM = 'Bearer realm="tokenward"';

let test: TestApp;
let person: Actor;
beforeAll(async () => {
  test = await TestApp.start();
  person = await test.account();
});
afterAll(() => test.close());

const body = '{"query":"{ viewer { token { id } } }"}';
type Headers = readonly (readonly [string, string])[];

/** Each place that needs a credential, asked with these headers. */
const places: readonly [string, (headers: Headers) => Promise<RawAnswer>][] = [
  [
    "/graphql",
    (headers) =>
      send(test.url, {
        method: "POST",
        path: "/graphql",
        headers: [["Content-Type", "application/json"], ...headers],
        body,
      }),
  ],
  [
    "/introspect",
    (headers) =>
      send(test.url, {
        method: "POST",
        path: "/introspect",
        headers: [["Content-Type", "application/x-www-form-urlencoded"], ...headers],
        body: `token=${unknown}`,
      }),
  ],
  ["/metrics", (headers) => send(test.url, { path: "/metrics", headers })],
];

/** Places where anyone may go, but nobody with a bad credential. */
const open: readonly (typeof places)[number][] = [
  [
    "/revoke",
    (headers) =>
      send(test.url, {
        method: "POST",
        path: "/revoke",
        headers: [["Content-Type", "application/x-www-form-urlencoded"], ...headers],
        body: `token=${unknown}`,
      }),
  ],
  ["/badge", (headers) => send(test.url, { path: "/badge/gh/a/b.svg", headers })],
];

describe("RFC 6750, 2: how a token is sent", () => {
  it("2.1 MUST support the Authorization header: Bearer, in any case (RFC 9110, 11.1)", async () => {
    for (const scheme of ["Bearer", "bearer", "BEARER"]) {
      const answer = await places[0]![1]([["Authorization", `${scheme} ${person.secret}`]]);
      expect(answer.status).toBe(200);
    }
  });

  it("2 MUST NOT be more than one method: two that differ are 400, challenged with invalid_request (3.1)", async () => {
    for (const [, ask] of [...places, ...open]) {
      const answer = await ask([bearer(person.secret), ["xc-token", test.adminSecret]]);
      expect([answer.status, answer.headers["www-authenticate"]]).toEqual([
        400,
        `${REALM}, error="invalid_request"`,
      ]);
    }
  });

  it("2.2, 2.3: a token is taken neither from a form body nor from the URL", async () => {
    const inBody = await postForm(`${test.url}/introspect`, {
      token: unknown,
      access_token: test.adminSecret,
    });
    expect(inBody.status).toBe(401);
    const paths = [`/metrics?access_token=${test.adminSecret}`, `/metrics?token=${test.adminSecret}`];
    for (const path of paths) expect((await send(test.url, { path })).status).toBe(401);
  });
});

describe("RFC 6750, 3: the challenge", () => {
  it.each(places)(
    "MUST be in the 401 of %s, and SHOULD NOT name an error where no credential was sent (3.1)",
    async (_place, ask) => {
      const answer = await ask([]);
      expect([answer.status, answer.headers["www-authenticate"]]).toEqual([401, REALM]);
    },
  );

  it.each([...places, ...open])(
    "SHOULD name invalid_token, with 401, where one was sent to %s that is not good (3.1)",
    async (_place, ask) => {
      const expired = await test.accountToken(person.login, { expiresAt: test.in(1000) });
      test.pass(1000);
      for (const secret of [unknown, "nonsense", expired.secret]) {
        const answer = await ask([bearer(secret)]);
        expect(answer.status).toBe(401);
        expect(answer.headers["www-authenticate"]).toBe(`${REALM}, error="invalid_token"`);
      }
    },
  );

  it.each(places.slice(1))("SHOULD name insufficient_scope, with 403, at %s (3.1)", async (_place, ask) => {
    const answer = await ask([bearer(person.secret)]);
    expect([answer.status, answer.headers["www-authenticate"]]).toEqual([
      403,
      `${REALM}, error="insufficient_scope"`,
    ]);
  });

  it("MUST use the scheme Bearer, one realm, one error, and nothing outside of their characters", async () => {
    const answers = [];
    for (const [, ask] of [...places, ...open]) {
      for (const headers of [[], [bearer(unknown)], [["api-token", '"\\\u00e9']], [bearer(person.secret)]]) {
        answers.push(await ask(headers as Headers));
      }
    }
    const challenges = answers.flatMap(({ headers }) => headers["www-authenticate"] ?? []);
    expect(challenges.length).toBeGreaterThan(10);
    for (const challenge of challenges) {
      expect(challenge).toMatch(/^Bearer realm="tokenward"(, error="(invalid_token|insufficient_scope)")?$/);
    }
  });

  it("is in no answer that is not a refusal of the credential", async () => {
    const answers = [
      await places[0]![1]([bearer(person.secret)]),
      await places[1]![1]([bearer(test.adminSecret)]),
      await places[2]![1]([bearer(test.adminSecret)]),
      await open[0]![1]([]),
      await open[1]![1]([]),
    ];
    for (const { status, headers } of answers) {
      expect([status, headers["www-authenticate"]]).toEqual([200, undefined]);
    }
  });

  it("is what an independent client reads it as", async () => {
    const answer = await askAsOAuthClient({ url: test.url, action: "resource", token: unknown });
    expect(answer.failed).toMatchObject({
      status: 401,
      cause: [{ scheme: "bearer", parameters: { realm: "tokenward", error: "invalid_token" } }],
    });
  });
});

describe("RFC 6750, 5: what must not become of a token", () => {
  it("is not in the log, wherever the caller put it", async () => {
    const secret = person.secret;
    await send(test.url, { path: `/metrics?access_token=${secret}`, headers: [["User-Agent", secret]] });
    await send(test.url, { path: `/${secret}` });
    await send(test.url, { path: `/badge/gh/${secret}/${secret}.svg?branch=${secret}` });
    await send(test.url, { path: "/healthz", headers: [["X-Request-Id", secret]] });
    expect(test.log.length).toBeGreaterThan(3);
    expect(test.log.join("\n")).not.toContain(secret.slice(10));
  });
});
