import type { Client } from "../support/client";
import { type Actor, type MadeToken, TestApp } from "../support/kit";
import { mutate, mutation } from "../support/mutations";
import { greet, readToken, revokeToken, rotateToken } from "../support/tokens";

let test: TestApp;
let organization: string;
let repository: string;
beforeAll(async () => {
  test = await TestApp.start({ frozen: true });
  organization = await test.organization();
  repository = await test.repository(`${organization}/docs`);
});
afterAll(() => test.close());

const lastUsed = async ({ id }: MadeToken): Promise<string | null | undefined> => {
  await test.app.services.recorder.flush();
  return (await readToken(test.admin, id))?.lastUsedAt;
};

describe("a use of a token", () => {
  it("is every request that it authenticated: lastUsedAt is that instant", async () => {
    const made = await test.repositoryToken(repository);
    expect(await lastUsed(made)).toBeNull();
    await greet(made.client);
    const first = test.in(0);
    expect(await lastUsed(made)).toBe(first);
    test.pass(90_000);
    expect(await lastUsed(made)).toBe(first);
    await made.client.send('{ node(id: "nothing") { id } }');
    expect(await lastUsed(made)).toBe(test.in(0));
  });

  it("is a mutation too, refused by a rule or not", async () => {
    const made = await test.repositoryToken(repository);
    await made.client.code(mutation("createRepositoryToken"), {
      input: { repository, scope: "STATUS", label: "x" },
    });
    expect(await lastUsed(made)).toBe(test.in(0));
  });

  it("counts before the first field runs, so also for a token that ends itself", async () => {
    const made = await test.repositoryToken(repository);
    await revokeToken(made.client);
    expect(await lastUsed(made)).toBe(test.in(0));
    const rotated = await test.repositoryToken(repository);
    await rotateToken(rotated.client);
    expect(await lastUsed(rotated)).toBe(test.in(0));
  });

  it("is no request that was refused before any field ran", async () => {
    const made = await test.repositoryToken(repository);
    for (const document of ["{", "{ nothing }", "query A { __typename } query B { __typename }"]) {
      expect((await made.client.send(document)).status).toBe(400);
    }
    const wrong = await made.client.send("query($id: ID!) { node(id: $id) { id } }", {});
    expect(wrong.status).toBe(400);
    expect(await lastUsed(made)).toBeNull();
  });

  it("is a verification that ends in VALID, but for one that only looks", async () => {
    const service = await test.account({ kind: "SERVICE" });
    const verify = (input: object): Promise<string> =>
      service.client.code("query($input: VerifyTokenInput!) { verifyToken(input: $input) { code } }", {
        input,
      });
    const made = await test.repositoryToken(repository, "STATUS");
    const { secret } = made;
    await verify({ secret, recordUse: false });
    await verify({ secret, repository: "gh/nobody/nothing" });
    await verify({ secret, repository, scope: "ADMIN" });
    expect(await lastUsed(made)).toBeNull();
    await verify({ secret, recordUse: null });
    expect(await lastUsed(made)).toBe(test.in(0));
    test.pass(1000);
    const many = "query($inputs: [VerifyTokenInput!]!) { verifyTokens(inputs: $inputs) { code } }";
    await service.client.must(many, { inputs: [{ secret, recordUse: false }] });
    expect(await lastUsed(made)).toBe(test.in(-1000));
    await service.client.must(many, { inputs: [{ secret }] });
    expect(await lastUsed(made)).toBe(test.in(0));
  });

  it("is not made by a suspended owner, whose token is refused", async () => {
    const user = await test.account();
    const made = await test.accountToken(user.login);
    await mutate(test.admin, "suspendAccount", { login: user.login });
    expect(await greet(made.client)).toBe("not found");
    expect(await lastUsed(made)).toBeNull();
  });

  it("is not lost when the server stops", async () => {
    const own = await TestApp.start({ frozen: true });
    try {
      const user = await own.account();
      const made = await own.accountToken(user.login);
      await greet(made.client);
      const used = own.in(0);
      await own.app.close();
      own.pass(60_000);
      const secret = own.adminSecret;
      await own.open();
      expect((await readToken(own.client(secret), made.id))?.lastUsedAt).toBe(used);
    } finally {
      await own.close();
    }
  });
});

