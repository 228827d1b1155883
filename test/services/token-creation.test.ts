import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import type { Client } from "../support/client";
import { onPostgres } from "../support/databases";
import { type Actor, type MadeToken, TestApp } from "../support/kit";
import { codeOf, refusal } from "../support/mutations";
import { createAccountToken, createRepositoryToken, greet, readToken } from "../support/tokens";

let test: TestApp;
beforeAll(async () => (test = await TestApp.start()));
afterAll(() => test.close());

const viewerTokenOf = async (client: Client): Promise<string> => {
  const { viewer } = await client.must<{ viewer: { token: { id: string } } }>("{ viewer { token { id } } }");
  return viewer.token.id;
};

describe("createAccountToken", () => {
  let user: Actor;
  beforeAll(async () => (user = await test.account()));

  it("makes a token of the caller's own account that works at once", async () => {
    const before = test.now();
    const { token, secret } = await createAccountToken(user.client, { label: "laptop" });
    expect(secret).toMatch(/^twa_[0-9A-Za-z]{38}$/);
    expect(token).toEqual({
      id: expect.any(String) as string,
      kind: "ACCOUNT",
      scope: null,
      label: "laptop",
      hint: secret.slice(0, 8),
      state: "ACTIVE",
      account: { login: user.login },
      repository: null,
      createdBy: { login: user.login },
      createdByToken: { id: await viewerTokenOf(user.client) },
      createdAt: expect.any(String) as string,
      expiresAt: null,
      lastUsedAt: null,
      revokedAt: null,
      revokedBy: null,
      revokeReason: null,
      replaces: null,
      replacedBy: null,
      imported: false,
    });
    expect(Date.parse(token.createdAt)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(token.createdAt)).toBeLessThanOrEqual(test.now());
    const made = test.client(secret);
    expect(await viewerTokenOf(made)).toBe(token.id);
    expect(await readToken(made, token.id)).toEqual(token);
  });

  /** The files, or on a server every row of every table. */
  async function everythingStored(): Promise<Buffer> {
    if (onPostgres) {
      const tables = await test.rows<{ name: string }>(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()",
      );
      const rows = await Promise.all(tables.map(({ name }) => test.rows(`SELECT * FROM ${name}`)));
      return Buffer.from(JSON.stringify(rows));
    }
    const files = [test.databasePath, `${test.databasePath}-wal`].filter((path) => existsSync(path));
    return Buffer.concat(files.map((path) => readFileSync(path)));
  }

  it("gives the secret out in that answer and keeps its digest alone", async () => {
    const { secret } = await createAccountToken(user.client);
    const digest = createHash("sha256").update(secret).digest("hex");
    const stored = await everythingStored();
    expect(stored.includes(digest)).toBe(true);
    expect(stored.includes(secret)).toBe(false);
    expect(stored.includes(secret.slice(4))).toBe(false);
    expect(test.log.filter((line) => line.includes(secret))).toEqual([]);
  });

  it("makes several for one account, each with its own label and end, also with the same label", async () => {
    const ends = [test.in(60_000), test.in(120_000), null];
    const made = await Promise.all(
      ends.map((expiresAt) => createAccountToken(user.client, { label: "same", expiresAt })),
    );
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(3);
    expect(made.map(({ token }) => token.expiresAt)).toEqual(ends);
    expect(await Promise.all(made.map(({ secret }) => greet(test.client(secret))))).toEqual(
      ends.map(() => "welcome"),
    );
  });

  it("keeps the label trimmed, with every character that can be printed", async () => {
    const { token } = await createAccountToken(user.client, { label: `  ${"👍".repeat(100)}\t` });
    expect(token.label).toBe("👍".repeat(100));
  });

  it.each([
    ["an empty label", ""],
    ["a blank label", " \t "],
    ["101 characters", "x".repeat(101)],
    ["a control character", "with\u0007bell"],
    ["a line break", "two\nlines"],
    ["half of a surrogate pair", "half \ud83d"],
    ["a secret", `see twa_${"A".repeat(38)}`],
  ])("refuses %s as a label, says what is allowed and repeats nothing", async (_name, label) => {
    const refused = await refusal(user.client, "createAccountToken", { label });
    expect(refused).toMatchObject({ code: "BAD_USER_INPUT", field: "label" });
    expect(refused.message).toMatch(/^label: must /);
    if (label.trim() !== "") expect(refused.message).not.toContain(label);
  });

  it("wants an end that is later than now", async () => {
    for (const expiresAt of [test.in(0), test.in(-1), "1970-01-01T00:00:00Z"]) {
      const refused = await refusal(user.client, "createAccountToken", { label: "late", expiresAt });
      expect(refused).toMatchObject({
        code: "BAD_USER_INPUT",
        field: "expiresAt",
        message: "expiresAt: must be later than now",
      });
    }
  });

  it("takes an end with any offset and answers it in UTC with milliseconds", async () => {
    const { token } = await createAccountToken(user.client, { expiresAt: "2999-01-01T01:30:00+01:30" });
    expect(token.expiresAt).toBe("2999-01-01T00:00:00.000Z");
  });

  it("lets a site administrator make one for anyone, found by login without case", async () => {
    const { token, secret } = await createAccountToken(test.admin, { account: user.login.toUpperCase() });
    expect(token.account).toEqual({ login: user.login });
    expect(token.createdBy).toEqual({ login: "admin" });
    const { viewer } = await test
      .client(secret)
      .must<{ viewer: { account: object } }>("{ viewer { account { login } } }");
    expect(viewer.account).toEqual({ login: user.login });
  });

  it("is forbidden for an account that the caller sees, an administrator's of its organization too", async () => {
    const organization = await test.organization();
    const boss = await test.member(organization, "ADMIN");
    const member = await test.member(organization);
    expect(await codeOf(boss.client, "createAccountToken", { label: "x", account: member.login })).toBe(
      "FORBIDDEN",
    );
  });

  it("answers the same for a hidden account and for one that does not exist", async () => {
    const other = await test.account();
    for (const account of [other.login, "nobody-of-that-name", "not a login", ""]) {
      expect(await refusal(user.client, "createAccountToken", { label: "x", account })).toEqual({
        code: "NOT_FOUND",
        message: "not found",
      });
    }
  });

  it("is never for a repository token, whatever it names", async () => {
    const { client } = await test.repositoryToken(await test.repository(), "ADMIN");
    expect(await codeOf(client, "createAccountToken", { label: "x" })).toBe("FORBIDDEN");
    expect(await codeOf(client, "createAccountToken", { label: "x", account: "admin" })).toBe("NOT_FOUND");
  });
});

