import type { Client } from "../support/client";
import { type Actor, type MadeToken, TestApp } from "../support/kit";
import { codeOf, mutate, mutation, refusal } from "../support/mutations";
import {
  createAccountToken,
  createRepositoryToken,
  greet,
  readToken,
  revokeToken,
  rotateToken,
} from "../support/tokens";

let test: TestApp;
let organization: string;
let repository: string;
beforeAll(async () => {
  test = await TestApp.start({ frozen: true });
  organization = await test.organization();
  repository = await test.repository(`${organization}/docs`);
});
afterAll(() => test.close());

const HOUR = 3_600_000;
const statesOf = async (...ids: string[]): Promise<(string | undefined)[]> =>
  Promise.all(ids.map(async (id) => (await readToken(test.admin, id))?.state));

describe("revokeToken", () => {
  it("ends a token at once, with when, by whom and why", async () => {
    const boss = await test.collaborator(repository, "ADMIN");
    const { id, client } = await test.repositoryToken(repository);
    const { token, revokedCount } = await revokeToken(boss.client, { id, reason: "  left the team " });
    expect(revokedCount).toBe(1);
    expect(token).toMatchObject({
      id,
      state: "REVOKED",
      revokedAt: test.in(0),
      revokedBy: { login: boss.login },
      revokeReason: "left the team",
      replacedBy: null,
    });
    expect(await greet(client)).toBe("not found");
    expect(await readToken(boss.client, id)).toEqual(token);
  });

  it.each(["STATUS", "READ_ONLY", "ADMIN"] as const)(
    "lets a %s token end itself, shows it to it once more, and then never again",
    async (scope) => {
      const { id, client } = await test.repositoryToken(repository, scope);
      const { token, revokedCount } = await revokeToken(client);
      expect([token.id, token.state, token.repository?.slug, revokedCount]).toEqual([
        id,
        "REVOKED",
        repository,
        1,
      ]);
      expect(await greet(client)).toBe("not found");
    },
  );

  it("lets an account token end itself: every later field of that request is refused", async () => {
    const user = await test.account();
    const { data, errors } = await user.client.send(
      `mutation {
        first: revokeToken(input: {}) { revokedCount token { state revokedBy { login } } }
        next: createAccountToken(input: { label: "x" }) { secret }
        bad: createAccountToken(input: { label: "" }) { secret }
        last: revokeToken(input: {}) { revokedCount }
      }`,
    );
    expect(data).toEqual({
      first: { revokedCount: 1, token: { state: "REVOKED", revokedBy: { login: user.login } } },
      next: null,
      bad: null,
      last: null,
    });
    expect(errors.map(({ message, path, extensions }) => [path?.[0], message, extensions.code])).toEqual([
      ["next", "not found", "UNAUTHENTICATED"],
      ["bad", "not found", "UNAUTHENTICATED"],
      ["last", "not found", "UNAUTHENTICATED"],
    ]);
  });

  it("answers an ended token unchanged, whatever ended it", async () => {
    const revoked = await test.repositoryToken(repository);
    await revokeToken(test.admin, { id: revoked.id, reason: "first" });
    const rotated = await test.repositoryToken(repository);
    await rotateToken(test.admin, { id: rotated.id });
    const expired = await test.repositoryToken(repository, "STATUS", { expiresAt: test.in(HOUR) });
    test.pass(HOUR);
    const boss = await test.collaborator(repository, "ADMIN");
    for (const { id } of [revoked, rotated, expired]) {
      const before = await readToken(boss.client, id);
      const { token, revokedCount } = await revokeToken(boss.client, { id, reason: "second" });
      expect(token).toEqual(before);
      expect(revokedCount).toBe(0);
      expect(await readToken(boss.client, id)).toEqual(before);
    }
    expect(await statesOf(revoked.id, rotated.id, expired.id)).toEqual(["REVOKED", "ROTATED", "EXPIRED"]);
  });

  it.each([
    ["null", "mutation { revokeToken(input: { id: null }) { revokedCount } }", {}],
    ["a null in a variable", mutation("revokeToken", "revokedCount"), { input: { id: null } }],
    [
      "a variable without a value",
      "mutation($id: ID) { revokeToken(input: { id: $id }) { revokedCount } }",
      {},
    ],
  ])(
    "refuses %s as id, so that a forgotten variable never ends the caller",
    async (_name, document, variables) => {
      const user = await test.account();
      const { errors } = await user.client.send(document, variables);
      expect(errors[0]?.extensions).toEqual({ code: "BAD_USER_INPUT", field: "id" });
      expect(await greet(user.client)).toBe("welcome");
    },
  );

  it("takes a reason of 200 characters and none of 201, nor one with control characters or a secret", async () => {
    const { id } = await test.repositoryToken(repository);
    for (const reason of ["x".repeat(201), "a\nb", `found twr_${"x".repeat(38)}`]) {
      expect(await refusal(test.admin, "revokeToken", { id, reason })).toMatchObject({
        code: "BAD_USER_INPUT",
        field: "reason",
      });
    }
    expect(await statesOf(id)).toEqual(["ACTIVE"]);
    const { token } = await revokeToken(test.admin, { id, reason: "👍".repeat(200) });
    expect(token.revokeReason).toBe("👍".repeat(200));
  });

  it.each([{}, { reason: null }, { reason: "  " }])(
    "keeps no reason where none is given: %j",
    async (input) => {
      const { id } = await test.repositoryToken(repository);
      expect((await revokeToken(test.admin, { id, ...input })).token.revokeReason).toBeNull();
    },
  );
});

