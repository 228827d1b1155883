import { setImmediate as turn } from "node:timers/promises";
import { type MadeToken, TestApp } from "../support/kit";
import {
  cancelHandover,
  finishHandover,
  handOver,
  readHandover,
  verdictOn,
  verdictsOn,
} from "../support/handovers";
import { codeOf, mutate, refusal } from "../support/mutations";
import { createRepositoryToken, greet, readToken, revokeToken, rotateToken } from "../support/tokens";

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let test: TestApp;
let repository: string;
let old: MadeToken;
beforeAll(async () => {
  test = await TestApp.start({ frozen: true });
  repository = await test.repository();
});
afterAll(() => test.close());
beforeEach(async () => {
  old = await test.repositoryToken(repository, "READ_ONLY", { label: "CI" });
});

const housekeeping = (): Promise<void> => test.app.housekeeping.run();
const stateOf = async (id: string): Promise<string> => (await readToken(test.admin, id))!.state;
/** State, successor and predecessor of tokens. */
const linksOf = (...ids: string[]) =>
  Promise.all(
    ids.map(async (id) => {
      const { state, replaces, replacedBy } = (await readToken(test.admin, id))!;
      return [state, replaces?.id ?? null, replacedBy?.id ?? null];
    }),
  );

describe("a rotation ON_FIRST_USE", () => {
  it("answers the new token as itself: its own hint, label and uses, and the old one as RETIRING", async () => {
    const made = await createRepositoryToken(test.admin, { repository, label: "CI" });
    expect(await greet(test.client(made.secret))).toBe("welcome");
    test.pass(SECOND);
    const { token, secret, replaced } = await handOver(test.admin, made.token.id, { label: "CI two" });
    expect(token).toEqual({
      ...made.token,
      id: token.id,
      label: "CI two",
      hint: secret.slice(0, 8),
      createdAt: test.in(0),
      lastUsedAt: null,
      replaces: { id: made.token.id },
    });
    expect(replaced).toEqual({
      ...made.token,
      state: "RETIRING",
      lastUsedAt: test.in(-SECOND),
      replacedBy: { id: token.id },
    });
    expect(await readToken(test.admin, token.id)).toEqual(token);
    expect(await readToken(test.admin, made.token.id)).toEqual(replaced);
  });

  it("keeps kind, scope, repository and creator, and whoever rotates stands in the audit log alone", async () => {
    const boss = await test.collaborator(repository, "ADMIN");
    const maker = await test.repositoryToken(repository, "ADMIN", { by: boss.client });
    const made = await createRepositoryToken(maker.client, { repository, scope: "STATUS" });
    const { token } = await handOver(test.admin, made.token.id);
    expect(token).toMatchObject({
      kind: "REPOSITORY",
      scope: "STATUS",
      repository: { slug: repository },
      createdBy: { login: boss.login },
      createdByToken: { id: maker.id },
    });
  });

  it("leaves both good until the new one is first used", async () => {
    const { token, secret } = await handOver(test.admin, old.id);
    expect(await verdictsOn(test, old.secret, secret)).toEqual(["VALID", "VALID"]);
    for (let turn = 0; turn < 3; turn += 1) expect(await greet(old.client)).toBe("welcome");
    expect(await linksOf(old.id, token.id)).toEqual([
      ["RETIRING", null, token.id],
      ["ACTIVE", old.id, null],
    ]);
  });

  it("ends the old one at the first use, when there is no overlap", async () => {
    const { token, secret } = await handOver(test.admin, old.id);
    expect(await greet(test.client(secret))).toBe("welcome");
    expect(await greet(old.client)).toBe("not found");
    expect(await linksOf(old.id, token.id)).toEqual([
      ["ROTATED", null, token.id],
      ["ACTIVE", old.id, null],
    ]);
  });

  it.each([
    ["a verification that counts", true, "ROTATED"],
    ["a look", false, "VALID"],
  ])("after %s the old one is %s: %s", async (_, recordUse, code) => {
    const { secret } = await handOver(test.admin, old.id);
    expect(await verdictOn(test, secret, recordUse)).toBe("VALID");
    expect(await verdictOn(test, old.secret)).toBe(code);
  });

  it.each([
    ["SCOPE_DENIED", { scope: "ADMIN" }],
    ["REPOSITORY_DENIED", { repository: "gh/no/where" }],
  ])("takes no verification that ends in %s for a use", async (code, input) => {
    const { secret } = await handOver(test.admin, old.id);
    const answer = await test.admin.must<{ verifyToken: { code: string } }>(
      "query($input: VerifyTokenInput!) { verifyToken(input: $input) { code } }",
      { input: { secret, repository, ...input } },
    );
    expect(answer.verifyToken.code).toBe(code);
    expect(await verdictOn(test, old.secret)).toBe("VALID");
  });

  it("takes no request that was refused before a field ran for a use", async () => {
    const { secret } = await handOver(test.admin, old.id);
    const { status } = await test.client(secret).send("{ nothing }");
    expect(status).toBe(400);
    const headers = { authorization: `Bearer ${secret}`, "content-type": "text/plain" };
    expect((await fetch(`${test.url}/graphql`, { method: "POST", headers, body: "{}" })).status).toBe(415);
    expect((await fetch(`${test.url}/graphql`, { method: "DELETE", headers })).status).toBe(405);
    expect(await verdictOn(test, old.secret)).toBe("VALID");
  });

  it("counts the use before the first field runs: the old one is gone in the very request", async () => {
    const { secret } = await handOver(test.admin, old.id);
    const { viewer } = await test
      .client(secret)
      .must<{ viewer: unknown }>("{ viewer { token { state replaces { state } } } }");
    expect(viewer).toEqual({ token: { state: "ACTIVE", replaces: null } });
    expect(await stateOf(old.id)).toBe("ROTATED");
  });

  it("is over only when the overlap is, to the millisecond", async () => {
    const { secret } = await handOver(test.admin, old.id, { overlapSeconds: 60 });
    expect(await greet(test.client(secret))).toBe("welcome");
    test.pass(60 * SECOND - 1);
    expect([await greet(old.client), await stateOf(old.id)]).toEqual(["welcome", "RETIRING"]);
    test.pass(1);
    expect([await greet(old.client), await stateOf(old.id)]).toEqual(["not found", "ROTATED"]);
    await housekeeping();
    expect(await stateOf(old.id)).toBe("ROTATED");
  });

  it("begins the overlap at the first use, and no later use begins it again", async () => {
    const { secret } = await handOver(test.admin, old.id, { overlapSeconds: 60 });
    test.pass(3 * DAY);
    expect(await greet(test.client(secret))).toBe("welcome");
    test.pass(30 * SECOND);
    expect(await greet(test.client(secret))).toBe("welcome");
    test.pass(30 * SECOND);
    expect(await greet(old.client)).toBe("not found");
  });

  it("leaves a token EXPIRED that came to its own end during its overlap", async () => {
    const brief = await test.repositoryToken(repository, "STATUS", { expiresAt: test.in(HOUR) });
    const { secret } = await handOver(test.admin, brief.id, { overlapSeconds: 2 * 3600 });
    expect(await greet(test.client(secret))).toBe("welcome");
    expect(await readHandover(test.admin, brief.id)).toMatchObject({ endsAt: test.in(HOUR) });
    test.pass(HOUR);
    expect(await stateOf(brief.id)).toBe("EXPIRED");
    test.pass(2 * HOUR);
    await housekeeping();
    expect(await stateOf(brief.id)).toBe("EXPIRED");
  });
});

