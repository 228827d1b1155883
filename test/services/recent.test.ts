import { createHash } from "node:crypto";
import { mintSecret } from "../../src/secrets/mint";
import { Memory } from "../../src/services/memory";
import type { Recent } from "../../src/services/recent";
import { handOver } from "../support/handovers";
import { type Actor, type MadeToken, TestApp } from "../support/kit";
import { mutate } from "../support/mutations";

let test: TestApp;
let service: Actor;
let organization: string;
let repository: string;
let owner: Actor;
let mine: MadeToken;
let its: MadeToken;
beforeAll(async () => {
  test = await TestApp.start();
  service = await test.account({ kind: "SERVICE" });
});
afterAll(() => test.close());
beforeEach(async () => {
  organization = await test.organization();
  repository = await test.repository(`${organization}/code`);
  await test.member(organization, "ADMIN");
  owner = await test.member(organization, "ADMIN");
  mine = await test.accountToken(owner.login);
  its = await test.repositoryToken(repository, "READ_ONLY");
});

const document =
  "query($input: VerifyTokenInput!) { verifyToken(input: $input) { code scope repository { slug } } }";
async function verdictOn({ secret }: { secret: string }, slug = repository) {
  const input = { secret, repository: slug, scope: "READ_ONLY" };
  const { verifyToken } = await service.client.must<{ verifyToken: { code: string; scope: string } }>(
    document,
    {
      input,
    },
  );
  return verifyToken;
}
const numberOf = (id: string): number => Number(Buffer.from(id, "base64url").toString().split(":")[1]);
const codeOf = async (token: { secret: string }): Promise<string> => (await verdictOn(token)).code;
const admin = (field: string, input: object): Promise<unknown> => mutate(test.admin, field, input);

describe("a token that was verified a moment ago is verified anew after", () => {
  it.each<[string, () => Promise<unknown>, () => MadeToken, string]>([
    ["its revocation", () => admin("revokeToken", { id: its.id }), () => its, "REVOKED"],
    ["a revocation of many", () => admin("revokeTokens", { repository }), () => its, "REVOKED"],
    ["its rotation", () => mutate(its.client, "rotateToken", {}), () => its, "ROTATED"],
    [
      "a report that it leaked",
      () => admin("reportLeakedToken", { secret: its.secret }),
      () => its,
      "REVOKED",
    ],
    [
      "its repository's deletion",
      () => admin("deleteRepository", { slug: repository }),
      () => its,
      "REVOKED",
    ],
    [
      "its repository's renaming",
      () => admin("renameRepository", { slug: repository, name: "renamed" }),
      () => its,
      "REPOSITORY_DENIED",
    ],
    [
      "its owner's suspension",
      () => admin("suspendAccount", { login: owner.login }),
      () => mine,
      "ACCOUNT_SUSPENDED",
    ],
    [
      "its owner's leaving",
      () => admin("removeMembership", { organization, login: owner.login }),
      () => mine,
      "REPOSITORY_DENIED",
    ],
  ])("%s", async (_name, change, token, expected) => {
    expect([await codeOf(token()), await codeOf(token())]).toEqual(["VALID", "VALID"]);
    await change();
    expect(await codeOf(token())).toBe(expected);
  });

  it("its owner's demotion, with the scope that is left", async () => {
    expect(await verdictOn(mine)).toMatchObject({ scope: "ADMIN" });
    await admin("setMembership", { organization, login: owner.login, role: "MEMBER" });
    expect(await verdictOn(mine)).toMatchObject({ scope: "READ_ONLY" });
  });

  it("the loss of a repository that it was shared", async () => {
    const guest = await test.collaborator(repository, "READ_ONLY");
    expect(await codeOf(guest)).toBe("VALID");
    await admin("removeCollaborator", { repository, login: guest.login });
    expect(await codeOf(guest)).toBe("REPOSITORY_DENIED");
  });

  it("the end of its life", async () => {
    const short = await test.repositoryToken(repository, "READ_ONLY", { expiresAt: test.in(60_000) });
    expect(await codeOf(short)).toBe("VALID");
    test.pass(60_001);
    expect(await codeOf(short)).toBe("EXPIRED");
  });
});

it("a token that called a moment ago is refused after its revocation, its owner's suspension and its expiry", async () => {
  const short = await test.accountToken(owner.login, { expiresAt: test.in(60_000) });
  const last = await test.accountToken(owner.login);
  const ask = (made: MadeToken): Promise<string> => made.client.code("{ viewer { account { login } } }", {});
  expect([await ask(mine), await ask(short), await ask(last)]).toEqual(["OK", "OK", "OK"]);
  await admin("revokeToken", { id: mine.id });
  expect(await ask(mine)).toBe("UNAUTHENTICATED");
  test.pass(60_001);
  expect(await ask(short)).toBe("UNAUTHENTICATED");
  await admin("suspendAccount", { login: owner.login });
  expect(await ask(last)).toBe("UNAUTHENTICATED");
});

