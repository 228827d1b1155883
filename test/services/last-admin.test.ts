import { TestApp } from "../support/kit";
import { codeOf, mutate, refusal } from "../support/mutations";
import { greet } from "../support/tokens";

let test: TestApp;
beforeAll(async () => (test = await TestApp.start({ frozen: true })));
afterAll(() => test.close());

const isLast = { code: "CONFLICT", message: expect.stringContaining("cannot be lost") as string };

describe("the last site administrator that is not suspended", () => {
  it("can be neither demoted nor suspended", async () => {
    expect(await refusal(test.admin, "updateAccount", { login: "admin", isSiteAdmin: false })).toEqual(
      isLast,
    );
    expect(await refusal(test.admin, "updateAccount", { login: "ADMIN", isSiteAdmin: false })).toEqual(
      isLast,
    );
    expect(await refusal(test.admin, "suspendAccount", { login: "admin" })).toEqual(isLast);
    expect(await greet(test.admin)).toBe("welcome");
  });

  it("may be renamed", async () => {
    const input = { login: "admin", name: "The admin", isSiteAdmin: true };
    expect(await codeOf(test.admin, "updateAccount", input)).toBe("OK");
  });

  it("is the last where all others are suspended", async () => {
    const other = await test.account({ isSiteAdmin: true });
    await mutate(test.admin, "suspendAccount", { login: other.login });
    expect(await refusal(test.admin, "updateAccount", { login: "admin", isSiteAdmin: false })).toEqual(
      isLast,
    );
    expect(await refusal(test.admin, "suspendAccount", { login: "admin" })).toEqual(isLast);
    expect(await codeOf(test.admin, "updateAccount", { login: other.login, isSiteAdmin: false })).toBe("OK");
  });

  it("is the last no more where there is another: then either may go, but not both", async () => {
    const other = await test.account({ isSiteAdmin: true, kind: "SERVICE" });
    expect(await codeOf(other.client, "suspendAccount", { login: "admin" })).toBe("OK");
    expect(await refusal(other.client, "suspendAccount", { login: other.login })).toEqual(isLast);
    expect(await refusal(other.client, "updateAccount", { login: other.login, isSiteAdmin: false })).toEqual(
      isLast,
    );
    expect(await codeOf(other.client, "resumeAccount", { login: "admin" })).toBe("OK");
    expect(await codeOf(other.client, "updateAccount", { login: other.login, isSiteAdmin: false })).toBe(
      "OK",
    );
  });

  it("stays when two take the right from each other at the same time", async () => {
    const own = await TestApp.start();
    try {
      const other = await own.account({ isSiteAdmin: true });
      const codes = await Promise.all([
        codeOf(own.admin, "updateAccount", { login: other.login, isSiteAdmin: false }),
        codeOf(other.client, "updateAccount", { login: "admin", isSiteAdmin: false }),
      ]);
      expect(codes.filter((code) => code === "OK")).toHaveLength(1);
      expect(await own.rows("SELECT id FROM account WHERE is_site_admin")).toHaveLength(1);
    } finally {
      await own.close();
    }
  });

  it("is let in again on the server's machine: admin-token makes, promotes and resumes", async () => {
    const user = await test.account();
    await mutate(test.admin, "suspendAccount", { login: user.login });
    for (const login of [user.login, "made-anew"]) {
      const { secret, token } = await test.app.services.operator.adminToken(login);
      expect([token.kind, token.expiresAt, token.createdById]).toEqual(["ACCOUNT", null, null]);
      const { viewer } = await test
        .client(secret)
        .must<{ viewer: object }>("{ viewer { account { login isSiteAdmin suspendedAt } } }");
      expect(viewer).toEqual({ account: { login, isSiteAdmin: true, suspendedAt: null } });
    }
    expect(await greet(user.client)).toBe("welcome");
  });
});

describe("the last ADMIN of an organization that is not suspended", () => {
  it("can be neither demoted nor removed, by itself or a site administrator", async () => {
    const organization = await test.organization();
    const boss = await test.member(organization, "ADMIN");
    await test.member(organization, "MEMBER");
    for (const client of [boss.client, test.admin]) {
      const input = { organization, login: boss.login };
      expect(await refusal(client, "setMembership", { ...input, role: "MEMBER" })).toEqual(isLast);
      expect(await refusal(client, "removeMembership", input)).toEqual(isLast);
    }
    expect(
      await codeOf(boss.client, "setMembership", { organization, login: boss.login, role: "ADMIN" }),
    ).toBe("OK");
  });

  it("is the last where all others are suspended", async () => {
    const organization = await test.organization();
    const boss = await test.member(organization, "ADMIN");
    const other = await test.member(organization, "ADMIN");
    await mutate(test.admin, "suspendAccount", { login: other.login });
    const input = { organization, login: boss.login };
    expect(await refusal(boss.client, "removeMembership", input)).toEqual(isLast);
    expect(await refusal(boss.client, "setMembership", { ...input, role: "MEMBER" })).toEqual(isLast);
  });

  it("is not one that is suspended: that one may go", async () => {
    const organization = await test.organization();
    const boss = await test.member(organization, "ADMIN");
    const other = await test.member(organization, "ADMIN");
    await mutate(test.admin, "suspendAccount", { login: other.login });
    expect(await codeOf(boss.client, "removeMembership", { organization, login: other.login })).toBe("OK");
  });

  it("is not one that is suspended, even where there is no other", async () => {
    const organization = await test.organization();
    const { login } = await test.member(organization, "ADMIN");
    await mutate(test.admin, "suspendAccount", { login });
    expect(await codeOf(test.admin, "setMembership", { organization, login, role: "MEMBER" })).toBe("OK");
    await mutate(test.admin, "setMembership", { organization, login, role: "ADMIN" });
    expect(await codeOf(test.admin, "removeMembership", { organization, login })).toBe("OK");
  });

  it("may be suspended by a site administrator, who can set another", async () => {
    const organization = await test.organization();
    const boss = await test.member(organization, "ADMIN");
    expect(await codeOf(test.admin, "suspendAccount", { login: boss.login })).toBe("OK");
    const heir = await test.member(organization, "ADMIN");
    expect(await codeOf(heir.client, "removeMembership", { organization, login: boss.login })).toBe("OK");
  });

  it("may go where there is another", async () => {
    const organization = await test.organization();
    const boss = await test.member(organization, "ADMIN");
    await test.member(organization, "ADMIN");
    expect(await codeOf(boss.client, "removeMembership", { organization, login: boss.login })).toBe("OK");
  });

  it("stays when two remove each other at the same time", async () => {
    const organization = await test.organization();
    const one = await test.member(organization, "ADMIN");
    const two = await test.member(organization, "ADMIN");
    const codes = await Promise.all([
      codeOf(one.client, "removeMembership", { organization, login: two.login }),
      codeOf(two.client, "removeMembership", { organization, login: one.login }),
    ]);
    expect(codes.sort()).toEqual(["NOT_FOUND", "OK"]);
  });

  it("need not exist: an organization without administrators is the site administrators'", async () => {
    const organization = await test.organization();
    const member = await test.member(organization, "MEMBER");
    expect(await codeOf(member.client, "removeMembership", { organization, login: member.login })).toBe("OK");
  });
});