describe("who may revoke a token:", () => {
  const callers = new Map<string, Client>();
  const as = (name: string): Client => callers.get(name)!;
  let owner: Actor;

  beforeAll(async () => {
    owner = await test.member(organization);
    const elsewhere = await test.repository(`${organization}/elsewhere`);
    callers
      .set("a site administrator", test.admin)
      .set("an administrator of the organization", (await test.member(organization, "ADMIN")).client)
      .set("a member", (await test.member(organization)).client)
      .set("an outsider", (await test.account()).client)
      .set("its owner", owner.client)
      .set("ADMIN token of another repository", (await test.repositoryToken(elsewhere, "ADMIN")).client);
    for (const scope of ["STATUS", "READ_ONLY", "ADMIN"] as const) {
      callers.set(`${scope} collaborator`, (await test.collaborator(repository, scope)).client);
      callers.set(`${scope} token`, (await test.repositoryToken(repository, scope)).client);
    }
  });

  it.each([
    "a site administrator",
    "an administrator of the organization",
    "ADMIN collaborator",
    "ADMIN token",
  ])("a repository token, %s, also one that lives longer than the caller", async (caller) => {
    const { id } = await test.repositoryToken(repository, "ADMIN");
    expect((await revokeToken(as(caller), { id })).token.state).toBe("REVOKED");
  });

  it.each([
    "a member",
    "an outsider",
    "STATUS collaborator",
    "READ_ONLY collaborator",
    "STATUS token",
    "READ_ONLY token",
    "ADMIN token of another repository",
  ])("not a repository token, %s, to whom it is as good as missing", async (caller) => {
    const { id } = await test.repositoryToken(repository, "STATUS");
    expect(await refusal(as(caller), "revokeToken", { id })).toEqual({
      code: "NOT_FOUND",
      message: "not found",
    });
    expect(await statesOf(id)).toEqual(["ACTIVE"]);
  });

  it.each(["a site administrator", "its owner"])("an account token, %s", async (caller) => {
    const { id } = await test.accountToken(owner.login);
    expect((await revokeToken(as(caller), { id })).token.state).toBe("REVOKED");
  });

  it.each(["an administrator of the organization", "an outsider", "ADMIN token"])(
    "not an account token, %s, to whom it is as good as missing",
    async (caller) => {
      const { id } = await test.accountToken(owner.login);
      expect(await codeOf(as(caller), "revokeToken", { id })).toBe("NOT_FOUND");
      expect(await statesOf(id)).toEqual(["ACTIVE"]);
    },
  );

  it("a token that lives a day ends one that never expires: lifetime is aside", async () => {
    const { client } = await test.accountToken(owner.login, { expiresAt: test.in(24 * HOUR) });
    const { id } = await test.accountToken(owner.login);
    expect((await revokeToken(client, { id })).token.state).toBe("REVOKED");
  });

  it("a suspended account's tokens, a site administrator", async () => {
    const user = await test.account();
    const { id } = await test.accountToken(user.login);
    await mutate(test.admin, "suspendAccount", { login: user.login });
    expect((await revokeToken(test.admin, { id })).token.state).toBe("REVOKED");
  });
});