it("what was read before a write is not kept after it", () => {
  const memory = new Memory<string>(() => true);
  const before = memory.moment;
  memory.drop();
  memory.keep(before, "old", 1, "read before");
  memory.keep(memory.moment, "new", 1, "read after");
  expect([memory.get("old"), memory.get("new")]).toEqual([undefined, "read after"]);
});

it("a write that changes some objects forgets these alone, also what was being read of them", () => {
  const memory = new Memory<string>(() => true);
  memory.keep(memory.moment, "one", 1, "one");
  memory.keep(memory.moment, "other", 2, "other");
  const before = memory.moment;
  memory.drop([1]);
  expect([memory.get("one"), memory.get("other")]).toEqual([undefined, "other"]);
  memory.keep(before, "one", 1, "one");
  expect(memory.get("one")).toBeUndefined();
  memory.keep(memory.moment, "one", 1, "anew");
  expect(memory.get("one")).toBe("anew");
  memory.drop();
  expect([memory.get("one"), memory.get("other")]).toEqual([undefined, undefined]);
});

it("nothing is taken from memory while no news arrive", () => {
  let isCurrent = true;
  const memory = new Memory<string>(() => isCurrent);
  memory.keep(memory.moment, "one", 1, "one");
  isCurrent = false;
  expect(memory.get("one")).toBeUndefined();
  memory.keep(memory.moment, "other", 2, "other");
  isCurrent = true;
  expect([memory.get("one"), memory.get("other")]).toEqual(["one", undefined]);
});

it("it keeps ten thousand, and those that came first go first", () => {
  const memory = new Memory<number>(() => true);
  for (let number = 0; number <= 10_000; number++) memory.keep(memory.moment, String(number), number, number);
  expect([memory.get("0"), memory.get("1"), memory.get("10000")]).toEqual([undefined, 1, 10_000]);
  const keep = (from: number, to: number): void => {
    for (let number = from; number < to; number++) memory.keep(memory.moment, String(number), number, number);
  };
  const kept = (): number[] =>
    Array.from({ length: 60_000 }, (_, number) => number).filter(
      (number) => memory.get(String(number)) !== undefined,
    );
  keep(10_001, 35_000);
  expect(kept()).toEqual(Array.from({ length: 10_000 }, (_, index) => 25_000 + index));
  memory.drop();
  expect(kept()).toEqual([]);
  keep(35_000, 60_000);
  expect(kept()).toEqual(Array.from({ length: 10_000 }, (_, index) => 50_000 + index));
});

it("the first use of a new token ends the old one that was verified a moment ago, and forgets no other", async () => {
  const { secret } = await handOver(test.admin, its.id);
  expect([await codeOf(its), await codeOf(mine)]).toEqual(["VALID", "VALID"]);
  const forgotten: (readonly number[] | null)[] = [];
  test.app.database.onWrite((tokenIds) => forgotten.push(tokenIds));
  expect(await codeOf({ secret })).toBe("VALID");
  expect(forgotten).toEqual([expect.arrayContaining([numberOf(its.id)])]);
  expect(forgotten[0]).toHaveLength(2);
  expect(await codeOf(its)).toBe("ROTATED");
});

it("making tokens and reporting builds forgets no token: only what ends or lowers a right does", async () => {
  const told: unknown[] = [];
  test.app.database.onWrite((...news) => told.push(news));
  await test.repositoryToken(repository);
  expect(told).toEqual([]);
  await report("SUCCESS");
  expect(told).toEqual([[[], [expect.any(Number)]]]);
  await admin("revokeToken", { id: its.id });
  expect(told).toHaveLength(2);
});

describe("a secret that was refused a moment ago is looked at anew after", () => {
  it("the end of its owner's suspension", async () => {
    await admin("suspendAccount", { login: owner.login });
    expect([await codeOf(mine), await codeOf(mine)]).toEqual(["ACCOUNT_SUSPENDED", "ACCOUNT_SUSPENDED"]);
    await admin("resumeAccount", { login: owner.login });
    expect(await codeOf(mine)).toBe("VALID");
    expect(await mine.client.code("{ viewer { account { login } } }", {})).toBe("OK");
  });

  it("its import", async () => {
    const imported = (secret: string): object => ({
      kind: "ACCOUNT",
      account: owner.login,
      label: "old",
      sha256: createHash("sha256").update(secret).digest("hex"),
    });
    const secret = "a".repeat(39) + String(numberOf(its.id)).padStart(8, "0");
    await admin("importTokens", {
      tokens: [imported("the first makes every string a guess")],
    });
    expect([await codeOf({ secret }), await codeOf({ secret })]).toEqual(["NOT_FOUND", "NOT_FOUND"]);
    await admin("importTokens", { tokens: [imported(secret)] });
    expect(await codeOf({ secret })).toBe("VALID");
  });

  it("the sharing of the repository that it was denied", async () => {
    const guest = await test.account();
    expect([await codeOf(guest), await codeOf(guest)]).toEqual(["REPOSITORY_DENIED", "REPOSITORY_DENIED"]);
    await admin("setCollaborator", { repository, login: guest.login, scope: "READ_ONLY" });
    expect(await codeOf(guest)).toBe("VALID");
  });
});

