import type { Client } from "../support/client";
import { type AuditAnswer, inShort, linesOf } from "../support/audit";
import { type Actor, type MadeToken, TestApp } from "../support/kit";
import { mutate, mutation } from "../support/mutations";
import { createRepositoryToken, revokeToken, rotateToken } from "../support/tokens";

const HOUR = 3_600_000;

let test: TestApp;
let organization: string;
let repository: string;
let user: Actor;
beforeAll(async () => (test = await TestApp.start({ frozen: true })));
beforeEach(async () => {
  organization = await test.organization();
  repository = await test.repository(`${organization}/docs`);
  user = await test.account();
});
afterAll(() => test.close());

/** The lines of one mutation, in short. */
const lines = async (field: string, input: object, client = test.admin): Promise<object[]> =>
  (await linesOf(test, () => client.send(mutation(field), { input }))).map(inShort);

describe("one line is written for each object changed:", () => {
  it("accounts", async () => {
    const { login } = user;
    const about = { account: login };
    expect(await lines("createAccount", { login: "audited" })).toEqual([
      { action: "ACCOUNT_CREATED", account: "audited" },
    ]);
    expect(await lines("updateAccount", { login, name: "x" })).toEqual([
      { action: "ACCOUNT_UPDATED", ...about },
    ]);
    expect(await lines("suspendAccount", { login, reason: "left" })).toEqual([
      { action: "ACCOUNT_SUSPENDED", ...about, reason: "left" },
    ]);
    expect(await lines("resumeAccount", { login })).toEqual([{ action: "ACCOUNT_RESUMED", ...about }]);
  });

  it("organizations, members and collaborators", async () => {
    const { login } = user;
    expect(await lines("createOrganization", { slug: "gh/audited" })).toEqual([
      { action: "ORGANIZATION_CREATED", organization: "gh/audited" },
    ]);
    const about = { account: login, organization };
    expect(await lines("setMembership", { organization, login, role: "MEMBER" })).toEqual([
      { action: "MEMBERSHIP_SET", ...about, role: "MEMBER" },
    ]);
    expect(await lines("removeMembership", { organization, login })).toEqual([
      { action: "MEMBERSHIP_REMOVED", ...about, role: "MEMBER" },
    ]);
    expect(await lines("setCollaborator", { repository, login, scope: "ADMIN" })).toEqual([
      { action: "COLLABORATOR_SET", ...about, repository, scope: "ADMIN" },
    ]);
    expect(await lines("removeCollaborator", { repository, login })).toEqual([
      { action: "COLLABORATOR_REMOVED", ...about, repository, scope: "ADMIN" },
    ]);
  });

  it("repositories, imported ones with their organization", async () => {
    const slug = `${organization}/new`;
    const about = { organization, repository: slug };
    expect(await lines("createRepository", { slug })).toEqual([{ action: "REPOSITORY_CREATED", ...about }]);
    expect(await lines("updateRepository", { slug, description: "x" })).toEqual([
      { action: "REPOSITORY_UPDATED", ...about },
    ]);
    expect(await lines("renameRepository", { slug, name: "newer" })).toEqual([
      { action: "REPOSITORY_RENAMED", organization, repository: `${organization}/newer`, reason: slug },
    ]);
    const repositories = [
      { slug: "gl/audited/a" },
      { slug: "gl/audited/b" },
      { slug: "gl/AUDITED/a" },
      { slug: repository },
    ];
    expect(await lines("importRepositories", { repositories })).toEqual([
      { action: "ORGANIZATION_CREATED", organization: "gl/audited" },
      { action: "REPOSITORY_CREATED", organization: "gl/audited", repository: "gl/audited/a" },
      { action: "REPOSITORY_CREATED", organization: "gl/audited", repository: "gl/audited/b" },
    ]);
  });

  it("a deletion: one for the repository, and one for each of its live tokens", async () => {
    const ended = await test.repositoryToken(repository, "STATUS");
    await revokeToken(test.admin, { id: ended.id });
    const [one, two] = [
      await test.repositoryToken(repository, "STATUS"),
      await test.repositoryToken(repository, "ADMIN"),
    ];
    // What is deleted is not shown as an object any more, a deleted repository's tokens only to site administrators.
    expect(await lines("deleteRepository", { slug: repository })).toEqual([
      { action: "REPOSITORY_DELETED", organization, reason: repository },
      { action: "TOKEN_REVOKED", organization, token: one.id, scope: "STATUS", reason: "repository deleted" },
      { action: "TOKEN_REVOKED", organization, token: two.id, scope: "ADMIN", reason: "repository deleted" },
    ]);
  });

  it("builds", async () => {
    const input = { repository, branch: "main", commit: "0123456", status: "RUNNING" };
    const line = { action: "BUILD_REPORTED", organization, repository };
    expect(await lines("reportBuild", input)).toEqual([line]);
    expect(await lines("reportBuild", { ...input, number: 1, status: "FAILED" })).toEqual([line]);
  });

  it("tokens made, each with its owner or its repository and scope", async () => {
    const tokenOf = (line: object | undefined): unknown => (line as { token?: string } | undefined)?.token;
    const account = await lines("createAccountToken", { label: "x", account: user.login });
    expect(account).toEqual([{ action: "TOKEN_CREATED", account: user.login, token: tokenOf(account[0]) }]);
    expect(tokenOf(account[0])).toEqual(expect.any(String));
    const one = await lines("createRepositoryToken", { repository, scope: "STATUS", label: "x" });
    const line = { action: "TOKEN_CREATED", organization, repository, scope: "STATUS" };
    expect(one).toEqual([{ ...line, token: tokenOf(one[0]) }]);
    await test.repository(`${organization}/api`);
    const many = await lines("createRepositoryTokens", { organization, scope: "ADMIN", label: "x" });
    expect(many).toEqual([
      { ...line, repository: `${organization}/api`, scope: "ADMIN", token: tokenOf(many[0]) },
      { ...line, scope: "ADMIN", token: tokenOf(many[1]) },
    ]);
  });

  it("a rotation: one for the old token, none for the new", async () => {
    const { id } = await test.repositoryToken(repository, "READ_ONLY");
    expect(await lines("rotateToken", { id })).toEqual([
      { action: "TOKEN_ROTATED", organization, repository, token: id, scope: "READ_ONLY" },
    ]);
    const own = await test.accountToken(user.login);
    expect(await lines("rotateToken", {}, own.client)).toEqual([
      { action: "TOKEN_ROTATED", account: user.login, token: own.id },
    ]);
  });

  it("a revocation: one for each token that it ended, with the reason", async () => {
    const parent = await test.repositoryToken(repository, "ADMIN");
    const child = await createRepositoryToken(parent.client, { repository, scope: "STATUS" });
    const line = { action: "TOKEN_REVOKED", organization, repository, reason: "breach" };
    expect(await lines("revokeToken", { id: parent.id, withCreated: true, reason: "breach" })).toEqual([
      { ...line, token: parent.id, scope: "ADMIN" },
      { ...line, token: child.token.id, scope: "STATUS" },
    ]);
    const own = await test.accountToken(user.login);
    const [last] = await lines("revokeTokens", { ids: [own.id] });
    expect(last).toEqual({ action: "TOKEN_REVOKED", account: user.login, token: own.id });
  });

  it("a leak report: TOKEN_LEAK_REPORTED instead of TOKEN_REVOKED, its reason the URL", async () => {
    const url = "https://example.com/paste";
    const { id, secret } = await test.repositoryToken(repository, "STATUS");
    expect(await lines("reportLeakedToken", { secret, url }, test.client(null))).toEqual([
      { action: "TOKEN_LEAK_REPORTED", organization, repository, token: id, scope: "STATUS", reason: url },
    ]);
    const own = await test.accountToken(user.login);
    expect(await lines("reportLeakedToken", { secret: own.secret })).toEqual([
      { action: "TOKEN_LEAK_REPORTED", account: user.login, token: own.id },
    ]);
  });

  it("admin-token: the account made, promoted or resumed, and the token, by nobody", async () => {
    const adminToken = async (login: string): Promise<AuditAnswer[]> =>
      linesOf(test, () => test.app.services.operator.adminToken(login));
    const made = await adminToken("operator");
    expect(
      made.map(({ action, account, actor, actorToken }) => [action, account, actor, actorToken]),
    ).toEqual([
      ["ACCOUNT_CREATED", { login: "operator" }, null, null],
      ["TOKEN_CREATED", { login: "operator" }, null, null],
    ]);
    await mutate(test.admin, "suspendAccount", { login: user.login });
    expect((await adminToken(user.login)).map(({ action }) => action)).toEqual([
      "ACCOUNT_RESUMED",
      "ACCOUNT_UPDATED",
      "TOKEN_CREATED",
    ]);
    expect((await adminToken(user.login)).map(({ action }) => action)).toEqual(["TOKEN_CREATED"]);
  });
});

