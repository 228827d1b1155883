import type { Client } from "../support/client";
import { type Actor, type MadeToken, TestApp } from "../support/kit";
import { codeOf, mutate, mutation, refusal } from "../support/mutations";
import { createRepositoryToken, greet, readToken, revokeToken, rotateToken } from "../support/tokens";

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

describe("rotateToken", () => {
  it("replaces a token: linked both ways, the old secret refused at once, the new one good at once", async () => {
    const boss = await test.collaborator(repository, "ADMIN");
    const made = await createRepositoryToken(boss.client, { repository, scope: "READ_ONLY", label: "CI" });
    const old = test.client(made.secret);
    expect(await greet(old)).toBe("welcome");
    const usedAt = expect.any(String) as string;
    test.pass(1000);
    const { token, secret, replaced } = await rotateToken(test.admin, { id: made.token.id });
    expect(secret).toMatch(/^twr_[0-9A-Za-z]{38}$/);
    expect(secret).not.toBe(made.secret);
    expect(token).toEqual({
      ...made.token,
      id: token.id,
      hint: secret.slice(0, 8),
      createdAt: test.in(0),
      replaces: { id: made.token.id },
    });
    expect(replaced).toEqual({
      ...made.token,
      state: "ROTATED",
      lastUsedAt: usedAt,
      replacedBy: { id: token.id },
    });
    expect(await greet(old)).toBe("not found");
    expect(await greet(test.client(secret))).toBe("welcome");
    expect(await readToken(test.admin, made.token.id)).toMatchObject({
      state: "ROTATED",
      replacedBy: { id: token.id },
      revokedAt: null,
      revokedBy: null,
    });
  });

  it("keeps kind, scope, repository and creator, also when a token rotates itself", async () => {
    const user = await test.account();
    const { token, replaced, secret } = await rotateToken(user.client);
    expect(secret).toMatch(/^twa_/);
    const { kind, scope, account, repository: none, createdBy, createdByToken, label } = replaced;
    expect(token).toMatchObject({ kind, scope, account, repository: none, createdBy, createdByToken, label });
    expect(token).toMatchObject({
      kind: "ACCOUNT",
      scope: null,
      account: { login: user.login },
      state: "ACTIVE",
    });
    expect(await readToken(test.admin, token.id)).toMatchObject({ createdBy: { login: "admin" } });
  });

  it("keeps the label where none is given or null is, and takes one that is given", async () => {
    const user = await test.account();
    const { token: kept, secret } = await rotateToken(user.client, { label: null });
    expect(kept.label).toBe("test");
    const { token } = await rotateToken(test.client(secret), { label: "  renewed " });
    expect(token.label).toBe("renewed");
  });

  it("makes a line in which the newest alone is good", async () => {
    const user = await test.account();
    const clients = [user.client];
    const ids: string[] = [];
    for (let turn = 0; turn < 3; turn++) {
      const { token, replaced, secret } = await rotateToken(clients.at(-1)!);
      clients.push(test.client(secret));
      if (turn === 0) ids.push(replaced.id);
      ids.push(token.id);
    }
    const greetings = await Promise.all(clients.map(greet));
    expect(greetings).toEqual(["not found", "not found", "not found", "welcome"]);
    const line = await Promise.all(ids.map((id) => readToken(test.admin, id)));
    expect(line.map((token) => token?.state)).toEqual(["ROTATED", "ROTATED", "ROTATED", "ACTIVE"]);
    expect(line.map((token) => token?.replaces?.id)).toEqual([undefined, ...ids.slice(0, 3)]);
    expect(line.map((token) => token?.replacedBy?.id)).toEqual([...ids.slice(1), undefined]);
  });

  it("gives a STATUS token that rotates itself its new secret, and shows it both tokens", async () => {
    const { id, client } = await test.repositoryToken(repository, "STATUS");
    const { token, replaced, secret } = await rotateToken(client);
    expect(token).toMatchObject({ scope: "STATUS", state: "ACTIVE", replaces: { id } });
    expect(token.repository).toEqual({ slug: repository });
    expect(replaced).toMatchObject({ id, state: "ROTATED", replacedBy: { id: token.id } });
    expect(await greet(client)).toBe("not found");
    const fresh = test.client(secret);
    expect(await readToken(fresh, token.id)).toMatchObject({ id: token.id, state: "ACTIVE", replaces: null });
  });

  it("refuses every later field of the request in which a token rotated itself", async () => {
    const { id, client } = await test.repositoryToken(repository, "ADMIN");
    const { status, data, errors } = await client.send<Record<string, { secret: string } | null>>(
      `mutation($r: String!, $id: ID!) {
        first: rotateToken(input: {}) { secret token { repository { viewerScope } } }
        again: rotateToken(input: {}) { secret }
        byId: revokeToken(input: { id: $id }) { revokedCount }
        other: createRepositoryToken(input: { repository: $r, scope: STATUS, label: "x" }) { secret }
      }`,
      { r: repository, id },
    );
    expect(status).toBe(200);
    expect(data).toEqual({
      first: {
        secret: expect.stringMatching(/^twr_/) as string,
        token: { repository: { viewerScope: "ADMIN" } },
      },
      again: null,
      byId: null,
      other: null,
    });
    expect(errors.map(({ message, path, extensions }) => [path?.[0], message, extensions.code])).toEqual([
      ["again", "not found", "UNAUTHENTICATED"],
      ["byId", "not found", "UNAUTHENTICATED"],
      ["other", "not found", "UNAUTHENTICATED"],
    ]);
    expect(await greet(test.client(data!.first!.secret))).toBe("welcome");
  });
});

