import { type AuditAnswer, inShort, linesOf } from "../support/audit";
import {
  cancelHandover,
  finishHandover,
  handOver,
  readHandover,
  readUsage,
  usageFields,
  verdictOn,
} from "../support/handovers";
import { type Actor, type MadeToken, TestApp } from "../support/kit";
import { codeOf, mutate, refusal } from "../support/mutations";
import { greet, revokeToken, rotateToken } from "../support/tokens";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let test: TestApp;
let organization: string;
let repository: string;
let boss: Actor;
let old: MadeToken;
beforeAll(async () => {
  test = await TestApp.start({ frozen: true });
  organization = await test.organization();
  repository = await test.repository(`${organization}/docs`);
  boss = await test.collaborator(repository, "ADMIN");
});
afterAll(() => test.close());
beforeEach(async () => {
  old = await test.repositoryToken(repository);
});

const lines = async (work: () => Promise<unknown>): Promise<Record<string, unknown>[]> =>
  (await linesOf(test, work)).map(inShort);
const about = (id: string, action: string) => ({
  action,
  organization,
  repository,
  token: id,
  scope: "READ_ONLY",
});
const nobody = { requestId: null, actor: null, actorToken: null, ip: null, userAgent: null };

describe("the audit log of a handover", () => {
  it("has one TOKEN_ROTATED for the old token and none for the new, nor for the first use", async () => {
    expect(
      await lines(async () => {
        const { secret } = await handOver(boss.client, old.id, { overlapSeconds: 60 });
        await greet(test.client(secret));
        await greet(test.client(secret));
      }),
    ).toEqual([about(old.id, "TOKEN_ROTATED")]);
  });

  it("has HANDOVER_CANCELED alone for an unused successor that is canceled or replaced", async () => {
    const first = await handOver(boss.client, old.id);
    let second = first;
    expect(await lines(async () => (second = await handOver(boss.client, old.id)))).toEqual(
      expect.arrayContaining([about(old.id, "TOKEN_ROTATED"), about(first.token.id, "HANDOVER_CANCELED")]),
    );
    const written = await linesOf(test, () => cancelHandover(boss.client, old.id));
    expect(written.map(inShort)).toEqual([about(second.token.id, "HANDOVER_CANCELED")]);
    expect(written[0]).toMatchObject({ actor: { login: boss.login } });
  });

  it("has two lines for a rotation that replaces an unused successor, and no more", async () => {
    const first = await handOver(boss.client, old.id);
    const written = await lines(() => rotateToken(boss.client, { id: first.token.id }));
    expect(written).toHaveLength(2);
  });

  it("has HANDOVER_FINISHED for the old token, once", async () => {
    await handOver(boss.client, old.id);
    expect(await lines(() => finishHandover(boss.client, old.id))).toEqual([
      about(old.id, "HANDOVER_FINISHED"),
    ]);
    expect(await lines(() => codeOf(boss.client, "finishHandover", { id: old.id }))).toEqual([]);
  });

  it("has TOKEN_REVOKED alone for an unused successor that is revoked", async () => {
    const { token } = await handOver(boss.client, old.id);
    expect(await lines(() => revokeToken(boss.client, { id: token.id }))).toEqual([
      about(token.id, "TOKEN_REVOKED"),
    ]);
  });

  it("has HANDOVER_LAPSED for the new token, at the deadline, by nobody, once", async () => {
    const { token } = await handOver(boss.client, old.id);
    const deadline = test.in(7 * DAY);
    test.pass(7 * DAY + 40_000);
    const written = await linesOf(test, async () => {
      await test.app.housekeeping.run();
      await test.app.housekeeping.run();
    });
    const lapses = written.filter((line: AuditAnswer) => line.token?.id === token.id);
    expect(lapses).toHaveLength(1);
    expect(lapses[0]).toMatchObject({ ...nobody, at: deadline });
    expect(inShort(lapses[0]!)).toEqual(about(token.id, "HANDOVER_LAPSED"));
  });

  it("has the same line where a mutation finds the lapse before housekeeping does", async () => {
    const { token } = await handOver(boss.client, old.id);
    const deadline = test.in(7 * DAY);
    test.pass(7 * DAY + 1);
    const written = await linesOf(test, async () => {
      await revokeToken(boss.client, { id: old.id });
      await test.app.housekeeping.run();
    });
    const lapses = written.filter(({ action }) => action === "HANDOVER_LAPSED");
    expect(lapses).toEqual([expect.objectContaining({ ...nobody, at: deadline, token: { id: token.id } })]);
  });

  it("has none for the end of an overlap", async () => {
    const { secret } = await handOver(boss.client, old.id, { overlapSeconds: 60 });
    await greet(test.client(secret));
    test.pass(HOUR);
    expect(await lines(() => test.app.housekeeping.run())).toEqual([]);
  });

  it("has one line for each token of a bulk rotation, none for a dry run", async () => {
    await test.repositoryToken(repository);
    const ids = [old.id, (await test.repositoryToken(repository)).id];
    const input = { ids };
    expect(await lines(() => codeOf(boss.client, "rotateTokens", { ...input, dryRun: true }))).toEqual([]);
    const written = await lines(() => codeOf(boss.client, "rotateTokens", input));
    expect(written).toEqual(ids.map((id) => about(id, "TOKEN_ROTATED")));
  });
});

