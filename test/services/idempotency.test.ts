import { linesOf } from "../support/audit";
import { handOver, verdictOn, verdictsOn } from "../support/handovers";
import { type Actor, TestApp } from "../support/kit";
import { codeOf, mutate } from "../support/mutations";
import { documentOf, newKey, once, refusalOnce, sendOnce } from "../support/retries";
import { greet, readToken, revokeToken, rotateToken } from "../support/tokens";

const MINUTE = 60_000;

/** What happens before a commit; undefined: nothing. */
let beforeCommit: (() => Promise<void>) | undefined;
let test: TestApp;
let organization: string;
let repository: string;
let boss: Actor;
let key: string;
beforeAll(async () => {
  test = await TestApp.start({ frozen: true, hooks: { beforeCommit: () => beforeCommit?.() } });
  organization = await test.organization();
  repository = await test.repository(`${organization}/docs`);
});
afterAll(() => test.close());
beforeEach(async () => {
  key = newKey();
  boss = await test.member(organization, "ADMIN");
});

const count = async (): Promise<number> =>
  (await test.rows<{ n: number }>("SELECT count(*) AS n FROM token"))[0]!.n;
const creation = () => ({ repository, scope: "STATUS", label: "CI" });

describe("a retry with the same key and input", () => {
  it.each<[string, () => Promise<object> | object]>([
    ["createAccountToken", () => ({ label: "mine" })],
    ["createRepositoryToken", creation],
    ["createRepositoryTokens", () => ({ organization, repositories: ["docs"], scope: "ADMIN", label: "x" })],
    ["createRepositoryTokens", () => ({ organization, scope: "ADMIN", label: "x" })],
    ["rotateToken", async () => ({ id: (await test.repositoryToken(repository)).id })],
    [
      "rotateToken",
      async () => ({
        id: (await test.repositoryToken(repository)).id,
        handover: "ON_FIRST_USE",
        overlapSeconds: 5,
      }),
    ],
    ["rotateTokens", async () => ({ ids: [(await test.repositoryToken(repository)).id] })],
  ])(
    "of %s gets the same objects and secrets; nothing is made twice or written down",
    async (field, make) => {
      const input = await make();
      const first = await once(boss.client, key, field, input);
      const before = await count();
      expect(
        await linesOf(test, async () => {
          expect(await once(boss.client, key, field, input)).toEqual(first);
          expect(await once(boss.client, key, field, input)).toEqual(first);
        }),
      ).toEqual([]);
      expect(await count()).toBe(before);
    },
  );

  it("is answered whatever it selects, and however the input is written", async () => {
    const { secret } = await once(boss.client, key, "createRepositoryToken", creation());
    const { data } = await boss.client.send(
      `mutation Again($repository: String!, $scope: RepositoryScope = STATUS) {
        ...here
      }
      fragment here on Mutation {
        mine: createRepositoryToken(input: { label: "CI", scope: $scope, repository: $repository }) {
          secret token { label repository { slug } createdBy { login } }
        }
      }`,
      { repository },
      { "idempotency-key": key },
    );
    expect(data).toEqual({
      mine: {
        secret,
        token: { label: "CI", repository: { slug: repository }, createdBy: { login: boss.login } },
      },
    });
  });

  it("takes what is left out and its default for one input", async () => {
    const { id } = await test.repositoryToken(repository);
    const first = await once(boss.client, key, "rotateToken", { id });
    const written = { id, handover: "IMMEDIATE", overlapSeconds: 0 };
    expect(await once(boss.client, key, "rotateToken", written)).toEqual(first);
  });

  it("counts again in a dry run, which makes nothing", async () => {
    await test.repositoryToken(repository);
    const input = { repository, dryRun: true };
    const first = await once(boss.client, key, "rotateTokens", input);
    expect(first.rotatedCount).toBeGreaterThan(0);
    expect(await once(boss.client, key, "rotateTokens", input)).toEqual(first);
  });

  it("works to the end of 10 minutes; after them the key is as new", async () => {
    const first = await once(boss.client, key, "createRepositoryToken", creation());
    test.pass(10 * MINUTE - 1);
    expect(await once(boss.client, key, "createRepositoryToken", creation())).toEqual(first);
    test.pass(1);
    const second = await once(boss.client, key, "createRepositoryToken", creation());
    expect(second.secret).not.toBe(first.secret);
    expect(await once(boss.client, key, "createRepositoryToken", creation())).toEqual(second);
  });

  it("is answered after a restart too", async () => {
    const input = { id: (await test.repositoryToken(repository)).id };
    const first = await once(boss.client, key, "rotateToken", input);
    await test.app.close();
    await test.open();
    boss = { ...boss, client: test.client(boss.secret) };
    expect(await once(boss.client, key, "rotateToken", input)).toEqual(first);
  });
});

