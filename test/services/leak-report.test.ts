import { Client } from "../support/client";
import { linesOf } from "../support/audit";
import { TestApp } from "../support/kit";
import { mutate, mutation, refusal } from "../support/mutations";
import { greet, readToken, revokeToken, rotateToken } from "../support/tokens";
import { mintSecret } from "../../src/secrets/mint";

let test: TestApp;
let repository: string;
let anyone: Client;
beforeAll(async () => {
  test = await TestApp.start({ frozen: true });
  repository = await test.repository();
  anyone = test.client(null);
});
afterAll(() => test.close());

const HOUR = 3_600_000;
const report = (client: Client, input: object): Promise<{ accepted: boolean }> =>
  mutate(client, "reportLeakedToken", input, "accepted");

describe("reportLeakedToken", () => {
  it("lets whoever holds a secret end its token, without signing in", async () => {
    const { id, secret, client } = await test.repositoryToken(repository);
    expect(await report(anyone, { secret, url: "https://example.com/paste" })).toEqual({ accepted: true });
    expect(await greet(client)).toBe("not found");
    expect(await readToken(test.admin, id)).toMatchObject({
      state: "REVOKED",
      revokedAt: test.in(0),
      revokedBy: null,
    });
  });

  it("names who reported it, when that is known", async () => {
    const user = await test.account();
    const { id, secret } = await test.repositoryToken(repository);
    await report(user.client, { secret });
    expect(await readToken(test.admin, id)).toMatchObject({
      state: "REVOKED",
      revokedBy: { login: user.login },
    });
  });

  it("answers the same bytes whether the secret was known or not", async () => {
    const { secret } = await test.repositoryToken(repository);
    const secrets = [secret, secret, mintSecret("ACCOUNT"), "twa_malformed", "", "👍", "x".repeat(100_000)];
    const answers: string[] = [];
    for (const one of secrets) {
      const { status, text } = await anyone.send(mutation("reportLeakedToken", "accepted"), {
        input: { secret: one },
      });
      answers.push(`${status} ${text.trim()}`);
    }
    expect(new Set(answers)).toEqual(new Set(['200 {"data":{"reportLeakedToken":{"accepted":true}}}']));
  });

  it("leaves a token that has ended as it is", async () => {
    const revoked = await test.repositoryToken(repository);
    await revokeToken(test.admin, { id: revoked.id, reason: "first" });
    const rotated = await test.repositoryToken(repository);
    const successor = await rotateToken(rotated.client);
    const expired = await test.repositoryToken(repository, "STATUS", { expiresAt: test.in(HOUR) });
    test.pass(HOUR);
    for (const { id, secret } of [revoked, rotated, expired]) {
      const before = await readToken(test.admin, id);
      expect(await linesOf(test, () => report(anyone, { secret }))).toEqual([]);
      expect(await readToken(test.admin, id)).toEqual(before);
    }
    expect(await greet(test.client(successor.secret))).toBe("welcome");
  });

  it("ends a suspended account's token, so that it is not good when the account is resumed", async () => {
    const user = await test.account();
    await mutate(test.admin, "suspendAccount", { login: user.login });
    await report(anyone, { secret: user.secret });
    await mutate(test.admin, "resumeAccount", { login: user.login });
    expect(await greet(user.client)).toBe("not found");
  });

  it("lets a token report itself: every later field of that request is refused", async () => {
    const user = await test.account();
    const { data, errors } = await user.client.send(
      `mutation($secret: String!) {
        first: reportLeakedToken(input: { secret: $secret }) { accepted }
        next: createAccountToken(input: { label: "x" }) { secret }
      }`,
      { secret: user.secret },
    );
    expect(data).toEqual({ first: { accepted: true }, next: null });
    expect(errors).toMatchObject([{ message: "not found", extensions: { code: "UNAUTHENTICATED" } }]);
  });

  it("tells a token that ended itself nothing about other secrets either", async () => {
    const user = await test.account();
    const { secret: known } = await test.repositoryToken(repository);
    const { data, errors } = await user.client.send(
      `mutation($known: String!, $unknown: String!) {
        revokeToken(input: {}) { revokedCount }
        a: reportLeakedToken(input: { secret: $known }) { accepted }
        b: reportLeakedToken(input: { secret: $unknown }) { accepted }
        c: reportLeakedToken(input: { secret: "malformed" }) { accepted }
      }`,
      { known, unknown: mintSecret("REPOSITORY") },
    );
    expect(data).toEqual({ revokeToken: { revokedCount: 1 }, a: null, b: null, c: null });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(Array(3).fill("UNAUTHENTICATED"));
    expect(await greet(test.client(known))).toBe("welcome");
  });

  it("is refused with a bad credential like everything else", async () => {
    const { secret, client } = await test.repositoryToken(repository);
    const { status } = await test
      .client(mintSecret("ACCOUNT"))
      .send(mutation("reportLeakedToken", "accepted"), { input: { secret } });
    expect(status).toBe(401);
    expect(await greet(client)).toBe("welcome");
  });

  it.each([
    "ftp://example.com",
    "javascript:alert(1)",
    "example.com",
    `https://a/${"x".repeat(2000)}`,
    "https://a/\n",
  ])("wants an http or https URL of at most 2000 characters, and repeats none: %s", async (url) => {
    const { secret, client } = await test.repositoryToken(repository);
    const refused = await refusal(anyone, "reportLeakedToken", { secret, url });
    expect(refused).toMatchObject({ code: "BAD_USER_INPUT", field: "url" });
    expect(refused.message).not.toContain(url);
    expect(await greet(client)).toBe("welcome");
  });

  it("never keeps a secret that stands in the URL", async () => {
    const { secret } = await test.repositoryToken(repository);
    const url = `https://example.com/?token=${secret}`;
    const refused = await refusal(anyone, "reportLeakedToken", { secret, url });
    expect(refused).toMatchObject({ code: "BAD_USER_INPUT", field: "url" });
    expect(refused.message).not.toContain(secret);
    expect(await test.rows("SELECT reason FROM audit_event WHERE reason LIKE '%token=%'")).toEqual([]);
  });
});