describe("a secret that was rotated out and is presented again", () => {
  const reuses = async (): Promise<number> => {
    const { headers } = { headers: { authorization: `Bearer ${test.adminSecret}` } };
    const text = await (await fetch(`${test.url}/metrics`, { headers })).text();
    return Number(/^tokenward_reused_secrets_total (\d+)/m.exec(text)![1]);
  };

  it("writes TOKEN_REUSED once an hour, counts each time, and touches no other token", async () => {
    const { token, secret } = await rotateToken(boss.client, { id: old.id });
    const before = await reuses();
    const written = await linesOf(test, async () => {
      for (let turn = 0; turn < 3; turn += 1) expect(await greet(old.client)).toBe("not found");
      test.pass(HOUR - 1);
      expect(await greet(old.client)).toBe("not found");
      expect(await verdictOn(test, old.secret, true)).toBe("ROTATED");
    });
    expect(written.map(inShort)).toEqual([about(old.id, "TOKEN_REUSED")]);
    expect(written[0]).toMatchObject({ actor: null, actorToken: null, ip: "127.0.0.1" });
    expect(await reuses()).toBe(before + 5);
    test.pass(1);
    expect((await lines(() => greet(old.client))).map(({ action }) => action)).toEqual(["TOKEN_REUSED"]);
    expect(await greet(test.client(secret))).toBe("welcome");
    expect(await readHandover(test.admin, token.id)).toBeNull();
  });

  it("names the verifier, where one presented it", async () => {
    await rotateToken(boss.client, { id: old.id });
    const written = await linesOf(test, () => verdictOn(test, old.secret, true));
    expect(written).toEqual([expect.objectContaining({ action: "TOKEN_REUSED", actor: { login: "admin" } })]);
  });

  it("writes it too when an overlap or finishHandover ended it", async () => {
    const { secret } = await handOver(boss.client, old.id, { overlapSeconds: 60 });
    await greet(test.client(secret));
    test.pass(60_000);
    expect((await lines(() => greet(old.client))).map(({ action }) => action)).toEqual(["TOKEN_REUSED"]);
  });

  it.each<[string, (secret: string) => Promise<unknown>]>([
    ["a look", (secret) => verdictOn(test, secret)],
    ["a leak report", (secret) => mutate(test.client(null), "reportLeakedToken", { secret }, "accepted")],
    [
      "/revoke",
      (secret) =>
        fetch(`${test.url}/revoke`, {
          method: "POST",
          headers: { "content-type": "application/x-www-form-urlencoded" },
          body: `token=${secret}`,
        }),
    ],
  ])("writes nothing at %s", async (_, present) => {
    await rotateToken(boss.client, { id: old.id });
    const before = await reuses();
    expect(await lines(() => present(old.secret))).toEqual([]);
    expect(await reuses()).toBe(before);
  });

  it("writes nothing for a revoked or an expired one", async () => {
    await revokeToken(boss.client, { id: old.id });
    const brief = await test.repositoryToken(repository, "STATUS", { expiresAt: test.in(HOUR) });
    test.pass(HOUR);
    expect(await lines(() => Promise.all([greet(old.client), greet(brief.client)]))).toEqual([]);
  });
});

describe("Token.handover", () => {
  it("tells how it stands, from the start over the first use to the end", async () => {
    expect(await readHandover(test.admin, old.id)).toBeNull();
    await greet(old.client);
    const { token, secret } = await handOver(boss.client, old.id, { overlapSeconds: 60 });
    const startedAt = test.in(0);
    const unused = { startedAt, firstUseOfNewAt: null, overlapSeconds: 60, endsAt: test.in(7 * DAY) };
    expect(await readHandover(test.admin, old.id)).toEqual({ ...unused, oldUsesSinceStart: 0 });
    await greet(old.client);
    await greet(old.client);
    expect(await readHandover(test.admin, old.id)).toEqual({ ...unused, oldUsesSinceStart: 2 });
    expect(await readHandover(test.admin, token.id)).toBeNull();
    test.pass(HOUR);
    await greet(test.client(secret));
    expect(await readHandover(test.admin, old.id)).toEqual({
      startedAt,
      firstUseOfNewAt: test.in(0),
      overlapSeconds: 60,
      endsAt: test.in(60_000),
      oldUsesSinceStart: 2,
    });
    test.pass(60_000);
    expect(await readHandover(test.admin, old.id)).toBeNull();
  });

  it("does not count the request by which a token rotates itself", async () => {
    await rotateToken(old.client, { handover: "ON_FIRST_USE" });
    expect(await readHandover(test.admin, old.id)).toMatchObject({ oldUsesSinceStart: 0 });
  });

  it("counts anew in another handover", async () => {
    await handOver(boss.client, old.id);
    await greet(old.client);
    await handOver(boss.client, old.id);
    expect(await readHandover(test.admin, old.id)).toMatchObject({ oldUsesSinceStart: 0 });
  });
});