describe("a key", () => {
  it("with another input is IDEMPOTENCY_MISMATCH, also for another mutation, and nothing is made", async () => {
    await once(boss.client, key, "createRepositoryToken", creation());
    const before = await count();
    const other = { ...creation(), label: "CD" };
    expect(await refusalOnce(boss.client, key, "createRepositoryToken", other)).toEqual([
      409,
      "IDEMPOTENCY_MISMATCH",
    ]);
    expect(await refusalOnce(boss.client, key, "createAccountToken", { label: "CI" })).toEqual([
      409,
      "IDEMPOTENCY_MISMATCH",
    ]);
    expect(await count()).toBe(before);
    expect(await refusalOnce(boss.client, key, "createRepositoryToken", creation())).toEqual([200, "OK"]);
  });

  it("whose first request is still running is IDEMPOTENCY_IN_PROGRESS", async () => {
    let arrived = (): void => undefined;
    let go = (): void => undefined;
    const isThere = new Promise<void>((resolve) => (arrived = resolve));
    const mayGo = new Promise<void>((resolve) => (go = resolve));
    await test.app.services.recorder.flush();
    beforeCommit = async () => {
      arrived();
      await mayGo;
    };
    const first = sendOnce(boss.client, key, "createRepositoryToken", creation());
    await isThere;
    const second = await refusalOnce(boss.client, key, "createRepositoryToken", creation());
    beforeCommit = undefined;
    go();
    expect(second).toEqual([409, "IDEMPOTENCY_IN_PROGRESS"]);
    const { data } = await first;
    expect(await once(boss.client, key, "createRepositoryToken", creation())).toEqual(
      data!.createRepositoryToken,
    );
  });

  it("of a request that failed is as new: nothing was kept, and nothing is in progress", async () => {
    beforeCommit = () => Promise.reject(new Error("no disk"));
    expect((await sendOnce(boss.client, key, "createRepositoryToken", creation())).errors).toHaveLength(1);
    beforeCommit = undefined;
    const before = await count();
    await once(boss.client, key, "createRepositoryToken", creation());
    expect(await count()).toBe(before + 1);
  });

  it("of a request that was refused is as new", async () => {
    const { id } = await test.repositoryToken(repository);
    const input = { id, handover: "IMMEDIATE", overlapSeconds: 5 };
    expect(await refusalOnce(boss.client, key, "rotateToken", input)).toEqual([200, "BAD_USER_INPUT"]);
    expect(await refusalOnce(boss.client, key, "rotateToken", { id })).toEqual([200, "OK"]);
  });

  it.each([
    ["another mutation", 'mutation { revokeToken(input: { id: "x" }) { revokedCount } }'],
    ["a query", "{ viewer { token { id } } }"],
    [
      "two mutations",
      'mutation { a: createAccountToken(input: { label: "x" }) { secret } b: createAccountToken(input: { label: "x" }) { secret } }',
    ],
    [
      "a mutation and __typename",
      'mutation { __typename createAccountToken(input: { label: "x" }) { secret } }',
    ],
  ])("on %s is BAD_REQUEST, and nothing runs", async (_, document) => {
    const before = await count();
    const { status, errors } = await boss.client.send(document, {}, { "idempotency-key": key });
    expect([status, errors[0]!.extensions.code]).toEqual([400, "BAD_REQUEST"]);
    expect(await count()).toBe(before);
  });

  it("is BAD_REQUEST without a credential too, where that may be asked at all", async () => {
    const report = 'mutation { reportLeakedToken(input: { secret: "x" }) { accepted } }';
    const headers = { "idempotency-key": key };
    const { status, errors } = await test.client(null).send(report, {}, headers);
    expect([status, errors[0]!.extensions.code]).toEqual([400, "BAD_REQUEST"]);
    expect((await sendOnce(test.client(null), key, "createAccountToken", { label: "x" })).status).toBe(401);
  });

  it.each([
    ["15 characters", "x".repeat(15), 400],
    ["16 characters", "x".repeat(16), 200],
    ["255 characters", "x".repeat(255), 200],
    ["256 characters", "x".repeat(256), 400],
    ["a character that is not printable", `${"x".repeat(16)}\u00e9`, 400],
  ])("of %s is answered as it should", async (_, text, status) => {
    expect((await sendOnce(boss.client, text, "createAccountToken", { label: "x" })).status).toBe(status);
  });

  it("that is malformed does not hide that the credential is bad", async () => {
    expect(
      (await sendOnce(test.client("twa_nothing"), "short", "createAccountToken", { label: "x" })).status,
    ).toBe(401);
  });
});