describe("a new token that is not used in time", () => {
  it("ends when the deadline is over, as EXPIRED at that instant; the old one is ACTIVE and has no successor", async () => {
    const { token, secret } = await handOver(test.admin, old.id);
    const deadline = test.in(7 * DAY);
    test.pass(7 * DAY - 1);
    expect(await linksOf(old.id, token.id)).toEqual([
      ["RETIRING", null, token.id],
      ["ACTIVE", old.id, null],
    ]);
    test.pass(1);
    for (const written of [false, true]) {
      if (written) await housekeeping();
      expect(await linksOf(old.id, token.id)).toEqual([
        ["ACTIVE", null, null],
        ["EXPIRED", old.id, null],
      ]);
      expect((await readToken(test.admin, token.id))!.expiresAt).toBe(deadline);
      expect([await greet(test.client(secret)), await greet(old.client)]).toEqual([
        "token expired",
        "welcome",
      ]);
      expect(await readHandover(test.admin, old.id)).toBeNull();
    }
  });

  it("ends earlier when its own expiry comes, and the old one stays too", async () => {
    const { token } = await handOver(test.admin, old.id, { expiresAt: test.in(DAY) });
    expect(await readHandover(test.admin, old.id)).toMatchObject({ endsAt: test.in(DAY) });
    test.pass(DAY);
    expect(await linksOf(old.id, token.id)).toEqual([
      ["ACTIVE", null, null],
      ["EXPIRED", old.id, null],
    ]);
  });

  it("can be followed by another rotation at once, before housekeeping came by", async () => {
    const first = await handOver(test.admin, old.id);
    test.pass(7 * DAY);
    const second = await handOver(test.admin, old.id);
    expect(await linksOf(old.id, first.token.id, second.token.id)).toEqual([
      ["RETIRING", null, second.token.id],
      ["EXPIRED", old.id, null],
      ["ACTIVE", old.id, null],
    ]);
  });

  it("is revoked: the old one is ACTIVE, its replacedBy null, the ended one keeps replaces", async () => {
    const { token } = await handOver(test.admin, old.id);
    await revokeToken(test.admin, { id: token.id });
    expect(await linksOf(old.id, token.id)).toEqual([
      ["ACTIVE", null, null],
      ["REVOKED", old.id, null],
    ]);
    expect(await greet(old.client)).toBe("welcome");
  });

  it("is reported as leaked: the old one is ACTIVE", async () => {
    const { secret } = await handOver(test.admin, old.id);
    await mutate(test.client(null), "reportLeakedToken", { secret }, "accepted");
    expect([await verdictOn(test, secret), await stateOf(old.id)]).toEqual(["REVOKED", "ACTIVE"]);
  });

  it("stays, and the deadline with it no longer applies, when the old one is revoked", async () => {
    const { token, secret } = await handOver(test.admin, old.id);
    await revokeToken(test.admin, { id: old.id });
    test.pass(8 * DAY);
    await housekeeping();
    expect(await linksOf(old.id, token.id)).toEqual([
      ["REVOKED", null, token.id],
      ["ACTIVE", old.id, null],
    ]);
    expect(await greet(test.client(secret))).toBe("welcome");
  });

  it("stays when the old one expires before the deadline", async () => {
    const boss = await test.collaborator(repository, "ADMIN");
    const brief = await test.repositoryToken(repository, "STATUS", { expiresAt: test.in(DAY) });
    const { token, secret } = await handOver(boss.client, brief.id, { expiresAt: null });
    expect(await readHandover(test.admin, brief.id)).toMatchObject({ endsAt: test.in(DAY) });
    test.pass(8 * DAY);
    await housekeeping();
    expect(await linksOf(brief.id, token.id)).toEqual([
      ["EXPIRED", null, token.id],
      ["ACTIVE", brief.id, null],
    ]);
    expect(await greet(test.client(secret))).toBe("welcome");
  });

  it("lets a used one be revoked: the overlap runs out as planned", async () => {
    const { token, secret } = await handOver(test.admin, old.id, { overlapSeconds: 60 });
    await greet(test.client(secret));
    await revokeToken(test.admin, { id: token.id });
    expect([await greet(old.client), await stateOf(old.id)]).toEqual(["welcome", "RETIRING"]);
    expect(await codeOf(test.admin, "rotateToken", { id: old.id })).toBe("CONFLICT");
    test.pass(60 * SECOND);
    expect([await greet(old.client), await stateOf(old.id)]).toEqual(["not found", "ROTATED"]);
  });
});