describe("who may rotate a token:", () => {
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
  ])("a repository token, %s", async (caller) => {
    for (const scope of ["STATUS", "READ_ONLY", "ADMIN"] as const) {
      const { id } = await test.repositoryToken(repository, scope);
      const { token, replaced } = await rotateToken(as(caller), { id });
      expect([token.scope, token.state, replaced.state]).toEqual([scope, "ACTIVE", "ROTATED"]);
    }
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
    const { id, client } = await test.repositoryToken(repository, "STATUS");
    expect(await refusal(as(caller), "rotateToken", { id })).toEqual({
      code: "NOT_FOUND",
      message: "not found",
    });
    expect(await greet(client)).toBe("welcome");
  });

  it.each(["a site administrator", "its owner"])("an account token, %s", async (caller) => {
    const { id } = await test.accountToken(owner.login);
    const { token } = await rotateToken(as(caller), { id });
    expect(token.account).toEqual({ login: owner.login });
  });

  it.each(["an administrator of the organization", "a member", "an outsider", "ADMIN token"])(
    "not an account token, %s, to whom it is as good as missing",
    async (caller) => {
      const { id, client } = await test.accountToken(owner.login);
      expect(await codeOf(as(caller), "rotateToken", { id })).toBe("NOT_FOUND");
      expect(await greet(client)).toBe("welcome");
    },
  );

  it.each(["STATUS", "READ_ONLY", "ADMIN"] as const)("any %s token itself, named or not", async (scope) => {
    const { id, client } = await test.repositoryToken(repository, scope);
    const { secret, token } = await rotateToken(client, { id });
    expect(token.scope).toBe(scope);
    expect((await rotateToken(test.client(secret))).replaced.id).toBe(token.id);
  });

  it("not whoever created a repository token and has lost ADMIN since", async () => {
    const user = await test.collaborator(repository, "ADMIN");
    const { id } = await test.repositoryToken(repository, "STATUS", { by: user.client });
    await test.collaborator(repository, "READ_ONLY", user);
    expect(await codeOf(user.client, "rotateToken", { id })).toBe("NOT_FOUND");
  });
});

