import { mintSecret } from "../../src/secrets/mint";
import { linesOf } from "../support/audit";
import { TestApp } from "../support/kit";
import { greet, readToken } from "../support/tokens";

describe("the first start on an empty database", () => {
  it("makes the site administrator admin with a token that never expires, by nobody", async () => {
    const test = await TestApp.start({ frozen: true });
    try {
      const { viewer } = await test.admin.must<{ viewer: { token: { id: string }; account: object } }>(
        "{ viewer { account { login kind isSiteAdmin createdAt } token { id } } }",
      );
      expect(viewer.account).toEqual({
        login: "admin",
        kind: "USER",
        isSiteAdmin: true,
        createdAt: test.in(0),
      });
      expect(await readToken(test.admin, viewer.token.id)).toMatchObject({
        label: "bootstrap",
        hint: test.adminSecret.slice(0, 8),
        expiresAt: null,
        createdBy: null,
        createdByToken: null,
      });
      const { auditEvents } = await test.admin.must<{ auditEvents: { nodes: object[] } }>(
        "{ auditEvents { nodes { action account { login } actor { login } ip } } }",
      );
      const by = { account: { login: "admin" }, actor: null, ip: null };
      expect(auditEvents.nodes).toEqual([
        { action: "TOKEN_CREATED", ...by },
        { action: "ACCOUNT_CREATED", ...by },
      ]);
    } finally {
      await test.close();
    }
  });

  it("uses BOOTSTRAP_TOKEN where it is set, and never again afterwards", async () => {
    const secret = mintSecret("ACCOUNT");
    const test = await TestApp.start({ env: { BOOTSTRAP_TOKEN: secret } });
    try {
      expect(test.adminSecret).toBe(secret);
      expect(await greet(test.client(secret))).toBe("welcome");
      await test.app.close();
      test.adminSecret = "";
      await test.open();
      expect(test.adminSecret).toBe("");
      expect(await greet(test.client(secret))).toBe("welcome");
      expect(await test.rows("SELECT id FROM token")).toHaveLength(1);
    } finally {
      await test.close();
    }
  });
});

describe("admin-token", () => {
  it("refuses what is no login, and makes nothing", async () => {
    const test = await TestApp.start();
    try {
      const lines = await linesOf(test, () =>
        expect(test.app.services.operator.adminToken("not a login")).rejects.toMatchObject({
          code: "BAD_USER_INPUT",
        }),
      );
      expect(lines).toEqual([]);
    } finally {
      await test.close();
    }
  });
});
