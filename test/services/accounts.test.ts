import { TestApp } from "../support/kit";
import { codeOf, mutate, refusal } from "../support/mutations";
import { greet } from "../support/tokens";

let test: TestApp;
beforeAll(async () => (test = await TestApp.start({ frozen: true })));
afterAll(() => test.close());

interface AccountAnswer {
  readonly login: string;
  readonly name: string | null;
  readonly kind: string;
  readonly isSiteAdmin: boolean;
  readonly createdAt: string;
  readonly suspendedAt: string | null;
}
const fields = "account { login name kind isSiteAdmin createdAt suspendedAt }";
const change = async (field: string, input: object, client = test.admin): Promise<AccountAnswer> =>
  (await mutate<{ account: AccountAnswer }>(client, field, input, fields)).account;

describe("createAccount", () => {
  it("makes a user that is nobody in particular where nothing else is said", async () => {
    const expected = {
      name: null,
      kind: "USER",
      isSiteAdmin: false,
      createdAt: test.in(0),
      suspendedAt: null,
    };
    expect(await change("createAccount", { login: "Ada-Lovelace" })).toEqual({
      login: "Ada-Lovelace",
      ...expected,
    });
    const nulls = { login: "nulls", name: null, kind: null, isSiteAdmin: null };
    expect(await change("createAccount", nulls)).toEqual({ login: "nulls", ...expected });
  });

  it("makes services and site administrators, with a name", async () => {
    const input = { login: "gateway", name: " The gateway ", kind: "SERVICE", isSiteAdmin: true };
    expect(await change("createAccount", input)).toMatchObject({ ...input, name: "The gateway" });
  });

  it("keeps the login as written and finds it taken without regard to case", async () => {
    await change("createAccount", { login: "MixedCase" });
    for (const login of ["MixedCase", "mixedcase", "MIXEDCASE"]) {
      expect(await refusal(test.admin, "createAccount", { login })).toEqual({
        code: "CONFLICT",
        message: "the login is taken",
      });
    }
    const { account } = await test.admin.must<{ account: object }>(
      '{ account(login: "mixedCASE") { login } }',
    );
    expect(account).toEqual({ login: "MixedCase" });
  });

  it.each(["", "a".repeat(40), "-a", "a-", "a--b", "a_b", "a b", "👍", "a\n", "ärger", "a\0"])(
    "refuses %j as a login, and repeats nothing",
    async (login) => {
      const refused = await refusal(test.admin, "createAccount", { login });
      expect(refused).toMatchObject({
        code: "BAD_USER_INPUT",
        field: "login",
        message: "login: must be 1 to 39 letters, digits and single inner hyphens",
      });
    },
  );

  it.each(["", "x".repeat(101), "a\nb"])("refuses %j as a name", async (name) => {
    expect(await refusal(test.admin, "createAccount", { login: "named", name })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "name",
    });
  });

  it("is for site administrators", async () => {
    const user = await test.account();
    const service = await test.account({ kind: "SERVICE" });
    const token = await test.repositoryToken(await test.repository(), "ADMIN");
    for (const { client } of [user, service, token]) {
      expect(await codeOf(client, "createAccount", { login: "never" })).toBe("FORBIDDEN");
      expect(await codeOf(client, "createAccount", { login: "admin" })).toBe("FORBIDDEN");
      expect(await codeOf(client, "createAccount", { login: "-" })).toBe("BAD_USER_INPUT");
    }
  });
});

