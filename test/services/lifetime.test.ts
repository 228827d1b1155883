import { type Actor, type MadeToken, TestApp } from "../support/kit";
import { codeOf, mutate, refusal } from "../support/mutations";
import {
  createAccountToken,
  createRepositoryToken,
  greet,
  rotateToken,
  type TokenAnswer,
} from "../support/tokens";

let test: TestApp;
beforeAll(async () => (test = await TestApp.start({ frozen: true })));
afterAll(() => test.close());

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** From creation to expiry; null: never. */
const lifeOf = ({ createdAt, expiresAt }: TokenAnswer): number | null =>
  expiresAt === null ? null : Date.parse(expiresAt) - Date.parse(createdAt);

/** An account with a token that lives so long. */
async function shortLived(
  life: number,
  fields: { isSiteAdmin?: boolean } = {},
): Promise<Actor & { life: number; tokenId: string }> {
  const actor = await test.account({ ...fields, expiresAt: test.in(life) });
  const { viewer } = await actor.client.must<{ viewer: { token: { id: string } } }>(
    "{ viewer { token { id } } }",
  );
  return { ...actor, life, tokenId: viewer.token.id };
}

const tooLong = {
  code: "FORBIDDEN",
  message: "a token may not make one that lives longer than its own whole lifetime",
};

describe("a token that ends makes none that lives longer from now than its own whole lifetime:", () => {
  it("an account token, where the end is left out, is cut to that", async () => {
    const user = await shortLived(HOUR);
    expect(lifeOf((await createAccountToken(user.client)).token)).toBe(user.life);
    expect(lifeOf((await createAccountToken(user.client, { expiresAt: null })).token)).toBe(user.life);
  });

  it("the whole lifetime counts, not what is left of it", async () => {
    const user = await shortLived(HOUR);
    test.pass(HOUR / 2);
    const { token } = await createAccountToken(user.client);
    expect(lifeOf(token)).toBe(user.life);
    const given = test.in(user.life);
    expect((await createAccountToken(user.client, { expiresAt: given })).token.expiresAt).toBe(given);
  });

  it("an end that is given and later is forbidden, and nothing is made", async () => {
    const user = await shortLived(HOUR);
    const before = (await test.rows("SELECT id FROM token")).length;
    for (const expiresAt of [test.in(user.life + 1), "9999-12-31T23:59:59.999Z"]) {
      expect(await refusal(user.client, "createAccountToken", { label: "x", expiresAt })).toMatchObject(
        tooLong,
      );
    }
    expect((await test.rows("SELECT id FROM token")).length).toBe(before);
  });

  it("a repository token made with an account token, alone or many at once", async () => {
    const user = await shortLived(HOUR);
    const repository = await test.repository();
    await test.collaborator(repository, "ADMIN", user);
    const [, organization = "", name = ""] = /^(.+)\/(.+)$/.exec(repository) ?? [];
    expect(lifeOf((await createRepositoryToken(user.client, { repository })).token)).toBe(user.life);
    const input = { organization, repositories: [name], scope: "STATUS", label: "x" };
    const { tokens } = await mutate<{ tokens: { token: TokenAnswer }[] }>(
      user.client,
      "createRepositoryTokens",
      input,
      "tokens { token { createdAt expiresAt } }",
    );
    expect(tokens.map(({ token }) => lifeOf(token))).toEqual([user.life]);
    const expiresAt = test.in(2 * HOUR);
    const one = { repository, scope: "STATUS", label: "x", expiresAt };
    expect(await refusal(user.client, "createRepositoryToken", one)).toMatchObject(tooLong);
    expect(await refusal(user.client, "createRepositoryTokens", { ...input, expiresAt })).toMatchObject(
      tooLong,
    );
  });

  it("a repository token made with a repository token", async () => {
    const repository = await test.repository();
    const admin = await test.repositoryToken(repository, "ADMIN", { expiresAt: test.in(HOUR) });
    const { token } = await createRepositoryToken(admin.client, { repository, scope: "ADMIN" });
    expect(lifeOf(token)).toBe(HOUR);
    const input = { repository, scope: "STATUS", label: "x", expiresAt: test.in(2 * HOUR) };
    expect(await refusal(admin.client, "createRepositoryToken", input)).toMatchObject(tooLong);
  });

  it("a token that never expires may make one that does not either", async () => {
    const user = await test.account();
    expect((await createAccountToken(user.client)).token.expiresAt).toBeNull();
    const far = "9999-12-31T23:59:59.999Z";
    expect((await createAccountToken(user.client, { expiresAt: far })).token.expiresAt).toBe(far);
  });
});