describe("another rotation of a line in handover", () => {
  it.each([
    ["the RETIRING token", "old", "ON_FIRST_USE"],
    ["its unused successor", "new", "ON_FIRST_USE"],
    ["the RETIRING token at once", "old", "IMMEDIATE"],
    ["its unused successor at once", "new", "IMMEDIATE"],
  ])("of %s makes another successor of the old one: the unused one ends", async (_, which, handover) => {
    const first = await handOver(test.admin, old.id, { label: "one" });
    const id = which === "old" ? old.id : first.token.id;
    const { token, secret, replaced } = await rotateToken(test.admin, { id, handover });
    expect(replaced.id).toBe(old.id);
    expect(token).toMatchObject({ label: "CI", replaces: { id: old.id } });
    const over = handover === "IMMEDIATE";
    expect(await linksOf(old.id, first.token.id, token.id)).toEqual([
      [over ? "ROTATED" : "RETIRING", null, token.id],
      ["REVOKED", old.id, null],
      ["ACTIVE", old.id, null],
    ]);
    expect(await verdictsOn(test, old.secret, first.secret, secret)).toEqual([
      over ? "ROTATED" : "VALID",
      "REVOKED",
      "VALID",
    ]);
  });

  it("of a RETIRING token whose successor was used is CONFLICT", async () => {
    const { secret } = await handOver(test.admin, old.id, { overlapSeconds: 60 });
    await greet(test.client(secret));
    for (const handover of ["IMMEDIATE", "ON_FIRST_USE"])
      expect(await codeOf(test.admin, "rotateToken", { id: old.id, handover })).toBe("CONFLICT");
    expect(await greet(old.client)).toBe("welcome");
  });

  it.each(["IMMEDIATE", "ON_FIRST_USE"])(
    "of a used successor (%s) ends the overlap at once",
    async (handover) => {
      const { token, secret } = await handOver(test.admin, old.id, { overlapSeconds: 3600 });
      await greet(test.client(secret));
      const third = await rotateToken(test.admin, { id: token.id, handover });
      expect(third.replaced.id).toBe(token.id);
      expect(await verdictsOn(test, old.secret, secret, third.secret)).toEqual([
        "ROTATED",
        handover === "IMMEDIATE" ? "ROTATED" : "VALID",
        "VALID",
      ]);
    },
  );

  it("of a successor that rotates itself counts as its first use", async () => {
    const { token, secret } = await handOver(test.admin, old.id, { overlapSeconds: 3600 });
    const third = await rotateToken(test.client(secret), { handover: "ON_FIRST_USE" });
    expect(third.replaced.id).toBe(token.id);
    expect(await verdictsOn(test, old.secret, secret, third.secret)).toEqual(["ROTATED", "VALID", "VALID"]);
  });

  it("shows its caller the old one that it ended, also a STATUS token", async () => {
    const weak = await test.repositoryToken(repository, "STATUS");
    const { token, secret } = await handOver(test.admin, weak.id, { overlapSeconds: 3600 });
    const client = test.client(secret);
    const shown = "replaced { id replaces { id state } }";
    const answer = await mutate<{ replaced: object }>(client, "rotateToken", {}, shown);
    expect(answer.replaced).toEqual({ id: token.id, replaces: { id: weak.id, state: "ROTATED" } });
  });

  it.each(["ROTATED", "EXPIRED", "REVOKED"])("of a token that is %s is CONFLICT", async (state) => {
    const brief = await test.repositoryToken(repository, "STATUS", { expiresAt: test.in(HOUR) });
    if (state === "ROTATED") await rotateToken(test.admin, { id: brief.id });
    if (state === "REVOKED") await revokeToken(test.admin, { id: brief.id });
    if (state === "EXPIRED") test.pass(HOUR);
    expect(await stateOf(brief.id)).toBe(state);
    for (const handover of ["IMMEDIATE", "ON_FIRST_USE"])
      expect(await codeOf(test.admin, "rotateToken", { id: brief.id, handover })).toBe("CONFLICT");
  });

  it("at once with others: one wins, the others are CONFLICT, and the winner's secret is good", async () => {
    const { services } = test.app;
    const number = Number(Buffer.from(old.id, "base64url").toString().split(":")[1]);
    const actor = await services.verification.authenticate(test.adminSecret, {
      requestId: "race",
      ip: null,
      userAgent: null,
    });
    await services.recorder.flush();
    // Each is under way, with what it has read, before the first may write.
    const write = jest.spyOn(test.app.database, "write");
    let goOn: (() => void) | undefined;
    const held = test.app.database.write(() => new Promise<void>((resolve) => (goOn = resolve)));
    const rotations = Array.from({ length: 5 }, () =>
      services.rotation.rotateToken(
        services.callerFor(actor, { requestId: "race", ip: null, userAgent: null }),
        { id: number, handover: "ON_FIRST_USE" },
      ),
    );
    const settled = Promise.allSettled(rotations);
    while (goOn === undefined || write.mock.calls.length < 1 + rotations.length) await turn();
    write.mockRestore();
    goOn();
    await held;
    const outcomes = await settled;
    const won = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(won).toHaveLength(1);
    const lost = outcomes.flatMap((one) =>
      one.status === "rejected" ? [one.reason as { code: string }] : [],
    );
    expect(lost.map(({ code }) => code)).toEqual(Array(4).fill("CONFLICT"));
    expect(await verdictsOn(test, old.secret, won[0]!.secret)).toEqual(["VALID", "VALID"]);
  });

  it("of one request after the other is no race: each makes another successor", async () => {
    const { a, b } = await test.admin.must<Record<string, { secret: string }>>(
      `mutation($input: RotateTokenInput!) {
        a: rotateToken(input: $input) { secret } b: rotateToken(input: $input) { secret } }`,
      { input: { id: old.id, handover: "ON_FIRST_USE" } },
    );
    expect(await verdictsOn(test, old.secret, a!.secret, b!.secret)).toEqual(["VALID", "REVOKED", "VALID"]);
  });
});