describe("a line says who did it, from where, and in which request", () => {
  it("for an account: account and token", async () => {
    const boss = await test.collaborator(repository, "ADMIN");
    const { viewer } = await boss.client.must<{ viewer: { token: { id: string } } }>(
      "{ viewer { token { id } } }",
    );
    let requestId: string | null = null;
    const [line] = await linesOf(test, async () => {
      const input = { repository, scope: "STATUS", label: "x" };
      const answer = await boss.client.send(
        mutation("createRepositoryToken"),
        { input },
        { "user-agent": "ci/1.0" },
      );
      requestId = answer.headers.get("x-request-id");
    });
    expect(line).toMatchObject({
      at: test.in(0),
      actor: { login: boss.login },
      actorToken: { id: viewer.token.id },
      requestId,
      ip: "127.0.0.1",
      userAgent: "ci/1.0",
    });
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("for a repository token: the token, no account", async () => {
    const { id, client } = await test.repositoryToken(repository, "ADMIN");
    const [line] = await linesOf(test, () =>
      mutate(client, "updateRepository", { slug: repository, description: "x" }),
    );
    expect(line).toMatchObject({ actor: null, actorToken: { id } });
  });

  it("for nobody: neither", async () => {
    const { secret } = await test.repositoryToken(repository);
    const [line] = await linesOf(test, () => mutate(test.client(null), "reportLeakedToken", { secret }));
    expect(line).toMatchObject({
      action: "TOKEN_LEAK_REPORTED",
      actor: null,
      actorToken: null,
      ip: "127.0.0.1",
    });
  });

  it("all lines of one request have its id", async () => {
    const written = await linesOf(test, () =>
      test.admin.must(
        `mutation($a: String!, $b: String!) {
          a: createRepository(input: { slug: $a }) { repository { id } } b: createRepository(input: { slug: $b }) { repository { id } } }`,
        { a: `${organization}/a`, b: `${organization}/b` },
      ),
    );
    expect(new Set(written.map(({ requestId }) => requestId)).size).toBe(1);
    expect(written).toHaveLength(2);
  });

  it("a secret in the User-Agent is cut to its hint, and the whole to 1024 characters", async () => {
    const { secret } = await test.repositoryToken(repository);
    const agent = `tool/${secret} ${"x".repeat(2000)}`;
    const [line] = await linesOf(test, async () => {
      const input = { slug: repository, description: "x" };
      await test.admin.send(mutation("updateRepository"), { input }, { "user-agent": agent });
    });
    expect(line?.userAgent).not.toContain(secret.slice(8));
    expect(line?.userAgent?.length).toBeLessThanOrEqual(1024);
    expect(line?.userAgent).toContain(secret.slice(0, 8));
  });
});

describe("no line is written for", () => {
  const nothing = async (field: string, input: object, client?: Client): Promise<void> => {
    expect(await lines(field, input, client)).toEqual([]);
  };

  it("a refusal", async () => {
    const { id } = await test.repositoryToken(repository);
    await revokeToken(test.admin, { id });
    await nothing("createAccount", { login: "admin" });
    await nothing("createAccount", { login: "x" }, user.client);
    await nothing("createAccountToken", { label: "" });
    await nothing("createRepositoryToken", { repository, scope: "STATUS", label: "x" }, user.client);
    await nothing("rotateToken", { id });
    await nothing("revokeToken", { id }, user.client);
    await nothing("revokeTokens", { repository }, user.client);
    await nothing("suspendAccount", { login: user.login }, user.client);
    await nothing("deleteRepository", { slug: repository }, user.client);
    await nothing("reportBuild", {
      repository,
      number: 9,
      branch: "main",
      commit: "0123456",
      status: "FAILED",
    });
    await nothing("importRepositories", { repositories: [{ slug: "gh/nobody/x" }] }, user.client);
    await nothing("setMembership", { organization, login: "nobody-here", role: "ADMIN" });
  });

  it("a dry run", async () => {
    await test.repositoryToken(repository);
    await nothing("revokeTokens", { repository, withCreated: true, dryRun: true });
  });

  it("a revocation or a leak report of what has ended", async () => {
    const ended: MadeToken[] = [];
    for (let turn = 0; turn < 3; turn++) {
      ended.push(await test.repositoryToken(repository, "STATUS", { expiresAt: test.in(HOUR) }));
    }
    await revokeToken(test.admin, { id: ended[0]!.id });
    await rotateToken(test.admin, { id: ended[1]!.id, expiresAt: null });
    test.pass(HOUR);
    for (const { id, secret } of ended) {
      await nothing("revokeToken", { id, reason: "again" });
      await nothing("reportLeakedToken", { secret }, test.client(null));
      await nothing("revokeTokens", { ids: [id] });
    }
    await nothing("reportLeakedToken", { secret: `twr_${"0".repeat(38)}` }, test.client(null));
  });

  it("a change that changes nothing", async () => {
    const { login } = user;
    await test.member(organization, "MEMBER", user);
    await test.collaborator(repository, "STATUS", user);
    await nothing("updateAccount", { login });
    await nothing("updateAccount", { login, name: null, isSiteAdmin: false });
    await nothing("resumeAccount", { login });
    await mutate(test.admin, "suspendAccount", { login, reason: "first" });
    await nothing("suspendAccount", { login, reason: "second" });
    await nothing("setMembership", { organization, login, role: "MEMBER" });
    await nothing("removeMembership", { organization, login: "admin" });
    await nothing("setCollaborator", { repository, login, scope: "STATUS" });
    await nothing("removeCollaborator", { repository, login: "admin" });
    await nothing("updateRepository", { slug: repository });
    await nothing("updateRepository", { slug: repository, description: null, defaultBranch: "main" });
    await nothing("renameRepository", { slug: repository, name: "docs" });
    await nothing("importRepositories", { repositories: [{ slug: repository, description: "other" }] });
  });
});

describe("a line is in the transaction of its change", () => {
  it("so that neither is there when the commit fails", async () => {
    let failing = false;
    const own = await TestApp.start({
      hooks: {
        beforeCommit: () => {
          if (failing) throw new Error("the disk is gone");
        },
      },
    });
    try {
      const { id } = await own.repositoryToken(await own.repository());
      const state = (): Promise<unknown[]> =>
        Promise.all([own.rows("SELECT * FROM audit_event"), own.rows("SELECT * FROM token")]);
      const before = await state();
      failing = true;
      for (const field of ["rotateToken", "revokeToken"]) {
        expect(await own.admin.code(mutation(field), { input: { id } })).not.toBe("OK");
      }
      failing = false;
      expect(await state()).toEqual(before);
      expect(await own.admin.code(mutation("revokeToken"), { input: { id } })).toBe("OK");
    } finally {
      await own.close();
    }
  });
});