it("a token that was rotated out is counted each time that it is presented, also from memory", async () => {
  await mutate(its.client, "rotateToken", {});
  const counted = async (): Promise<string | undefined> => {
    const page = await fetch(`${test.url}/metrics`, {
      headers: { authorization: `Bearer ${test.adminSecret}` },
    });
    return /^tokenward_reused_secrets_total (\d+)$/m.exec(await page.text())?.[1];
  };
  const before = Number(await counted());
  for (let time = 0; time < 3; time++) expect(await codeOf(its)).toBe("ROTATED");
  expect(await its.client.code("{ viewer { account { login } } }", {})).toBe("UNAUTHENTICATED");
  expect(Number(await counted()) - before).toBe(4);
});

async function report(status: string, branch = "main"): Promise<void> {
  await admin("reportBuild", { repository, branch, commit: "a".repeat(40), status });
}

describe("a badge that was drawn a moment ago is drawn anew after", () => {
  async function shield({ secret }: { secret: string }, branch?: string, slug = repository): Promise<string> {
    const query = branch === undefined ? "" : `?branch=${encodeURIComponent(branch)}`;
    const answer = await fetch(`${test.url}/badge/${slug}.svg${query}`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    return /aria-label="build: ([^"]*)"/.exec(await answer.text())?.[1] ?? String(answer.status);
  }

  it("a build, on its branch and no other", async () => {
    expect([await shield(its), await shield(its, "other")]).toEqual(["unknown", "unknown"]);
    await report("SUCCESS");
    expect([await shield(its), await shield(its, "other")]).toEqual(["passing", "unknown"]);
    await report("FAILED", "other");
    expect([await shield(its), await shield(its, "other")]).toEqual(["passing", "failing"]);
    await report("RUNNING");
    expect([await shield(its), await shield(mine)]).toEqual(["running", "running"]);
  });

  it("another default branch, another name, and the repository's end", async () => {
    await report("SUCCESS");
    await report("FAILED", "next");
    expect(await shield(mine)).toBe("passing");
    await admin("updateRepository", { slug: repository, defaultBranch: "next" });
    expect(await shield(mine)).toBe("failing");
    await admin("renameRepository", { slug: repository, name: "renamed" });
    expect(await shield(mine)).toBe("unknown");
    const renamed = `${organization}/renamed`;
    expect(await shield(mine, undefined, renamed)).toBe("failing");
    await admin("deleteRepository", { slug: renamed });
    expect(await shield(mine, undefined, renamed)).toBe("unknown");
  });

  it("its owner's leaving and its own end", async () => {
    await report("SUCCESS");
    const guest = await test.collaborator(repository, "STATUS");
    expect([await shield(guest), await shield(its)]).toEqual(["passing", "passing"]);
    await admin("removeCollaborator", { repository, login: guest.login });
    await admin("revokeToken", { id: its.id });
    expect([await shield(guest), await shield(its)]).toEqual(["unknown", "401"]);
  });

  it("nothing, for whoever asks for a slug that reads like another and its branch", async () => {
    await report("SUCCESS");
    expect(await shield(mine, "main")).toBe("passing");
    expect(await shield(mine, undefined, `${repository}%20main`)).toBe("unknown");
  });
});

describe("what is remembered of a refusal", () => {
  /** How many grants are looked up while something is done. */
  async function looks(work: () => Promise<unknown>): Promise<number> {
    const { recent } = (test.app.services.verification as unknown as { foundation: { recent: Recent } })
      .foundation;
    const before = [recent.holders.moment, recent.verdicts.moment];
    const keeps = [jest.spyOn(recent.holders, "keep"), jest.spyOn(recent.verdicts, "keep")];
    await work();
    const count = keeps.reduce((sum, keep) => sum + keep.mock.calls.length, 0);
    for (const keep of keeps) keep.mockRestore();
    expect([recent.holders.moment, recent.verdicts.moment]).toEqual(before);
    return count;
  }
  const greet = ({ client }: MadeToken): Promise<string> =>
    client.code("{ viewer { account { login } } }", {});

  it("is remembered for a token that was accepted until it expired as for any other", async () => {
    const short = await test.accountToken(owner.login, { expiresAt: test.in(60_000) });
    expect([await greet(short), await codeOf(short)]).toEqual(["OK", "VALID"]);
    test.pass(60_001);
    expect([await greet(short), await codeOf(short)]).toEqual(["UNAUTHENTICATED", "EXPIRED"]);
    expect(await looks(() => greet(short))).toBe(0);
    expect(await looks(() => codeOf(short))).toBe(0);
  });

  it("never has a name that is no slug: it could be of any length", async () => {
    await admin("revokeToken", { id: its.id });
    // Who asks is known from now on.
    await verdictOn(mine);
    for (const secret of [its.secret, mintSecret("REPOSITORY")]) {
      expect(await looks(() => verdictOn({ secret }, `gh/acme/${"x".repeat(10_000)}`))).toBe(0);
      expect(await looks(() => verdictOn({ secret }))).toBe(1);
      expect(await looks(() => verdictOn({ secret }))).toBe(0);
    }
  });
});
