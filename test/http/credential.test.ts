import { mintSecret } from "../../src/secrets/mint";
import { type GraphQLError } from "../support/client";
import { TestApp } from "../support/kit";
import { basic, bearer, type RawAnswer, send } from "../support/raw";

let test: TestApp;
let secret: string;
let other: string;
beforeAll(async () => {
  test = await TestApp.start({ env: { RATE_LIMIT_PER_MINUTE: "0", ANONYMOUS_RATE_LIMIT_PER_MINUTE: "0" } });
  secret = test.adminSecret;
  other = (await test.account()).secret;
});
afterAll(() => test.close());

type Headers = readonly (readonly [string, string])[];

const ask = (headers: Headers, query = "{ viewer { account { login } } }"): Promise<RawAnswer> =>
  send(test.url, {
    method: "POST",
    path: "/graphql",
    headers: [["Content-Type", "application/json"], ...headers],
    body: JSON.stringify({ query }),
  });

const errorsOf = ({ text }: RawAnswer): GraphQLError[] =>
  (JSON.parse(text) as { errors?: GraphQLError[] }).errors ?? [];
const dataOf = ({ text }: RawAnswer): unknown => (JSON.parse(text) as { data?: unknown }).data;

const admin = { viewer: { account: { login: "admin" } } };
const realm = 'Bearer realm="tokenward"';
const invalid = `${realm}, error="invalid_token"`;