describe("Token.usage", () => {
  const uses = (client: MadeToken["client"], userAgent: string) =>
    client.send("{ viewer { token { id } } }", {}, { "user-agent": userAgent });

  it("counts by day, today last, and by address and user agent, the latest first", async () => {
    const token = await test.repositoryToken(repository);
    await uses(token.client, "old CI");
    test.pass(DAY);
    await uses(token.client, "new CI");
    await uses(token.client, "new CI");
    const { days, clients } = await readUsage(test.admin, token.id, 3);
    const today = test.in(0).slice(0, 10);
    expect(days.map(({ count }) => count)).toEqual([0, 1, 2]);
    expect(days[2]!.date).toBe(today);
    expect(days[1]!.date).toBe(test.in(-DAY).slice(0, 10));
    expect(clients).toEqual([
      { ip: "127.0.0.1", userAgent: "new CI", lastUsedAt: test.in(0), count: 2 },
      { ip: "127.0.0.1", userAgent: "old CI", lastUsedAt: test.in(-DAY), count: 1 },
    ]);
  });

  it("gives 30 days unless told, and takes 1 to 90", async () => {
    expect((await readUsage(test.admin, old.id)).days).toHaveLength(30);
    expect((await readUsage(test.admin, old.id, 90)).days).toHaveLength(90);
    expect((await readUsage(test.admin, old.id, 1)).days).toHaveLength(1);
    for (const days of [0, 91]) {
      const { data, errors } = await test.admin.send<{ node: unknown }>(
        `query($id: ID!, $days: Int) { node(id: $id) { id ... on Token { usage(days: $days) { ${usageFields} } } } }`,
        { id: old.id, days },
      );
      expect(errors[0]!.extensions).toEqual({ code: "BAD_USER_INPUT", field: "days" });
      expect(data!.node).toEqual({ id: old.id, usage: null });
    }
  });

  it("keeps the latest 20 clients, and 90 days", async () => {
    const token = await test.repositoryToken(repository);
    for (let turn = 0; turn < 25; turn += 1) {
      test.pass(1000);
      await uses(token.client, `agent ${turn}`);
      if (turn % 10 === 0) await readUsage(test.admin, token.id);
    }
    const { clients } = await readUsage(test.admin, token.id);
    expect(clients.map(({ userAgent }) => userAgent)).toEqual(
      Array.from({ length: 20 }, (_, index) => `agent ${24 - index}`),
    );
    test.pass(100 * DAY);
    await uses(token.client, "late");
    await readUsage(test.admin, token.id);
    const number = Number(Buffer.from(token.id, "base64url").toString().split(":")[1]);
    const count = (table: string) =>
      test.rows(`SELECT count(*) AS n FROM ${table} WHERE token_id = ?`, [number]);
    expect(await count("token_usage_day")).toEqual([{ n: 1 }]);
    expect(await count("token_usage_client")).toEqual([{ n: 20 }]);
  });

  it("does not notice looks, refusals, and requests that were refused before a field ran", async () => {
    await verdictOn(test, old.secret);
    await old.client.send("{ nothing }");
    await refusal(test.client(null), "revokeToken", {});
    const { days, clients } = await readUsage(test.admin, old.id, 1);
    expect([days[0]!.count, clients]).toEqual([0, []]);
    await verdictOn(test, old.secret, true);
    expect((await readUsage(test.admin, old.id, 1)).days[0]!.count).toBe(1);
  });
});

describe("usage and handover", () => {
  const read = async (client: MadeToken["client"], id: string): Promise<unknown> => {
    const { data, errors } = await client.send<{
      node: { id: string; usage: unknown; handover: unknown } | null;
    }>(
      "query($id: ID!) { node(id: $id) { id ... on Token { usage { clients { ip } } handover { endsAt } } } }",
      { id },
    );
    if (data?.node === null) return "hidden";
    return errors.length === 0 ? "read" : errors.map(({ extensions }) => extensions.code).join();
  };

  it("are for account tokens that may revoke the token, and FORBIDDEN to every repository token", async () => {
    await handOver(boss.client, old.id);
    const admin = await test.repositoryToken(repository, "ADMIN");
    const reader = await test.member(organization);
    const owner = await test.account();
    const service = await test.account({ kind: "SERVICE" });
    expect(await read(test.admin, old.id)).toBe("read");
    expect(await read(boss.client, old.id)).toBe("read");
    expect(await read(admin.client, old.id)).toBe("FORBIDDEN,FORBIDDEN");
    expect(await read(old.client, old.id)).toBe("FORBIDDEN,FORBIDDEN");
    expect(await read(reader.client, old.id)).toBe("hidden");
    expect(await read(service.client, old.id)).toBe("hidden");
    const own = await test.accountToken(owner.login);
    expect(await read(owner.client, own.id)).toBe("read");
    expect(await read(own.client, own.id)).toBe("read");
    expect(await read(boss.client, own.id)).toBe("hidden");
  });
});