describe("once a secret was used", () => {
  it.each(["request", "verification"])("by a %s, the retry is CONFLICT for the rest", async (use) => {
    const { secret } = await once(boss.client, key, "createRepositoryToken", creation());
    if (use === "request") await greet(test.client(secret!));
    else expect(await verdictOn(test, secret!, true)).toBe("VALID");
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await refusalOnce(boss.client, key, "createRepositoryToken", creation())).toEqual([
        200,
        "CONFLICT",
      ]);
      test.pass(5 * MINUTE - 1);
    }
  });

  it("a look left it unused", async () => {
    const first = await once(boss.client, key, "createRepositoryToken", creation());
    expect(await verdictOn(test, first.secret!)).toBe("VALID");
    expect(await once(boss.client, key, "createRepositoryToken", creation())).toEqual(first);
  });

  it("one of many, the retry of all is CONFLICT", async () => {
    await test.repository(`${organization}/web`);
    const input = { organization, scope: "STATUS", label: "x" };
    const { tokens } = await once(boss.client, key, "createRepositoryTokens", input);
    await greet(test.client(tokens![1]!.secret));
    expect(await refusalOnce(boss.client, key, "createRepositoryTokens", input)).toEqual([200, "CONFLICT"]);
  });

  it("of a rotation, its retry is CONFLICT, also by the token that it ended", async () => {
    const self = await test.repositoryToken(repository, "STATUS");
    const { secret } = await once(self.client, key, "rotateToken", { handover: "ON_FIRST_USE" });
    await greet(test.client(secret!));
    expect(await greet(self.client)).toBe("not found");
    const retry = await refusalOnce(self.client, key, "rotateToken", { handover: "ON_FIRST_USE" });
    expect(retry).toEqual([200, "CONFLICT"]);
  });

  it("is known even when the server dies before it counted the use", async () => {
    const { token } = await once(boss.client, key, "createRepositoryToken", creation());
    const { secret } = await once(boss.client, key, "createRepositoryToken", creation());
    await greet(test.client(secret!));
    // Committed by the use itself: nothing was flushed since.
    const number = Number(Buffer.from(token!.id, "base64url").toString().split(":")[1]);
    const [row] = await test.rows("SELECT last_used_at, use_count FROM token WHERE id = ?", [number]);
    expect(row).toEqual({ last_used_at: test.now(), use_count: 0 });
  });
});