describe("finishHandover", () => {
  it.each(["before", "after"])("ends the old one %s the first use, and answers it", async (when) => {
    const { token, secret } = await handOver(test.admin, old.id, { overlapSeconds: 3600 });
    if (when === "after") await greet(test.client(secret));
    expect(await finishHandover(test.admin, old.id)).toMatchObject({
      id: old.id,
      state: "ROTATED",
      replacedBy: { id: token.id },
    });
    expect(await verdictsOn(test, old.secret, secret)).toEqual(["ROTATED", "VALID"]);
    test.pass(8 * DAY);
    await housekeeping();
    expect(await stateOf(token.id)).toBe("ACTIVE");
  });

  it("is allowed to the successor itself, whatever its scope, and to the old one", async () => {
    const weak = await test.repositoryToken(repository, "STATUS");
    const { secret } = await handOver(test.admin, weak.id, { overlapSeconds: 3600 });
    expect(await finishHandover(test.client(secret), weak.id)).toMatchObject({
      id: weak.id,
      state: "ROTATED",
    });
    const other = await test.repositoryToken(repository, "STATUS");
    const next = await handOver(test.admin, other.id);
    expect(await finishHandover(other.client, other.id)).toMatchObject({ id: other.id, state: "ROTATED" });
    expect(await greet(test.client(next.secret))).toBe("welcome");
  });

  it("is CONFLICT for any token that is not RETIRING, and NOT_FOUND for a hidden one", async () => {
    const { token, secret } = await handOver(test.admin, old.id);
    expect(await codeOf(test.admin, "finishHandover", { id: token.id })).toBe("CONFLICT");
    await greet(test.client(secret));
    expect(await codeOf(test.admin, "finishHandover", { id: old.id })).toBe("CONFLICT");
    expect(await codeOf(test.client(secret), "finishHandover", { id: old.id })).toBe("CONFLICT");
    const stranger = await test.account();
    for (const field of ["finishHandover", "cancelHandover"]) {
      expect(await codeOf(stranger.client, field, { id: old.id })).toBe("NOT_FOUND");
      expect(await codeOf(test.admin, field, { id: "nonsense" })).toBe("NOT_FOUND");
    }
  });
});

describe("cancelHandover", () => {
  it("ends the new one before its first use, and answers the old one, ACTIVE again", async () => {
    const { token, secret } = await handOver(test.admin, old.id);
    expect(await cancelHandover(test.admin, old.id)).toMatchObject({
      id: old.id,
      state: "ACTIVE",
      replacedBy: null,
    });
    expect(await readToken(test.admin, token.id)).toMatchObject({
      state: "REVOKED",
      replaces: { id: old.id },
      revokedAt: test.in(0),
      revokedBy: { login: "admin" },
    });
    expect(await verdictsOn(test, old.secret, secret)).toEqual(["VALID", "REVOKED"]);
  });

  it("is CONFLICT after it, by the successor itself, and for any other token", async () => {
    const { token, secret } = await handOver(test.admin, old.id, { overlapSeconds: 3600 });
    expect(await codeOf(test.admin, "cancelHandover", { id: token.id })).toBe("CONFLICT");
    expect((await refusal(test.client(secret), "cancelHandover", { id: old.id })).code).toBe("CONFLICT");
    expect(await codeOf(test.admin, "cancelHandover", { id: old.id })).toBe("CONFLICT");
    expect(await stateOf(old.id)).toBe("RETIRING");
  });
});