describe("a site administrator's token", () => {
  it("makes tokens for other accounts without that bound, and for its own account with it", async () => {
    const boss = await shortLived(HOUR, { isSiteAdmin: true });
    const user = await test.account();
    expect((await createAccountToken(boss.client, { account: user.login })).token.expiresAt).toBeNull();
    const far = test.in(1000 * DAY);
    const given = await createAccountToken(boss.client, { account: user.login, expiresAt: far });
    expect(given.token.expiresAt).toBe(far);
    expect(lifeOf((await createAccountToken(boss.client)).token)).toBe(boss.life);
    expect(lifeOf((await createAccountToken(boss.client, { account: boss.login })).token)).toBe(boss.life);
    const input = { label: "x", account: boss.login, expiresAt: far };
    expect(await refusal(boss.client, "createAccountToken", input)).toMatchObject(tooLong);
  });

  it("makes repository tokens with that bound: those are for no account", async () => {
    const boss = await shortLived(HOUR, { isSiteAdmin: true });
    const repository = await test.repository();
    expect(lifeOf((await createRepositoryToken(boss.client, { repository })).token)).toBe(boss.life);
    const input = { repository, scope: "STATUS", label: "x", expiresAt: test.in(DAY) };
    expect(await refusal(boss.client, "createRepositoryToken", input)).toMatchObject(tooLong);
  });

  it("rotates another account's token without that bound", async () => {
    const boss = await shortLived(HOUR, { isSiteAdmin: true });
    const user = await test.account();
    const { id } = await test.accountToken(user.login);
    const kept = await rotateToken(boss.client, { id });
    expect(kept.token.expiresAt).toBeNull();
    const never = await rotateToken(boss.client, { id: kept.token.id, expiresAt: null });
    expect(never.token.expiresAt).toBeNull();
    const far = test.in(1000 * DAY);
    const given = await rotateToken(boss.client, { id: never.token.id, expiresAt: far });
    expect(given.token.expiresAt).toBe(far);
  });
});

describe("rotation", () => {
  it("gives the old one's whole lifetime from now, where the end is left out", async () => {
    const user = await shortLived(HOUR);
    test.pass(HOUR / 2);
    const { token, secret } = await rotateToken(user.client);
    expect(lifeOf(token)).toBe(user.life);
    test.pass(user.life - 1);
    expect(await greet(test.client(secret))).toBe("welcome");
    test.pass(1);
    expect(await greet(test.client(secret))).toBe("token expired");
  });

  it("never ends, where the old one never did", async () => {
    const user = await test.account();
    expect((await rotateToken(user.client)).token.expiresAt).toBeNull();
  });

  it.each(["itself", "by its id"])("lets no token rotate %s into one that lives longer", async (how) => {
    const user = await shortLived(HOUR);
    const named = how === "itself" ? {} : { id: user.tokenId };
    for (const expiresAt of [test.in(2 * HOUR), null]) {
      expect(await refusal(user.client, "rotateToken", { ...named, expiresAt })).toMatchObject(tooLong);
    }
    expect(await greet(user.client)).toBe("welcome");
  });

  it("lets no repository token of any scope rotate itself into one that lives longer", async () => {
    const repository = await test.repository();
    for (const scope of ["STATUS", "READ_ONLY", "ADMIN"] as const) {
      const { client } = await test.repositoryToken(repository, scope, { expiresAt: test.in(HOUR) });
      for (const expiresAt of [test.in(2 * HOUR), null]) {
        expect(await refusal(client, "rotateToken", { expiresAt })).toMatchObject(tooLong);
      }
    }
  });

  it("into one that lives shorter bounds the next rotation by that", async () => {
    const user = await shortLived(DAY);
    const shorter = await rotateToken(user.client, { expiresAt: test.in(HOUR) });
    const client = test.client(shorter.secret);
    expect(await codeOf(client, "rotateToken", { expiresAt: test.in(DAY / 2) })).toBe("FORBIDDEN");
    expect(lifeOf((await rotateToken(client)).token)).toBe(lifeOf(shorter.token));
  });

  it("of a longer-lived token by a shorter-lived one is cut to the caller's lifetime, and forbidden beyond", async () => {
    const user = await shortLived(HOUR);
    const { id } = await test.accountToken(user.login);
    for (const expiresAt of [null, test.in(2 * HOUR)]) {
      expect(await refusal(user.client, "rotateToken", { id, expiresAt })).toMatchObject(tooLong);
    }
    expect(lifeOf((await rotateToken(user.client, { id })).token)).toBe(user.life);
  });

  it("of a shorter-lived token by one that never expires takes what is given", async () => {
    const user = await test.account();
    const make = (): Promise<MadeToken> => test.accountToken(user.login, { expiresAt: test.in(HOUR) });
    const far = test.in(1000 * DAY);
    const left = await rotateToken(user.client, { id: (await make()).id });
    expect(lifeOf(left.token)).toBe(lifeOf(left.replaced));
    expect(
      (await rotateToken(user.client, { id: (await make()).id, expiresAt: null })).token.expiresAt,
    ).toBeNull();
    expect((await rotateToken(user.client, { id: (await make()).id, expiresAt: far })).token.expiresAt).toBe(
      far,
    );
  });

  it("wants an end that is later than now", async () => {
    const user = await test.account();
    expect(await refusal(user.client, "rotateToken", { expiresAt: test.in(0) })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "expiresAt",
    });
    expect(await greet(user.client)).toBe("welcome");
  });
});

describe("expiry", () => {
  it("comes at the instant that was given, and its holder is told", async () => {
    const user = await test.account();
    const { client } = await test.accountToken(user.login, { expiresAt: test.in(HOUR) });
    test.pass(HOUR - 1);
    expect(await greet(client)).toBe("welcome");
    test.pass(1);
    const { status, headers, errors } = await client.send("{ viewer { token { id } } }");
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect(errors).toEqual([{ message: "token expired", extensions: { code: "UNAUTHENTICATED" } }]);
  });

  it("is not undone when the system's clock is set back", async () => {
    const user = await test.account();
    const { client } = await test.accountToken(user.login, { expiresAt: test.in(HOUR) });
    test.pass(HOUR);
    expect(await greet(client)).toBe("token expired");
    test.pass(-2 * HOUR);
    expect(await greet(client)).toBe("token expired");
    test.pass(2 * HOUR);
  });
});
