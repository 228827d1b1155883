import { type Client } from "../support/client";
import { handOver, verdictsOn } from "../support/handovers";
import { type MadeToken, TestApp } from "../support/kit";
import { codeOf, mutate, refusal } from "../support/mutations";
import {
  greet,
  readToken,
  type RotatedAnswer,
  revokeToken,
  rotateToken,
  tokenFields,
} from "../support/tokens";

interface Rotations {
  readonly rotatedCount: number;
  readonly tokens: readonly RotatedAnswer[];
}

let test: TestApp;
let organization: string;
beforeAll(async () => (test = await TestApp.start({ frozen: true })));
afterAll(() => test.close());
beforeEach(async () => (organization = await test.organization()));

const rotateTokens = (client: Client, input: object): Promise<Rotations> =>
  mutate(
    client,
    "rotateTokens",
    input,
    `rotatedCount tokens { secret token { ${tokenFields} } replaced { ${tokenFields} } }`,
  );
const repositoryIn = (name: string): Promise<string> => test.repository(`${organization}/${name}`);
const replacedIn = ({ tokens }: Rotations): string[] => tokens.map(({ replaced }) => replaced.id).sort();
const ids = (...tokens: MadeToken[]): string[] => tokens.map(({ id }) => id).sort();

describe("rotateTokens", () => {
  it("hands over every token of an organization, each on its own line, unless told otherwise", async () => {
    const [docs, web] = [await repositoryIn("docs"), await repositoryIn("web")];
    const a = await test.repositoryToken(docs, "STATUS", { label: "badge" });
    const b = await test.repositoryToken(web, "ADMIN");
    const elsewhere = await test.repositoryToken(await test.repository());
    const done = await rotateTokens(test.admin, { organization });
    expect(done.rotatedCount).toBe(2);
    expect(replacedIn(done)).toEqual(ids(a, b));
    const first = done.tokens.find(({ replaced }) => replaced.id === a.id)!;
    expect(first.token).toMatchObject({
      label: "badge",
      scope: "STATUS",
      state: "ACTIVE",
      hint: first.secret.slice(0, 8),
      repository: { slug: docs },
      replaces: { id: a.id },
    });
    expect(first.replaced).toMatchObject({ state: "RETIRING", replacedBy: { id: first.token.id } });
    const secrets = [a.secret, b.secret, ...done.tokens.map(({ secret }) => secret)];
    expect(await verdictsOn(test, ...secrets)).toEqual(["VALID", "VALID", "VALID", "VALID"]);
    expect((await readToken(test.admin, elsewhere.id))!.state).toBe("ACTIVE");
  });

  it("ends the old ones at once with IMMEDIATE, and keeps an overlap that is given", async () => {
    const docs = await repositoryIn("docs");
    const a = await test.repositoryToken(docs);
    const overlapped = await rotateTokens(test.admin, { repository: docs, overlapSeconds: 60 });
    expect(await greet(test.client(overlapped.tokens[0]!.secret))).toBe("welcome");
    expect(await greet(a.client)).toBe("welcome");
    test.pass(60_000);
    expect(await greet(a.client)).toBe("not found");
    const done = await rotateTokens(test.admin, { repository: docs, handover: "IMMEDIATE" });
    expect(await greet(test.client(overlapped.tokens[0]!.secret))).toBe("not found");
    expect(await greet(test.client(done.tokens[0]!.secret))).toBe("welcome");
    expect(
      await codeOf(test.admin, "rotateTokens", {
        repository: docs,
        handover: "IMMEDIATE",
        overlapSeconds: 1,
      }),
    ).toBe("BAD_USER_INPUT");
  });

  it("takes those that were created before an instant", async () => {
    const docs = await repositoryIn("docs");
    const leaked = await test.repositoryToken(docs);
    test.pass(1000);
    const breach = test.in(0);
    await test.repositoryToken(docs);
    const done = await rotateTokens(test.admin, { organization, createdBefore: breach });
    expect(replacedIn(done)).toEqual([leaked.id]);
  });

  it("takes those that fit all that is given: an account's there, or by id", async () => {
    const docs = await repositoryIn("docs");
    const boss = await test.collaborator(docs, "ADMIN");
    const [a, b] = [
      await test.repositoryToken(docs, "STATUS", { by: boss.client }),
      await test.repositoryToken(docs, "STATUS"),
    ];
    expect(replacedIn(await rotateTokens(test.admin, { organization, account: boss.login }))).toEqual([a.id]);
    expect(replacedIn(await rotateTokens(test.admin, { ids: [b.id] }))).toEqual([b.id]);
    const both = { account: boss.login, ids: [a.id, b.id] };
    expect(replacedIn(await rotateTokens(test.admin, both))).toEqual([a.id]);
  });

  it("takes an account's own tokens and those that it created where it is ADMIN now", async () => {
    const [docs, web] = [await repositoryIn("docs"), await repositoryIn("web")];
    const boss = await test.collaborator(docs, "ADMIN");
    await test.collaborator(web, "ADMIN", boss);
    const own = await test.accountToken(boss.login);
    const a = await test.repositoryToken(docs, "STATUS", { by: boss.client });
    await test.repositoryToken(web, "STATUS", { by: boss.client });
    await test.collaborator(web, "READ_ONLY", boss);
    expect(replacedIn(await rotateTokens(boss.client, { account: boss.login }))).toEqual(ids(own, a));
  });

  it("takes one rotation a line: of an unused pair the predecessor, once", async () => {
    const docs = await repositoryIn("docs");
    const a = await test.repositoryToken(docs);
    const first = await handOver(test.admin, a.id);
    const done = await rotateTokens(test.admin, { organization });
    expect([done.rotatedCount, replacedIn(done)]).toEqual([1, [a.id]]);
    expect(await verdictsOn(test, a.secret, first.secret, done.tokens[0]!.secret)).toEqual([
      "VALID",
      "REVOKED",
      "VALID",
    ]);
    const again = await rotateTokens(test.admin, { ids: [done.tokens[0]!.token.id] });
    expect(replacedIn(again)).toEqual([a.id]);
  });

  it("passes over RETIRING tokens whose successor was used, and ended ones", async () => {
    const docs = await repositoryIn("docs");
    const [a, gone] = [await test.repositoryToken(docs), await test.repositoryToken(docs)];
    const { token, secret } = await handOver(test.admin, a.id, { overlapSeconds: 3600 });
    await greet(test.client(secret));
    await revokeToken(test.admin, { id: gone.id });
    const none = await rotateTokens(test.admin, { ids: [a.id, gone.id] });
    expect(none).toEqual({ rotatedCount: 0, tokens: [] });
    expect(await greet(a.client)).toBe("welcome");
    expect(replacedIn(await rotateTokens(test.admin, { organization }))).toEqual([token.id]);
    expect(await greet(a.client)).toBe("not found");
  });

  it("passes over the token presented, and refuses it by name", async () => {
    const docs = await repositoryIn("docs");
    const [self, other] = [await test.repositoryToken(docs, "ADMIN"), await test.repositoryToken(docs)];
    expect(replacedIn(await rotateTokens(self.client, { repository: docs }))).toEqual([other.id]);
    expect(await refusal(self.client, "rotateTokens", { ids: [other.id, self.id] })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "ids",
    });
    expect(await greet(self.client)).toBe("welcome");
  });

  it("counts alone in a dry run, and changes nothing", async () => {
    const docs = await repositoryIn("docs");
    const [a, b] = [await test.repositoryToken(docs), await test.repositoryToken(docs)];
    await handOver(test.admin, a.id);
    const before = await test.rows("SELECT * FROM token WHERE repository_id IS NOT NULL ORDER BY id");
    expect(await rotateTokens(test.admin, { organization, dryRun: true })).toEqual({
      rotatedCount: 2,
      tokens: [],
    });
    expect(await test.rows("SELECT * FROM token WHERE repository_id IS NOT NULL ORDER BY id")).toEqual(
      before,
    );
    expect((await readToken(test.admin, b.id))!.state).toBe("ACTIVE");
  });

  it("rotates 1000 in one transaction, and refuses 1001 with LIMIT_EXCEEDED, untouched", async () => {
    const names = Array.from({ length: 11 }, (_, index) => `${organization}/r-${index}`);
    await test.repositories(names);
    const make = async (repositories: string[] | undefined): Promise<void> => {
      await mutate(test.admin, "createRepositoryTokens", {
        organization,
        repositories: repositories?.map((slug) => slug.split("/")[2]),
        scope: "STATUS",
        label: "x",
      });
    };
    for (let turn = 0; turn < 91; turn += 1) await make(undefined);
    const limit = { organization, handover: "IMMEDIATE" };
    expect(await codeOf(test.admin, "rotateTokens", limit)).toBe("LIMIT_EXCEEDED");
    expect(await codeOf(test.admin, "rotateTokens", { ...limit, dryRun: true })).toBe("LIMIT_EXCEEDED");
    expect(
      await test.rows("SELECT count(*) AS n FROM token WHERE rotated_at IS NOT NULL AND label = 'x'"),
    ).toEqual([{ n: 0 }]);
    const [one] = await test.rows<{ id: number }>("SELECT id FROM token WHERE label = 'x' LIMIT 1");
    await revokeToken(test.admin, { id: Buffer.from(`Token:${one!.id}`).toString("base64url") });
    const answer = await test.admin.must<{ rotateTokens: Rotations }>(
      "mutation($organization: String!) { rotateTokens(input: { organization: $organization }) { rotatedCount tokens { secret } } }",
      { organization },
    );
    expect(answer.rotateTokens.rotatedCount).toBe(1000);
    expect(new Set(answer.rotateTokens.tokens.map(({ secret }) => secret)).size).toBe(1000);
    expect(await codeOf(test.admin, "rotateTokens", { ids: Array(1001).fill("x") })).toBe("LIMIT_EXCEEDED");
  }, 120_000);

  it("is all or none: one hidden id is NOT_FOUND for all, one that may not live as long is cut like any", async () => {
    const docs = await repositoryIn("docs");
    const boss = await test.collaborator(docs, "ADMIN");
    const a = await test.repositoryToken(docs);
    const hidden = await test.repositoryToken(await test.repository());
    expect(await codeOf(boss.client, "rotateTokens", { ids: [a.id, hidden.id] })).toBe("NOT_FOUND");
    expect((await readToken(test.admin, a.id))!.state).toBe("ACTIVE");
    const brief = await test.repositoryToken(docs, "ADMIN", { expiresAt: test.in(3_600_000) });
    const [rotated] = (await rotateTokens(brief.client, { ids: [a.id] })).tokens;
    expect(rotated!.token.expiresAt).toBe(test.in(3_600_000));
  });

  it.each([
    ["a member for the organization", { organization: true }, "FORBIDDEN"],
    ["a member for a repository", { repository: true }, "FORBIDDEN"],
    ["anyone without a choice", {}, "BAD_USER_INPUT"],
    ["anyone for no ids", { ids: [] }, "BAD_USER_INPUT"],
    ["anyone for a null", { account: null, organization: true }, "BAD_USER_INPUT"],
    ["anyone for what is not there", { organization: "gh/nowhere" }, "NOT_FOUND"],
  ])("refuses %s", async (_, choice: Record<string, unknown>, code) => {
    const docs = await repositoryIn("docs");
    const member = await test.member(organization);
    const input = {
      ...choice,
      ...(choice.organization === true ? { organization } : {}),
      ...(choice.repository === true ? { repository: docs } : {}),
    };
    expect(await codeOf(member.client, "rotateTokens", input)).toBe(code);
  });

  it("refuses an account that is not one's own to all but site administrators", async () => {
    const boss = await test.member(organization, "ADMIN");
    const member = await test.member(organization);
    await test.repositoryToken(await repositoryIn("docs"));
    expect(await codeOf(boss.client, "rotateTokens", { account: member.login })).toBe("FORBIDDEN");
    expect(await codeOf(boss.client, "rotateTokens", { organization })).toBe("OK");
    expect(await codeOf(test.admin, "rotateTokens", { account: member.login })).toBe("OK");
  });
});