describe("createRepositoryToken", () => {
  let repository: string;
  let adminToken: MadeToken;
  const callers = new Map<string, Client>();

  beforeAll(async () => {
    const organization = await test.organization();
    repository = await test.repository(`${organization}/Docs`);
    const elsewhere = await test.repository(`${organization}/elsewhere`);
    adminToken = await test.repositoryToken(repository, "ADMIN");
    callers
      .set("a site administrator", test.admin)
      .set("an administrator of the organization", (await test.member(organization, "ADMIN")).client)
      .set("a member", (await test.member(organization)).client)
      .set("an outsider", (await test.account()).client)
      .set(
        "an administrator of another organization",
        (await test.member(await test.organization(), "ADMIN")).client,
      )
      .set("a token of another repository", (await test.repositoryToken(elsewhere, "ADMIN")).client)
      .set("ADMIN token", adminToken.client);
    for (const scope of ["STATUS", "READ_ONLY", "ADMIN"] as const) {
      callers.set(`${scope} collaborator`, (await test.collaborator(repository, scope)).client);
      if (scope !== "ADMIN")
        callers.set(`${scope} token`, (await test.repositoryToken(repository, scope)).client);
    }
    const both = await test.collaborator(repository, "STATUS");
    callers.set(
      "a member who collaborates with STATUS",
      (await test.member(organization, "MEMBER", both)).client,
    );
  });

  const as = (caller: string): Client => callers.get(caller)!;

  it.each([
    "a site administrator",
    "an administrator of the organization",
    "ADMIN collaborator",
    "ADMIN token",
  ])("lets %s make one of every scope", async (caller) => {
    for (const scope of ["STATUS", "READ_ONLY", "ADMIN"]) {
      const { token, secret } = await createRepositoryToken(as(caller), { repository, scope });
      expect(secret).toMatch(/^twr_[0-9A-Za-z]{38}$/);
      expect(token).toMatchObject({
        kind: "REPOSITORY",
        scope,
        hint: secret.slice(0, 8),
        state: "ACTIVE",
        account: null,
        repository: { slug: repository },
        expiresAt: null,
        imported: false,
      });
      const seen = await test
        .client(secret)
        .must<object>("query($slug: String!) { repository(slug: $slug) { viewerScope } }", {
          slug: repository,
        });
      expect(seen).toEqual({ repository: { viewerScope: scope } });
    }
  });

  it.each([
    ["a member", "READ_ONLY"],
    ["STATUS collaborator", "STATUS"],
    ["READ_ONLY collaborator", "READ_ONLY"],
    ["a member who collaborates with STATUS", "READ_ONLY"],
    ["STATUS token", "STATUS"],
    ["READ_ONLY token", "READ_ONLY"],
  ])("is forbidden for %s, with the scope needed and the scope held", async (caller, grantedScope) => {
    const refused = await refusal(as(caller), "createRepositoryToken", {
      repository,
      scope: "STATUS",
      label: "x",
    });
    expect(refused).toMatchObject({ code: "FORBIDDEN", requiredScope: "ADMIN", grantedScope });
  });

  it.each(["an outsider", "an administrator of another organization", "a token of another repository"])(
    "answers %s as if there were no such repository",
    async (caller) => {
      const input = { scope: "STATUS", label: "x" };
      for (const slug of [
        repository,
        "gh/nobody/nothing",
        "not a slug",
        "",
        `${repository}/more`,
        "x".repeat(9000),
      ]) {
        expect(await refusal(as(caller), "createRepositoryToken", { ...input, repository: slug })).toEqual({
          code: "NOT_FOUND",
          message: "not found",
        });
      }
    },
  );

  it("keeps who stands behind a repository token as the creator of what that token makes", async () => {
    const first = await createRepositoryToken(as("ADMIN collaborator"), { repository, scope: "ADMIN" });
    const { id, createdBy } = first.token;
    const second = await createRepositoryToken(test.client(first.secret), { repository, scope: "ADMIN" });
    const third = await createRepositoryToken(test.client(second.secret), { repository });
    const seen = await readToken(test.admin, third.token.id);
    expect(createdBy?.login).toMatch(/^user-/);
    expect(seen).toMatchObject({ createdBy, createdByToken: { id: second.token.id } });
    expect(await readToken(test.admin, second.token.id)).toMatchObject({ createdBy, createdByToken: { id } });
  });

  it("finds the repository without regard to case", async () => {
    const { token } = await createRepositoryToken(test.admin, { repository: repository.toUpperCase() });
    expect(token.repository).toEqual({ slug: repository });
  });

  it("says what is wrong with the input before it says whether there is such a repository", async () => {
    const input = { repository: "gh/nobody/nothing", scope: "STATUS", label: "" };
    expect(await codeOf(as("an outsider"), "createRepositoryToken", input)).toBe("BAD_USER_INPUT");
    const late = { ...input, label: "x", expiresAt: test.in(-1) };
    expect(await codeOf(as("an outsider"), "createRepositoryToken", late)).toBe("BAD_USER_INPUT");
  });

  it("makes nothing when it is refused", async () => {
    const count = async (): Promise<number> => (await test.rows("SELECT id FROM token")).length;
    const before = await count();
    for (const caller of ["a member", "an outsider", "STATUS token"]) {
      await refusal(as(caller), "createRepositoryToken", { repository, scope: "STATUS", label: "x" });
    }
    expect(await count()).toBe(before);
  });
});
