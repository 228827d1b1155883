import type { Client } from "../support/client";
import { type Actor, type MadeToken, TestApp } from "../support/kit";
import { mutate, refusal } from "../support/mutations";
import {
  createAccountToken,
  createRepositoryToken,
  greet,
  rotateToken,
  type TokenAnswer,
} from "../support/tokens";

const DAY = 24 * 3_600_000;

let test: TestApp;
let admin: Client;
/** Made before there was a maximum. */
let old: { user: Actor; never: MadeToken; long: MadeToken };

beforeAll(async () => {
  test = await TestApp.start({ frozen: true });
  const user = await test.account();
  const never = await test.accountToken(user.login);
  const long = await test.accountToken(user.login, { expiresAt: test.in(300 * DAY) });
  await test.restart({ MAX_TOKEN_LIFETIME_DAYS: "30" });
  admin = test.admin;
  const again = (made: MadeToken): MadeToken => ({ ...made, client: test.client(made.secret) });
  old = { user: { ...user, client: test.client(user.secret) }, never: again(never), long: again(long) };
});
afterAll(() => test.close());

const lifeOf = ({ createdAt, expiresAt }: TokenAnswer): number | null =>
  expiresAt === null ? null : Date.parse(expiresAt) - Date.parse(createdAt);
const owner = (): Client => test.client(old.user.secret);

describe("MAX_TOKEN_LIFETIME_DAYS", () => {
  const beyond = {
    code: "BAD_USER_INPUT",
    field: "expiresAt",
    message: "expiresAt: must be at most 30 days from now",
  };

  it("is the life of a token whose end is left out or null", async () => {
    const repository = "gh/max/lifetime";
    await mutate(admin, "importRepositories", { repositories: [{ slug: repository }] });
    expect(lifeOf((await createAccountToken(owner())).token)).toBe(30 * DAY);
    expect(lifeOf((await createAccountToken(owner(), { expiresAt: null })).token)).toBe(30 * DAY);
    expect(lifeOf((await createAccountToken(admin, { account: old.user.login })).token)).toBe(30 * DAY);
    expect(lifeOf((await createRepositoryToken(admin, { repository })).token)).toBe(30 * DAY);
    const { tokens } = await mutate<{ tokens: { token: TokenAnswer }[] }>(
      admin,
      "createRepositoryTokens",
      { organization: "gh/max", scope: "STATUS", label: "x" },
      "tokens { token { createdAt expiresAt } }",
    );
    expect(tokens.map(({ token }) => lifeOf(token))).toEqual([30 * DAY]);
  });

  it("refuses a later end from everybody, and takes it to the millisecond", async () => {
    const later = test.in(30 * DAY + 1);
    const label = "x";
    expect(await refusal(owner(), "createAccountToken", { label, expiresAt: later })).toEqual(beyond);
    const forOther = { label, account: old.user.login, expiresAt: later };
    expect(await refusal(admin, "createAccountToken", forOther)).toEqual(beyond);
    const bulk = { organization: "gh/max", scope: "STATUS", label, expiresAt: later };
    expect(await refusal(admin, "createRepositoryTokens", bulk)).toEqual(beyond);
    const earlier = test.in(30 * DAY);
    expect((await createAccountToken(owner(), { expiresAt: earlier })).token.expiresAt).toBe(earlier);
  });

  it("speaks before the caller's own lifetime does: the input alone shows it", async () => {
    const { secret } = await createAccountToken(owner(), { expiresAt: test.in(DAY) });
    const input = { label: "x", expiresAt: test.in(31 * DAY) };
    expect(await refusal(test.client(secret), "createAccountToken", input)).toEqual(beyond);
  });

  it("bounds rotation too: cut where the end is left out, refused where it is later or null", async () => {
    const { id } = old.never;
    expect(await refusal(owner(), "rotateToken", { id, expiresAt: test.in(31 * DAY) })).toEqual(beyond);
    expect(await refusal(owner(), "rotateToken", { id, expiresAt: null })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "expiresAt",
    });
    const { token, replaced } = await rotateToken(owner(), { id });
    expect(replaced.expiresAt).toBeNull();
    expect(lifeOf(token)).toBe(30 * DAY);
    const next = await rotateToken(owner(), { id: token.id, expiresAt: test.in(DAY) });
    expect(lifeOf(next.token)).toBe(DAY);
  });

  it("leaves existing tokens theirs", async () => {
    const long = test.client(old.long.secret);
    expect(await greet(owner())).toBe("welcome");
    test.pass(100 * DAY);
    expect(await greet(long)).toBe("welcome");
    expect(await greet(owner())).toBe("welcome");
    expect(lifeOf((await rotateToken(long)).token)).toBe(30 * DAY);
  });
});