describe("MAX_TOKENS", () => {
  let small: TestApp;
  beforeAll(async () => {
    small = await TestApp.start({
      frozen: true,
      env: { MAX_TOKENS_PER_REPOSITORY: "2", MAX_TOKENS_PER_ACCOUNT: "2" },
    });
  });
  afterAll(() => small.close());

  const create = (repository: string): Promise<string> =>
    codeOf(small.admin, "createRepositoryToken", { repository, scope: "STATUS", label: "x" });

  it("counts a pair in handover as one, unused and in its overlap", async () => {
    const repository = await small.repository();
    const first = await small.repositoryToken(repository);
    const { secret } = await handOver(small.admin, first.id, { overlapSeconds: 60 });
    expect(await create(repository)).toBe("OK");
    expect(await create(repository)).toBe("LIMIT_EXCEEDED");
    expect(await greet(small.client(secret))).toBe("welcome");
    expect(await create(repository)).toBe("LIMIT_EXCEEDED");
    small.pass(60_000);
    expect(await create(repository)).toBe("LIMIT_EXCEEDED");
  });

  it("counts the old one where the new one has ended", async () => {
    const repository = await small.repository();
    const first = await small.repositoryToken(repository);
    const { token, secret } = await handOver(small.admin, first.id, { overlapSeconds: 60 });
    await greet(small.client(secret));
    await revokeToken(small.admin, { id: token.id });
    expect(await create(repository)).toBe("OK");
    expect(await create(repository)).toBe("LIMIT_EXCEEDED");
    small.pass(60_000);
    expect(await create(repository)).toBe("OK");
  });

  it("counts the old one again when its successor lapsed", async () => {
    const repository = await small.repository();
    const first = await small.repositoryToken(repository);
    await handOver(small.admin, first.id);
    small.pass(7 * 86_400_000);
    expect(await create(repository)).toBe("OK");
    expect(await create(repository)).toBe("LIMIT_EXCEEDED");
  });

  it("never refuses a rotation, also of an account that has all that it may", async () => {
    const user = await small.account();
    const second = await small.accountToken(user.login);
    expect(await codeOf(user.client, "createAccountToken", { label: "x" })).toBe("LIMIT_EXCEEDED");
    await handOver(user.client, second.id, { overlapSeconds: 60 });
    expect(await codeOf(user.client, "createAccountToken", { label: "x" })).toBe("LIMIT_EXCEEDED");
    const { secret } = await rotateToken(user.client);
    expect(await codeOf(small.client(secret), "createAccountToken", { label: "x" })).toBe("LIMIT_EXCEEDED");
  });
});