describe("another caller with the key", () => {
  it("learns nothing: it makes tokens of its own", async () => {
    const other = await test.member(organization, "ADMIN");
    const second = await test.accountToken(boss.login);
    const secrets = new Set<string>();
    for (const { client } of [boss, other, second])
      secrets.add((await once(client, key, "createRepositoryToken", creation())).secret!);
    expect(secrets.size).toBe(3);
    expect(await refusalOnce(other.client, key, "createAccountToken", { label: "x" })).toEqual([
      409,
      "IDEMPOTENCY_MISMATCH",
    ]);
    const stranger = await test.account();
    expect(await refusalOnce(stranger.client, key, "createRepositoryToken", creation())).toEqual([
      200,
      "NOT_FOUND",
    ]);
    expect(await refusalOnce(stranger.client, key, "createAccountToken", { label: "x" })).toEqual([
      200,
      "OK",
    ]);
  });
});

describe("someone who lost the right meanwhile", () => {
  it.each<[string, number, string, (login: string) => Promise<unknown>]>([
    [
      "left the organization",
      200,
      "NOT_FOUND",
      (login) => mutate(test.admin, "removeMembership", { organization, login }),
    ],
    [
      "was demoted",
      200,
      "FORBIDDEN",
      (login) => mutate(test.admin, "setMembership", { organization, login, role: "MEMBER" }),
    ],
    ["was suspended", 401, "UNAUTHENTICATED", (login) => mutate(test.admin, "suspendAccount", { login })],
  ])("and %s gets nothing: %d %s", async (_, status, code, lose) => {
    const { id } = await test.repositoryToken(repository);
    const requests: [string, string, object][] = [
      [newKey(), "createRepositoryToken", creation()],
      [newKey(), "createRepositoryTokens", { organization, scope: "STATUS", label: "x" }],
      [newKey(), "rotateToken", { id }],
      [newKey(), "rotateTokens", { organization }],
      [newKey(), "rotateTokens", { organization, dryRun: true }],
    ];
    for (const request of requests) await once(boss.client, ...request);
    await lose(boss.login);
    for (const request of requests) {
      // A member sees the repository, and no token of it.
      const hidden = code === "FORBIDDEN" && request[1] === "rotateToken";
      expect(await refusalOnce(boss.client, ...request)).toEqual([status, hidden ? "NOT_FOUND" : code]);
    }
  });

  it("and collaborates on every repository gets nothing that was made for the whole organization", async () => {
    const input = { organization, scope: "STATUS", label: "x" };
    const own = await test.organization();
    await test.repository(`${own}/only`);
    await test.member(own, "ADMIN", boss);
    await test.member(own, "ADMIN");
    await once(boss.client, key, "createRepositoryTokens", { ...input, organization: own });
    await test.member(own, "MEMBER", boss);
    await test.collaborator(`${own}/only`, "ADMIN", boss);
    expect(
      await refusalOnce(boss.client, key, "createRepositoryTokens", { ...input, organization: own }),
    ).toEqual([200, "FORBIDDEN"]);
  });

  it("and whose repository is gone gets nothing", async () => {
    const doomed = await test.repository(`${organization}/doomed`);
    const input = { ...creation(), repository: doomed };
    await once(boss.client, key, "createRepositoryToken", input);
    await mutate(test.admin, "deleteRepository", { slug: doomed }, "revokedCount");
    expect(await refusalOnce(boss.client, key, "createRepositoryToken", input)).toEqual([200, "NOT_FOUND"]);
  });
});