describe("revokeToken withCreated", () => {
  /** account token -> ADMIN token -> STATUS token -> its successor */
  async function family(): Promise<{ user: Actor; root: MadeToken; ids: string[]; clients: Client[] }> {
    const user = await test.collaborator(repository, "ADMIN");
    const root = await test.accountToken(user.login);
    const parent = await createRepositoryToken(root.client, { repository, scope: "ADMIN" });
    const child = await createRepositoryToken(test.client(parent.secret), { repository, scope: "STATUS" });
    const successor = await rotateToken(test.client(child.secret));
    const ids = [root.id, parent.token.id, child.token.id, successor.token.id];
    const clients = [root.client, test.client(parent.secret), test.client(successor.secret)];
    return { user, root, ids, clients };
  }

  it("ends all that was made with it, and with that, and their successors, and counts what it ended", async () => {
    const { user, root, ids, clients } = await family();
    const { revokedCount, token } = await revokeToken(user.client, {
      id: root.id,
      withCreated: true,
      reason: "leak",
    });
    expect([revokedCount, token.id]).toEqual([3, root.id]);
    expect(await statesOf(...ids)).toEqual(["REVOKED", "REVOKED", "ROTATED", "REVOKED"]);
    expect(await Promise.all(clients.map(greet))).toEqual(["not found", "not found", "not found"]);
    expect(await readToken(test.admin, ids[3]!)).toMatchObject({
      revokeReason: "leak",
      revokedBy: { login: user.login },
    });
  });

  it("ends nothing but the token itself without it", async () => {
    const { user, root, ids } = await family();
    for (const input of [{}, { withCreated: false }, { withCreated: null }]) {
      await revokeToken(user.client, { id: root.id, ...input });
    }
    expect(await statesOf(...ids)).toEqual(["REVOKED", "ACTIVE", "ROTATED", "ACTIVE"]);
  });

  it("goes through tokens that have ended", async () => {
    const { user, root, ids } = await family();
    await revokeToken(user.client, { id: ids[1] });
    await revokeToken(user.client, { id: root.id });
    const { revokedCount, token } = await revokeToken(user.client, { id: root.id, withCreated: true });
    expect([revokedCount, token.state]).toEqual([1, "REVOKED"]);
    expect(await statesOf(...ids)).toEqual(["REVOKED", "REVOKED", "ROTATED", "REVOKED"]);
  });

  it("follows a rotated token to its successor", async () => {
    const { user, ids } = await family();
    const { revokedCount, token } = await revokeToken(user.client, { id: ids[2], withCreated: true });
    expect([revokedCount, token.state]).toEqual([1, "ROTATED"]);
    expect(await statesOf(...ids)).toEqual(["ACTIVE", "ACTIVE", "ROTATED", "REVOKED"]);
  });

  it("ends, by the token itself, all that it made", async () => {
    const { ids, clients } = await family();
    const { revokedCount } = await revokeToken(clients[1]!, { withCreated: true });
    expect(revokedCount).toBe(2);
    expect(await statesOf(...ids)).toEqual(["ACTIVE", "REVOKED", "ROTATED", "REVOKED"]);
  });

  it("ends account tokens that were made with it", async () => {
    const user = await test.account();
    const first = await createAccountToken(user.client);
    const second = await createAccountToken(test.client(first.secret));
    const { revokedCount } = await revokeToken(user.client, { id: first.token.id, withCreated: true });
    expect(revokedCount).toBe(2);
    expect(await statesOf(second.token.id)).toEqual(["REVOKED"]);
    expect(await greet(user.client)).toBe("welcome");
  });

  it("leaves alone, and does not count, what the caller could not revoke one by one", async () => {
    const other = await test.repository(`${organization}/other`);
    const user = await test.collaborator(repository, "ADMIN");
    await test.collaborator(other, "ADMIN", user);
    const root = await test.accountToken(user.login);
    const mine = await createRepositoryToken(root.client, { repository });
    const lost = await createRepositoryToken(root.client, { repository: other });
    await test.collaborator(other, "READ_ONLY", user);
    const { revokedCount } = await revokeToken(user.client, { id: root.id, withCreated: true });
    expect(revokedCount).toBe(2);
    expect(await statesOf(root.id, mine.token.id, lost.token.id)).toEqual(["REVOKED", "REVOKED", "ACTIVE"]);
    const again = await revokeToken(test.admin, { id: root.id, withCreated: true });
    expect(again.revokedCount).toBe(1);
    expect(await statesOf(lost.token.id)).toEqual(["REVOKED"]);
  });
});