describe("a use that cannot be written down", () => {
  it("fails no request, is kept until it can be, and gives way to a later one", async () => {
    let failing = false;
    const own = await TestApp.start({
      frozen: true,
      hooks: {
        beforeCommit: () => {
          if (failing) throw new Error("the disk is gone");
        },
      },
    });
    try {
      const user = await own.account();
      const { id, client } = await own.accountToken(user.login);
      const written = async (): Promise<unknown> => {
        await own.app.services.recorder.flush();
        return (await readToken(own.admin, id))?.lastUsedAt;
      };
      failing = true;
      expect(await greet(client)).toBe("welcome");
      expect(await written()).toBeNull();
      expect(own.log.filter((line) => line.includes("last-used times wait"))).not.toEqual([]);
      const used = own.in(0);
      own.pass(1000);
      failing = false;
      expect(await written()).toBe(used);
      failing = true;
      for (let turn = 0; turn < 2; turn++) {
        own.pass(1000);
        expect(await greet(client)).toBe("welcome");
        expect(await written()).toBe(used);
      }
      failing = false;
      expect(await written()).toBe(own.in(0));
    } finally {
      await own.close();
    }
  });
});

describe("what a token reaches", () => {
  const scopeOf = async (client: Client, slug = repository): Promise<string | null> => {
    const { repository: seen } = await client.must<{ repository: { viewerScope: string } | null }>(
      "query($slug: String!) { repository(slug: $slug) { viewerScope } }",
      { slug },
    );
    return seen?.viewerScope ?? null;
  };

  it("is for an account token what its owner has now: the highest of all, and no more once it is lost", async () => {
    const user = await test.account();
    const steps: [() => Promise<unknown>, string | null][] = [
      [async () => undefined, null],
      [() => test.collaborator(repository, "STATUS", user), "STATUS"],
      [() => test.member(organization, "MEMBER", user), "READ_ONLY"],
      [() => test.collaborator(repository, "ADMIN", user), "ADMIN"],
      [() => mutate(test.admin, "removeCollaborator", { repository, login: user.login }), "READ_ONLY"],
      [() => test.member(organization, "ADMIN", user), "ADMIN"],
      [() => test.member(organization, "ADMIN"), "ADMIN"],
      [() => test.member(organization, "MEMBER", user), "READ_ONLY"],
      [() => mutate(test.admin, "removeMembership", { organization, login: user.login }), null],
      [() => mutate(test.admin, "updateAccount", { login: user.login, isSiteAdmin: true }), "ADMIN"],
      [() => mutate(test.admin, "updateAccount", { login: user.login, isSiteAdmin: false }), null],
    ];
    for (const [step, expected] of steps) {
      await step();
      expect(await scopeOf(user.client)).toBe(expected);
    }
  });

  it("is for a repository token its scope on its repository, whatever becomes of its creator", async () => {
    const boss = await test.collaborator(repository, "ADMIN");
    const { client } = await test.repositoryToken(repository, "READ_ONLY", { by: boss.client });
    const other = await test.repository(`${organization}/other`);
    expect([await scopeOf(client), await scopeOf(client, other)]).toEqual(["READ_ONLY", null]);
    await mutate(test.admin, "updateAccount", { login: boss.login, isSiteAdmin: true });
    expect([await scopeOf(client), await scopeOf(client, other)]).toEqual(["READ_ONLY", null]);
    await mutate(test.admin, "updateAccount", { login: boss.login, isSiteAdmin: false });
    await mutate(test.admin, "removeCollaborator", { repository, login: boss.login });
    await mutate(test.admin, "suspendAccount", { login: boss.login });
    expect(await scopeOf(client)).toBe("READ_ONLY");
    expect(await scopeOf(boss.client).catch(() => "refused")).toBe("refused");
  });

  it("is for a service account no more than for any other", async () => {
    const service = await test.account({ kind: "SERVICE" });
    expect(await scopeOf(service.client)).toBeNull();
    await test.collaborator(repository, "STATUS", service);
    expect(await scopeOf(service.client)).toBe("STATUS");
  });
});

describe("a suspended account", () => {
  let user: Actor;
  beforeAll(async () => {
    user = await test.account();
    await mutate(test.admin, "suspendAccount", { login: user.login });
  });

  it("has its tokens refused as if they were unknown, those too that are made for it meanwhile", async () => {
    const { client } = await test.accountToken(user.login);
    expect([await greet(user.client), await greet(client)]).toEqual(["not found", "not found"]);
    const unknown = await test.client(`twa_${"0".repeat(38)}`).send("{ viewer { token { id } } }");
    const suspended = await client.send("{ viewer { token { id } } }");
    expect([suspended.status, suspended.text]).toEqual([unknown.status, unknown.text]);
  });

  it("has them listed by site administrators", async () => {
    const { account } = await test.admin.must<{ account: { tokens: { nodes: { state: string }[] } } }>(
      "query($login: String!) { account(login: $login) { tokens { nodes { state } } } }",
      { login: user.login },
    );
    expect(account.tokens.nodes.map(({ state }) => state)).toEqual(["ACTIVE", "ACTIVE"]);
  });

  it("has them good again once it is resumed", async () => {
    await mutate(test.admin, "resumeAccount", { login: user.login });
    expect(await greet(user.client)).toBe("welcome");
  });
});