describe("what is no token to rotate", () => {
  it.each([
    ["null", "mutation { rotateToken(input: { id: null }) { secret } }", {}],
    ["a variable that is null", mutation("rotateToken", "secret"), { input: { id: null } }],
    ["a variable without a value", "mutation($id: ID) { rotateToken(input: { id: $id }) { secret } }", {}],
    ["a null variable", "mutation($id: ID) { rotateToken(input: { id: $id }) { secret } }", { id: null }],
  ])(
    "%s as id is refused, so that a forgotten variable rotates nothing",
    async (_name, document, variables) => {
      const user = await test.account();
      const { data, errors } = await user.client.send(document, variables);
      expect(data).toEqual({ rotateToken: null });
      expect(errors[0]).toMatchObject({
        message: "id: must not be null: leave it out of the document",
        extensions: { code: "BAD_USER_INPUT", field: "id" },
      });
      expect(await greet(user.client)).toBe("welcome");
    },
  );

  it("an id that is hidden, unknown, malformed or another type's is as good as missing", async () => {
    const user = await test.account();
    const { id: hidden } = await test.repositoryToken(repository);
    const unknown = Buffer.from("Token:999999").toString("base64url");
    const ids = [hidden, unknown, user.id, "", "x", "Token:1", `${hidden}=`, "👍", "x".repeat(5000)];
    const refusals = await Promise.all(ids.map((id) => refusal(user.client, "rotateToken", { id })));
    expect(refusals).toEqual(ids.map(() => ({ code: "NOT_FOUND", message: "not found" })));
  });

  it("an ended token: CONFLICT, and it stays as it is", async () => {
    const rotated = await test.repositoryToken(repository);
    await rotateToken(test.admin, { id: rotated.id });
    const revoked = await test.repositoryToken(repository);
    await revokeToken(test.admin, { id: revoked.id });
    const expired = await test.repositoryToken(repository, "STATUS", { expiresAt: test.in(HOUR) });
    test.pass(HOUR);
    for (const [{ id }, state] of [
      [rotated, "ROTATED"],
      [revoked, "REVOKED"],
      [expired, "EXPIRED"],
    ] as const) {
      const before = await readToken(test.admin, id);
      expect(await codeOf(test.admin, "rotateToken", { id })).toBe("CONFLICT");
      expect(await readToken(test.admin, id)).toEqual(before);
      expect(before?.state).toBe(state);
    }
  });

  it("is said before its end is: whoever may not see it learns nothing of it", async () => {
    const { id } = await test.repositoryToken(repository);
    await revokeToken(test.admin, { id });
    const outsider = await test.account();
    expect(await codeOf(outsider.client, "rotateToken", { id })).toBe("NOT_FOUND");
  });
});

describe("the input of rotateToken", () => {
  let user: Actor;
  beforeAll(async () => (user = await test.account()));
  afterEach(async () => expect(await greet(user.client)).toBe("welcome"));

  it.each([
    ["overlapSeconds", { overlapSeconds: 1 }],
    ["overlapSeconds", { overlapSeconds: -1 }],
    ["overlapSeconds", { overlapSeconds: 2_592_001 }],
    ["label", { label: "" }],
    ["label", { label: "x".repeat(101) }],
    ["label", { label: "a\0b" }],
  ])("refuses a %s that is not allowed: %j", async (field, input) => {
    expect(await refusal(user.client, "rotateToken", input)).toMatchObject({ code: "BAD_USER_INPUT", field });
  });

  it("speaks of the input before it says whether there is such a token", async () => {
    const input = { id: "nothing", label: "" };
    expect(await codeOf(user.client, "rotateToken", input)).toBe("BAD_USER_INPUT");
  });

  it("takes null for left out, where no other meaning is promised", async () => {
    const { id } = await test.accountToken(user.login);
    const input = { id, handover: null, overlapSeconds: null, label: null };
    expect(
      (await mutate<{ token: object }>(user.client, "rotateToken", input, "token { label }")).token,
    ).toEqual({
      label: "test",
    });
  });
});

describe("the token of a suspended account", () => {
  it("is rotated by a site administrator, and its successor is refused until the account is resumed", async () => {
    const user = await test.account();
    const { id }: MadeToken = await test.accountToken(user.login);
    await mutate(test.admin, "suspendAccount", { login: user.login });
    const { secret, token } = await rotateToken(test.admin, { id });
    expect(token.state).toBe("ACTIVE");
    expect(await greet(test.client(secret))).toBe("not found");
    await mutate(test.admin, "resumeAccount", { login: user.login });
    expect(await greet(test.client(secret))).toBe("welcome");
  });
});