describe("a token that rotated itself", () => {
  it.each(["account", "STATUS"])(
    "(%s) gets the answer again, with all that it may see in it, and no more",
    async (kind) => {
      const self =
        kind === "account" ? await test.account() : await test.repositoryToken(repository, "STATUS");
      const document = documentOf("rotateToken").replace(
        "token { id }",
        "token { id state } replaced { id state }",
      );
      const headers = { "idempotency-key": key };
      const first = await self.client.send<{ rotateToken: { secret: string } }>(
        document,
        { input: {} },
        headers,
      );
      expect(first.data).toMatchObject({
        rotateToken: { token: { state: "ACTIVE" }, replaced: { state: "ROTATED" } },
      });
      const before = await count();
      const lines = await linesOf(test, async () => {
        expect((await self.client.send(document, { input: {} }, headers)).data).toEqual(first.data);
      });
      expect([lines, await count()]).toEqual([[], before]);
      expect(await verdictsOn(test, self.secret, first.data!.rotateToken.secret)).toEqual([
        "ROTATED",
        "VALID",
      ]);
    },
  );

  it("gets it too when its retry was let in before the first request had committed", async () => {
    const self = await test.repositoryToken(repository, "STATUS");
    const { services } = test.app;
    const origin = { requestId: "race", ip: null, userAgent: null };
    const actor = await services.verification.authenticate(self.secret, origin);
    const first = await once(self.client, key, "rotateToken", {});
    const { Retry } = await import("../../src/services/retry");
    const caller = services.callerFor(actor, origin);
    caller.retry = new Retry(key, self.secret);
    const [row] = await test.rows<{ input_digest: string }>(
      "SELECT input_digest FROM idempotency WHERE key_digest = ?",
      [caller.retry.digest],
    );
    caller.retry.inputDigest = row!.input_digest;
    expect((await services.rotation.rotateToken(caller, {})).secret).toBe(first.secret);
  });

  it.each<[string, string, string, object]>([
    ["without the key", "", "rotateToken", {}],
    ["with another key", "another-key-than-its-own", "rotateToken", {}],
    ["to create", "same", "createRepositoryToken", {}],
  ])(
    "may do nothing else: %s it is rotated out, and that is written down",
    async (_, other, field, input) => {
      const self = await test.repositoryToken(repository, "ADMIN");
      await once(self.client, key, "rotateToken", {});
      const wanted = field === "rotateToken" ? input : creation();
      const lines = await linesOf(test, async () => {
        const headers: Record<string, string> =
          other === "" ? {} : { "idempotency-key": other === "same" ? key : other };
        const { status, errors } = await self.client.send(documentOf(field), { input: wanted }, headers);
        expect([status, errors[0]!.message]).toEqual([401, "not found"]);
      });
      expect(lines.map(({ action }) => action)).toEqual(["TOKEN_REUSED"]);
    },
  );

  it.each<[string, (login: string, successor: string) => Promise<unknown>]>([
    ["its owner is suspended", (login) => mutate(test.admin, "suspendAccount", { login })],
    ["its successor was revoked", (_, id) => revokeToken(test.admin, { id })],
    ["its successor was rotated", (_, id) => rotateToken(test.admin, { id })],
  ])("is 401 once %s", async (_, happen) => {
    const self = await test.account();
    const { token } = await once(self.client, key, "rotateToken", {});
    await happen(self.login, token!.id);
    expect(await refusalOnce(self.client, key, "rotateToken", {})).toEqual([401, "UNAUTHENTICATED"]);
  });

  it("is 401 when 10 minutes are over", async () => {
    const self = await test.account();
    await once(self.client, key, "rotateToken", {});
    test.pass(10 * MINUTE);
    expect(await refusalOnce(self.client, key, "rotateToken", {})).toEqual([401, "UNAUTHENTICATED"]);
  });

  it("cannot replay a rotation of it that another caller made", async () => {
    const self = await test.account();
    const { token } = await self.client
      .must<{ viewer: { token: { id: string } } }>("{ viewer { token { id } } }")
      .then(({ viewer }) => viewer);
    await once(test.admin, key, "rotateToken", { id: token.id });
    expect(await refusalOnce(self.client, key, "rotateToken", { id: token.id })).toEqual([
      401,
      "UNAUTHENTICATED",
    ]);
  });

  it("may retry a handover of its own while it is good, and after finishHandover", async () => {
    const self = await test.account();
    const input = { handover: "ON_FIRST_USE", overlapSeconds: 60 };
    const first = await once(self.client, key, "rotateToken", input);
    expect(await once(self.client, key, "rotateToken", input)).toEqual(first);
    const replaced = (await readToken(test.admin, first.token!.id))!.replaces!;
    expect(await codeOf(test.admin, "finishHandover", { id: replaced.id })).toBe("OK");
    expect(await once(self.client, key, "rotateToken", input)).toEqual(first);
    await handOver(test.admin, first.token!.id);
    expect(await greet(self.client)).toBe("not found");
  });
});
