import { TestApp } from "../support/kit";
import { codeOf, mutate, refusal } from "../support/mutations";
import {
  createAccountToken,
  createRepositoryToken,
  greet,
  revokeToken,
  rotateToken,
} from "../support/tokens";

let test: TestApp;
beforeAll(async () => {
  test = await TestApp.start({
    frozen: true,
    env: { MAX_TOKENS_PER_ACCOUNT: "3", MAX_TOKENS_PER_REPOSITORY: "2" },
  });
});
afterAll(() => test.close());

const HOUR = 3_600_000;

describe("MAX_TOKENS_PER_ACCOUNT", () => {
  const full = { code: "LIMIT_EXCEEDED", message: expect.stringContaining("live tokens") as string };

  it("bounds the live tokens of one account, whoever makes them", async () => {
    const user = await test.account();
    await createAccountToken(user.client);
    await createAccountToken(test.admin, { account: user.login });
    expect(await refusal(user.client, "createAccountToken", { label: "x" })).toEqual(full);
    expect(await refusal(test.admin, "createAccountToken", { label: "x", account: user.login })).toEqual(
      full,
    );
    const other = await test.account();
    expect((await createAccountToken(other.client)).token.state).toBe("ACTIVE");
  });

  it("counts neither revoked nor rotated nor expired tokens", async () => {
    const user = await test.account();
    const first = await createAccountToken(user.client, { expiresAt: test.in(HOUR) });
    const second = await createAccountToken(user.client);
    expect(await codeOf(user.client, "createAccountToken", { label: "x" })).toBe("LIMIT_EXCEEDED");
    await revokeToken(user.client, { id: second.token.id });
    await createAccountToken(user.client);
    expect(await codeOf(user.client, "createAccountToken", { label: "x" })).toBe("LIMIT_EXCEEDED");
    test.pass(HOUR);
    expect(await greet(test.client(first.secret))).toBe("token expired");
    await createAccountToken(user.client);
    expect(await codeOf(user.client, "createAccountToken", { label: "x" })).toBe("LIMIT_EXCEEDED");
  });

  it("does not stand in the way of a rotation, which leaves as many as there were", async () => {
    const user = await test.account();
    await createAccountToken(user.client);
    const { token } = await createAccountToken(user.client);
    const rotated = await rotateToken(user.client, { id: token.id });
    expect(rotated.token.state).toBe("ACTIVE");
    expect(await codeOf(user.client, "createAccountToken", { label: "x" })).toBe("LIMIT_EXCEEDED");
  });

  it("says FORBIDDEN before it says that the account is full", async () => {
    const user = await test.account();
    const short = await createAccountToken(user.client, { expiresAt: test.in(HOUR) });
    await createAccountToken(user.client);
    const input = { label: "x", expiresAt: test.in(2 * HOUR) };
    expect(await codeOf(test.client(short.secret), "createAccountToken", input)).toBe("FORBIDDEN");
  });

  it("is held when many are made at once", async () => {
    const user = await test.account();
    const codes = await Promise.all(
      Array.from({ length: 8 }, () => codeOf(user.client, "createAccountToken", { label: "x" })),
    );
    expect(codes.sort()).toEqual([...Array<string>(6).fill("LIMIT_EXCEEDED"), "OK", "OK"]);
  });

  it("does not hold for admin-token, the way back in", async () => {
    const user = await test.account();
    await createAccountToken(user.client);
    await createAccountToken(user.client);
    const { secret } = await test.app.services.operator.adminToken(user.login);
    expect(await greet(test.client(secret))).toBe("welcome");
  });
});

describe("MAX_TOKENS_PER_REPOSITORY", () => {
  it("bounds the live tokens of one repository, of all scopes together", async () => {
    const repository = await test.repository();
    const { token } = await createRepositoryToken(test.admin, { repository, scope: "STATUS" });
    await createRepositoryToken(test.admin, { repository, scope: "ADMIN" });
    const input = { repository, scope: "READ_ONLY", label: "x" };
    expect(await codeOf(test.admin, "createRepositoryToken", input)).toBe("LIMIT_EXCEEDED");
    expect((await rotateToken(test.admin, { id: token.id })).token.state).toBe("ACTIVE");
    expect(await codeOf(test.admin, "createRepositoryToken", input)).toBe("LIMIT_EXCEEDED");
    await revokeToken(test.admin, { id: (await rotateToken(test.admin, await newest(repository))).token.id });
    expect(await codeOf(test.admin, "createRepositoryToken", input)).toBe("OK");
  });

  it("refuses a whole organization when one of its repositories is full, and makes none", async () => {
    const organization = await test.organization();
    const [one, two] = [`${organization}/one`, `${organization}/two`];
    await test.repositories([one, two]);
    await createRepositoryToken(test.admin, { repository: two });
    await createRepositoryToken(test.admin, { repository: two });
    const input = { organization, scope: "STATUS", label: "all" };
    expect(await codeOf(test.admin, "createRepositoryTokens", input)).toBe("LIMIT_EXCEEDED");
    expect(await newest(one)).toEqual({ id: undefined });
    const rest = { ...input, repositories: ["one"] };
    const { tokens } = await mutate<{ tokens: unknown[] }>(
      test.admin,
      "createRepositoryTokens",
      rest,
      "tokens { secret }",
    );
    expect(tokens).toHaveLength(1);
  });

  const newest = async (slug: string): Promise<{ id: string | undefined }> => {
    const { repository } = await test.admin.must<{ repository: { tokens: { nodes: { id: string }[] } } }>(
      "query($slug: String!) { repository(slug: $slug) { tokens(first: 1) { nodes { id } } } }",
      { slug },
    );
    return { id: repository.tokens.nodes[0]?.id };
  };
});