describe("updateAccount", () => {
  it("changes what is given, clears a name that is null, leaves what is left out", async () => {
    const { login } = await test.account({ name: "Before" });
    expect(await change("updateAccount", { login })).toMatchObject({ name: "Before", isSiteAdmin: false });
    expect(await change("updateAccount", { login, isSiteAdmin: true })).toMatchObject({
      name: "Before",
      isSiteAdmin: true,
    });
    expect(await change("updateAccount", { login, isSiteAdmin: null })).toMatchObject({ isSiteAdmin: true });
    expect(await change("updateAccount", { login, name: "After" })).toMatchObject({
      name: "After",
      isSiteAdmin: true,
    });
    expect(await change("updateAccount", { login, name: null })).toMatchObject({
      name: null,
      isSiteAdmin: true,
    });
    expect(await change("updateAccount", { login: login.toUpperCase(), isSiteAdmin: false })).toMatchObject({
      login,
      isSiteAdmin: false,
    });
  });

  it("lets an account change its own name, and nothing else of it", async () => {
    const user = await test.account();
    const { login } = user;
    expect(await change("updateAccount", { login, name: "Me" }, user.client)).toMatchObject({ name: "Me" });
    expect(await codeOf(user.client, "updateAccount", { login, isSiteAdmin: true })).toBe("FORBIDDEN");
    expect(await codeOf(user.client, "updateAccount", { login, name: "I", isSiteAdmin: false })).toBe(
      "FORBIDDEN",
    );
    expect(await change("updateAccount", { login })).toMatchObject({ name: "Me", isSiteAdmin: false });
  });

  it("is forbidden for others who see it, and NOT_FOUND for those who do not", async () => {
    const organization = await test.organization();
    const boss = await test.member(organization, "ADMIN");
    const { login } = await test.member(organization);
    const outsider = await test.account();
    const token = await test.repositoryToken(await test.repository(), "ADMIN");
    for (const [field, input] of [
      ["updateAccount", { login, name: "x" }],
      ["updateAccount", { login, isSiteAdmin: true }],
      ["suspendAccount", { login }],
      ["resumeAccount", { login }],
    ] as const) {
      expect(await codeOf(boss.client, field, input)).toBe("FORBIDDEN");
      expect(await codeOf(outsider.client, field, input)).toBe("NOT_FOUND");
      expect(await codeOf(token.client, field, input)).toBe("NOT_FOUND");
      expect(await codeOf(test.admin, field, { ...input, login: "nobody" })).toBe("NOT_FOUND");
      expect(await codeOf(test.admin, field, { ...input, login: "not a login" })).toBe("NOT_FOUND");
    }
  });

  it("is found by its new name in the list of accounts, without case", async () => {
    const { login } = await test.account({ name: "Grace" });
    const find = async (query: string): Promise<string[]> => {
      const { accounts } = await test.admin.must<{
        accounts: { nodes: { login: string }[]; totalCount: number };
      }>("query($query: String!) { accounts(query: $query) { nodes { login } totalCount } }", { query });
      expect(accounts.totalCount).toBe(accounts.nodes.length);
      return accounts.nodes.map((node) => node.login);
    };
    expect(await find("GRAC")).toEqual([login]);
    await change("updateAccount", { login, name: "Hopper_100%" });
    expect([await find("grac"), await find("hopper_100%")]).toEqual([[], [login]]);
    expect([await find("r_1"), await find("%"), await find("r%")]).toEqual([[login], [login], []]);
    expect(await find(login.toUpperCase())).toEqual([login]);
  });
});

describe("suspendAccount and resumeAccount", () => {
  it("suspend since an instant that a second suspension does not move, and resume", async () => {
    const user = await test.account();
    const { login } = user;
    const at = test.in(0);
    expect(await change("suspendAccount", { login, reason: "left" })).toMatchObject({ suspendedAt: at });
    test.pass(1000);
    expect(await change("suspendAccount", { login })).toMatchObject({ suspendedAt: at });
    expect(await greet(user.client)).toBe("not found");
    expect(await change("resumeAccount", { login })).toMatchObject({ suspendedAt: null });
    expect(await change("resumeAccount", { login })).toMatchObject({ suspendedAt: null });
    expect(await greet(user.client)).toBe("welcome");
  });

  it("are forbidden for the account itself", async () => {
    const user = await test.account();
    expect(await codeOf(user.client, "suspendAccount", { login: user.login })).toBe("FORBIDDEN");
    expect(await codeOf(user.client, "resumeAccount", { login: user.login })).toBe("FORBIDDEN");
  });

  it("take a reason of at most 200 characters", async () => {
    const { login } = await test.account();
    expect(await refusal(test.admin, "suspendAccount", { login, reason: "x".repeat(201) })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "reason",
    });
    expect(await codeOf(test.admin, "suspendAccount", { login, reason: "x".repeat(200) })).toBe("OK");
  });
});