const percent = (text: string): string =>
  [...text].map((character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`).join("");

describe("a credential", () => {
  const forms: Readonly<Record<string, (secret: string) => Headers>> = {
    "Authorization: Bearer": (s) => [bearer(s)],
    "the scheme in lower case": (s) => [["Authorization", `bearer ${s}`]],
    "the scheme in upper case": (s) => [["AUTHORIZATION", `BEARER ${s}`]],
    "spaces around the secret": (s) => [["Authorization", `  Bearer   ${s}  `]],
    "a tab behind the scheme": (s) => [["Authorization", `Bearer\t${s}`]],
    "api-token": (s) => [["api-token", s]],
    "project-token": (s) => [["project-token", s]],
    "Circle-Token": (s) => [["Circle-Token", s]],
    "xc-token": (s) => [["xc-token", s]],
    "a header in another case": (s) => [["XC-TOKEN", s]],
    "Basic, as the user name, without a password": (s) => [basic(s, "")],
    "Basic, as the user name, with any password": (s) => [basic(s, "x-oauth-basic")],
    "Basic, as the password, without a user name": (s) => [basic("", s)],
    "Basic, as the password, with any user name": (s) => [basic("git", s)],
    "Basic, with a colon in the password": (s) => [basic(s, "a:b:c")],
    "Basic, as user name and password": (s) => [basic(s, s)],
    "Basic, the user name form-encoded": (s) => [basic(percent(s), "")],
    "Basic, the password form-encoded": (s) => [basic("client+id%3A1", s.replace("_", "%5F"))],
    "Basic, the scheme in lower case": (s) => [["authorization", basic(s, "")[1].replace("Basic", "basic")]],
    "the same twice in one header": (s) => [bearer(s), bearer(s)],
    "the same in two headers": (s) => [bearer(s), ["api-token", s]],
    "the same in every header": (s) => [
      basic(s, "x"),
      ["api-token", s],
      ["project-token", s],
      ["circle-token", s],
      ["xc-token", s],
    ],
    "a good one beside empty headers": (s) => [
      ["Authorization", "Bearer "],
      ["api-token", ""],
      ["xc-token", "  "],
      ["circle-token", s],
    ],
  };

  it.each(Object.entries(forms))("is taken as %s", async (_name, headers) => {
    const answer = await ask(headers(secret));
    expect({ status: answer.status, data: dataOf(answer) }).toEqual({ status: 200, data: admin });
  });

  it.each(Object.entries(forms))("of nobody is refused as %s", async (_name, headers) => {
    const answer = await ask(headers(mintSecret("ACCOUNT")));
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe(invalid);
    expect(errorsOf(answer)).toEqual([{ message: "not found", extensions: { code: "UNAUTHENTICATED" } }]);
  });

  const none: Readonly<Record<string, Headers>> = {
    "no header": [],
    "an empty Authorization": [["Authorization", ""]],
    "spaces for an Authorization": [["Authorization", "   "]],
    "Bearer without a secret": [["Authorization", "Bearer"]],
    "Bearer and spaces": [["Authorization", "Bearer   "]],
    "Basic without a value": [["Authorization", "Basic"]],
    "Basic without user name and password": [basic("", "")],
    "an empty api-token": [["api-token", ""]],
    "all of them, empty": [
      ["api-token", ""],
      ["project-token", " "],
      ["circle-token", ""],
      ["xc-token", ""],
      ["Authorization", ""],
    ],
    // Taken under /api/v3 alone.
    api_token: [["api_token", "twa_0123456789ABCDEFGHIJKLMNOPQRSTUV4VjLRE"]],
    project_token: [["project_token", "twa_0123456789ABCDEFGHIJKLMNOPQRSTUV4VjLRE"]],
    "a cookie": [["Cookie", "token=twa_0123456789ABCDEFGHIJKLMNOPQRSTUV4VjLRE"]],
    "Proxy-Authorization": [["Proxy-Authorization", "Bearer twa_0123456789ABCDEFGHIJKLMNOPQRSTUV4VjLRE"]],
  };

  it.each(Object.entries(none))("is none: %s", async (_name, headers) => {
    const answer = await ask(headers);
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe(realm);
    expect(errorsOf(answer)).toEqual([
      { message: "authentication required", extensions: { code: "UNAUTHENTICATED" } },
    ]);
    expect((await ask(headers, "{ __typename }")).status).toBe(200);
  });

  const bad: Readonly<Record<string, (secret: string) => Headers>> = {
    "an unknown scheme": (s) => [["Authorization", `Token ${s}`]],
    Digest: (s) => [["Authorization", `Digest username="${s}"`]],
    "no scheme": (s) => [["Authorization", s]],
    "no space behind Bearer": (s) => [["Authorization", `Bearer${s}`]],
    "something behind the secret": (s) => [["Authorization", `Bearer ${s} x`]],
    "two in one header": (s) => [["Authorization", `Bearer ${s}, Bearer ${s}`]],
    quotes: (s) => [["Authorization", `Bearer "${s}"`]],
    "upper case": (s) => [["api-token", s.toUpperCase()]],
    "one character less": (s) => [bearer(s.slice(0, -1))],
    "one character more": (s) => [bearer(`${s}0`)],
    "a wrong checksum": (s) => [bearer(s.slice(0, -1) + (s.endsWith("0") ? "1" : "0"))],
    "the wrong kind": (s) => [bearer(s.replace("twa_", "twr_"))],
    "a Bearer with the value of Basic": (s) => [["Authorization", `Bearer ${btoa(`${s}:`)}`]],
    "Basic that is not base64": () => [["Authorization", "Basic !!!"]],
    "Basic without a colon": (s) => [["Authorization", `Basic ${btoa(s)}`]],
    "Basic with another user name and password": () => [basic("git", "hunter2")],
    "Basic that does not decode": () => [basic("%ZZ", "%E0%A4%A")],
    "14,000 characters more": (s) => [bearer(s + "a".repeat(14_000))],
    "a zero byte": (s) => [basic(`${s}\0`, "")],
    "form-encoded in a header that is not Basic": (s) => [bearer(percent(s))],
  };

  it.each(Object.entries(bad))("is bad: %s", async (_name, headers) => {
    const answer = await ask(headers(secret), "{ __typename }");
    expect(answer.status).toBe(401);
    expect(answer.headers["www-authenticate"]).toBe(invalid);
    expect(errorsOf(answer)).toEqual([{ message: "not found", extensions: { code: "UNAUTHENTICATED" } }]);
    expect(dataOf(answer)).toBeUndefined();
  });

  const differing: Readonly<Record<string, (one: string, two: string) => Headers>> = {
    "one header twice": (a, b) => [bearer(a), bearer(b)],
    "two headers": (a, b) => [bearer(a), ["api-token", b]],
    "two of the seeds' headers": (a, b) => [
      ["circle-token", a],
      ["xc-token", b],
    ],
    "Basic and Bearer": (a, b) => [basic(a, ""), bearer(b)],
    "Basic and a header": (a, b) => [basic("git", a), ["project-token", b]],
    "user name and password": (a, b) => [basic(a, b)],
    "a good and a malformed one": (a) => [bearer(a), ["api-token", "nonsense"]],
    "a good one and an unknown scheme": (a) => [
      ["api-token", a],
      ["Authorization", "Digest x"],
    ],
    "the third of three": (a, b) => [bearer(a), ["api-token", a], ["xc-token", b]],
  };

  it.each(Object.entries(differing))("that differs from a second is refused: %s", async (_name, headers) => {
    for (const [one, two] of [
      [secret, other],
      [other, secret],
      [secret, mintSecret("ACCOUNT")],
    ] as const) {
      const answer = await ask(headers(one, two));
      expect(answer.status).toBe(400);
      expect(errorsOf(answer).map(({ extensions }) => extensions)).toEqual([{ code: "BAD_REQUEST" }]);
      expect(answer.text).not.toContain(one);
      expect(answer.text).not.toContain(two);
    }
  });
});

describe("the refusal of a credential", () => {
  it("is for the whole request: nothing of it runs, not even what anybody may ask", async () => {
    const login = "never-made";
    const answer = await ask(
      [bearer(mintSecret("ACCOUNT"))],
      `mutation {
         reportLeakedToken(input: { secret: "${other}" }) { accepted }
         createAccount(input: { login: "${login}" }) { account { id } }
       }`,
    );
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text)).toEqual({
      errors: [{ message: "not found", extensions: { code: "UNAUTHENTICATED" } }],
    });
    expect(
      await test.admin.must("query($login: String!) { account(login: $login) { id } }", { login }),
    ).toEqual({
      account: null,
    });
    expect((await ask([bearer(other)])).status).toBe(200);
  });

  it("says the same of an unknown, malformed, revoked, rotated and suspended one", async () => {
    const revoked = await test.accountToken("admin");
    await revoked.client.must("mutation { revokeToken(input: {}) { revokedCount } }");
    const rotated = await test.accountToken("admin");
    await rotated.client.must("mutation { rotateToken(input: {}) { secret } }");
    const suspended = await test.account();
    await test.admin.must(
      "mutation($login: String!) { suspendAccount(input: { login: $login }) { account { id } } }",
      { login: suspended.login },
    );
    const answers = await Promise.all(
      [
        mintSecret("ACCOUNT"),
        mintSecret("REPOSITORY"),
        "nonsense",
        revoked.secret,
        rotated.secret,
        suspended.secret,
      ].map((one) => ask([bearer(one)])),
    );
    const shown = answers.map(({ status, text, headers }) => [status, text, headers["www-authenticate"]]);
    expect(new Set(shown.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(shown[0]).toEqual([
      401,
      '{"errors":[{"message":"not found","extensions":{"code":"UNAUTHENTICATED"}}]}',
      invalid,
    ]);
  });

  it("says to the holder of an expired one that it expired, and to nobody else", async () => {
    const { secret: expiring } = await test.accountToken("admin", { expiresAt: test.in(60_000) });
    expect((await ask([bearer(expiring)])).status).toBe(200);
    test.pass(60_001);
    const answer = await ask([bearer(expiring)]);
    expect([answer.status, answer.headers["www-authenticate"]]).toEqual([401, invalid]);
    expect(errorsOf(answer)).toEqual([{ message: "token expired", extensions: { code: "UNAUTHENTICATED" } }]);
  });

  it("says `not found` of one that was revoked before it expired", async () => {
    const { client } = await test.accountToken("admin", { expiresAt: test.in(60_000) });
    await client.must("mutation { revokeToken(input: {}) { revokedCount } }");
    test.pass(60_001);
    expect((await client.send("{ __typename }")).errors[0]?.message).toBe("not found");
  });

  it("comes after 405, 413 and 415, and before the body is looked at", async () => {
    const bad = bearer("nonsense");
    const json = ["Content-Type", "application/json"] as const;
    const statusOf = async (method: string, headers: Headers, body?: string): Promise<number> =>
      (await send(test.url, { method, path: "/graphql", headers, body })).status;
    expect(await statusOf("PUT", [bad, json], "{}")).toBe(405);
    expect(await statusOf("POST", [bad, ["Content-Type", "text/plain"]], "{}")).toBe(415);
    expect(await statusOf("POST", [bad, json], " ".repeat(1024 * 1024 + 1))).toBe(413);
    expect(await statusOf("POST", [bad, json], "{nonsense")).toBe(401);
    expect(await statusOf("POST", [bad, bearer("other"), json], "{nonsense")).toBe(400);
    expect(await statusOf("GET", [bad])).toBe(401);
  });
});

describe("health", () => {
  it.each(["/healthz", "/readyz"])("ignores credentials: %s", async (path) => {
    for (const headers of [[], [bearer("nonsense")], [bearer(secret), bearer(other)]]) {
      expect((await send(test.url, { path, headers })).status).toBe(200);
    }
  });
});
