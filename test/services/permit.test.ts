import type { Account } from "../../src/domain/account";
import { type Actor, anonymous } from "../../src/domain/actor";
import type { Organization } from "../../src/domain/organization";
import type { RepositoryScope } from "../../src/domain/scope";
import type { Token } from "../../src/domain/token";
import { actorOf, refusalOf } from "../../src/services/admission";
import { Authority } from "../../src/services/authority";
import { allowed, permit } from "../../src/services/permit";
import type { Reader } from "../../src/store/database";
import { neverRotated } from "../support/life";

const NOW = 1_000_000;
// Repository tokens and site administrators have what they have without a look into the database.
const nowhere = undefined as unknown as Reader;

const token: Token = {
  noun: "Token",
  id: 5,
  kind: "REPOSITORY",
  scope: "READ_ONLY",
  label: "ci",
  hint: "twr_0000",
  accountId: null,
  repositoryId: 7,
  organizationId: 3,
  createdById: 1,
  createdByTokenId: null,
  createdAt: new Date(0),
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
  revokedById: null,
  revokeReason: null,
  ...neverRotated,
  imported: false,
};
const account: Account = {
  noun: "Account",
  id: 1,
  login: "ada",
  name: null,
  kind: "USER",
  isSiteAdmin: true,
  createdAt: new Date(0),
  suspendedAt: null,
};
const accountToken: Token = {
  ...token,
  id: 6,
  kind: "ACCOUNT",
  scope: null,
  accountId: 1,
  repositoryId: null,
};
const organization: Organization = {
  noun: "Organization",
  id: 3,
  slug: "gh/a",
  name: "a",
  createdAt: new Date(0),
};

const repositoryToken = (scope: RepositoryScope): Authority =>
  new Authority({ kind: "repository", token: { ...token, scope }, repositoryId: 7, scope }, nowhere);
const siteAdmin = new Authority({ kind: "account", token: accountToken, account }, nowhere);
const nobody = new Authority(anonymous, nowhere);
const place = { id: 7, organizationId: 3 };
const elsewhere = { id: 8, organizationId: 3 };

describe("permit", () => {
  it("resolves where the rule allows it", async () => {
    await expect(permit(repositoryToken("ADMIN"), "Repository.tokens", place)).resolves.toBeUndefined();
    await expect(permit(siteAdmin, "Query.accounts")).resolves.toBeUndefined();
    await expect(permit(siteAdmin, "Account.tokens", account)).resolves.toBeUndefined();
    await expect(permit(repositoryToken("STATUS"), "Mutation.rotateToken", token)).resolves.toBeUndefined();
    await expect(permit(nobody, "Mutation.reportLeakedToken")).resolves.toBeUndefined();
  });

  it.each<[RepositoryScope, Parameters<typeof permit>[1] & `Repository.${string}`, RepositoryScope]>([
    ["STATUS", "Repository.description", "READ_ONLY"],
    ["STATUS", "Repository.tokens", "ADMIN"],
    ["READ_ONLY", "Repository.auditEvents", "ADMIN"],
  ])("names the scope needed and the scope held: %s at %s", async (held, rule, needed) => {
    await expect(permit(repositoryToken(held), rule, place)).rejects.toMatchObject({
      code: "FORBIDDEN",
      message: `needs scope ${needed}`,
      details: { requiredScope: needed, grantedScope: held },
    });
  });

  it("says that nothing is held where nothing is", async () => {
    await expect(permit(repositoryToken("ADMIN"), "Repository.tokens", elsewhere)).rejects.toMatchObject({
      code: "FORBIDDEN",
      details: { requiredScope: "ADMIN", grantedScope: null },
    });
  });

  it("names no scope where the kind of token decides, or the role", async () => {
    const bare = { code: "FORBIDDEN", message: "not allowed", details: {} };
    await expect(permit(repositoryToken("ADMIN"), "Repository.collaborators", place)).rejects.toMatchObject(
      bare,
    );
    await expect(permit(repositoryToken("ADMIN"), "Query.accounts")).rejects.toMatchObject(bare);
    await expect(permit(repositoryToken("ADMIN"), "Organization.tokens", organization)).rejects.toMatchObject(
      bare,
    );
    await expect(permit(repositoryToken("ADMIN"), "Account.tokens", account)).rejects.toMatchObject(bare);
    const another = { ...token, id: 9 };
    const refused = permit(repositoryToken("READ_ONLY"), "Mutation.rotateToken", another);
    await expect(refused).rejects.toMatchObject(bare);
    await expect(refused).rejects.not.toHaveProperty("details.requiredScope");
  });

  it("asks nobody to authenticate first", async () => {
    await expect(permit(nobody, "Query.accounts")).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
      message: "authentication required",
    });
    await expect(permit(nobody, "Repository.tokens", place)).rejects.toMatchObject({
      code: "UNAUTHENTICATED",
    });
  });

  it("answers without refusing, for choices", async () => {
    expect(await allowed(repositoryToken("ADMIN"), "Repository.tokens", place)).toBe(true);
    expect(await allowed(repositoryToken("READ_ONLY"), "Repository.tokens", place)).toBe(false);
    expect(await allowed(nobody, "Query.viewer")).toBe(false);
  });
});

describe("admission", () => {
  const at = new Date(NOW);
  it.each([
    ["an unknown token", null, "NOT_FOUND"],
    ["a good repository token", { token, account: null }, null],
    ["a good account token", { token: accountToken, account }, null],
    ["a revoked token", { token: { ...token, revokedAt: at }, account: null }, "REVOKED"],
    ["a rotated token", { token: { ...token, rotatedAt: at }, account: null }, "ROTATED"],
    ["an expired token", { token: { ...token, expiresAt: at }, account: null }, "EXPIRED"],
    [
      "a suspended owner's",
      { token: accountToken, account: { ...account, suspendedAt: at } },
      "ACCOUNT_SUSPENDED",
    ],
  ] as const)("judges %s", (_name, grant, refusal) => {
    expect(refusalOf(grant, NOW)).toBe(refusal);
  });

  it("makes an actor of what the token is, and nobody of a damaged row", () => {
    const kindOf = (actor: Actor): string => actor.kind;
    expect(actorOf({ token: accountToken, account })).toEqual({
      kind: "account",
      token: accountToken,
      account,
    });
    expect(actorOf({ token, account: null })).toEqual({
      kind: "repository",
      token,
      repositoryId: 7,
      scope: "READ_ONLY",
    });
    expect(kindOf(actorOf({ token: accountToken, account: null }))).toBe("anonymous");
    expect(kindOf(actorOf({ token: { ...token, scope: null }, account: null }))).toBe("anonymous");
    expect(kindOf(actorOf({ token: { ...token, repositoryId: null }, account: null }))).toBe("anonymous");
    expect(kindOf(actorOf({ token: { ...token, kind: "ACCOUNT" }, account: null }))).toBe("anonymous");
    expect(kindOf(actorOf({ token: { ...accountToken, kind: "REPOSITORY" }, account }))).toBe("anonymous");
  });
});
