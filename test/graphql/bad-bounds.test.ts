import { type Actor, type MadeToken, TestApp } from "../support/kit";

let test: TestApp;
let service: Actor;
let token: MadeToken;
const organization = "gh/bounds";
const repository = "gh/bounds/repo";
beforeAll(async () => {
  test = await TestApp.start({ env: { RATE_LIMIT_PER_MINUTE: "0", MAX_TOKEN_LIFETIME_DAYS: "30" } });
  service = await test.account({ kind: "SERVICE" });
  await test.repository(repository);
  token = await test.repositoryToken(repository, "ADMIN");
});
afterAll(() => test.close());

const DAY = 86_400_000;
const mutation = (name: string): string => {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input!`;
  return `mutation($input: ${type}) { ${name}(input: $input) { __typename } }`;
};
const many = (count: number, item: (index: number) => unknown): unknown[] =>
  Array.from({ length: count }, (_, index) => item(index));

type Outcome =
  "OK" | "NOT_FOUND" | { readonly code: string; readonly field?: string; readonly message: string };
const bad = (field: string, allowed: string): Outcome => ({
  code: "BAD_USER_INPUT",
  field,
  message: `${field}: ${allowed}`,
});
const tooMany = (field: string, message: string): Outcome => ({ code: "LIMIT_EXCEEDED", field, message });

async function expectOutcome(
  document: string,
  variables: object,
  outcome: Outcome,
  client = test.admin,
): Promise<void> {
  const { status, errors } = await client.send(document, variables);
  if (outcome === "OK") expect(errors).toEqual([]);
  else if (outcome === "NOT_FOUND")
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: outcome }]);
  else {
    const { message, ...extensions } = outcome;
    expect(errors).toEqual([expect.objectContaining({ message, extensions })]);
  }
  expect(status).toBe(200);
}

const later = "must be later than now";
const soon = "must be at most 30 days from now";

describe("an expiry", () => {
  const inputs = {
    createAccountToken: () => ({ label: "x" }),
    createRepositoryToken: () => ({ repository, scope: "STATUS", label: "x" }),
    createRepositoryTokens: () => ({ organization, scope: "STATUS", label: "x" }),
    rotateToken: async () => ({ id: (await test.repositoryToken(repository, "STATUS")).id }),
  };

  it.each(Object.keys(inputs) as (keyof typeof inputs)[])("lies ahead, and not too far: %s", async (name) => {
    for (const [expiresAt, outcome] of [
      [test.in(-DAY), bad("expiresAt", later)],
      [test.in(0), bad("expiresAt", later)],
      ["0001-01-01T00:00:00Z", bad("expiresAt", later)],
      [test.in(60_000), "OK"],
      [test.in(30 * DAY - 60_000), "OK"],
      [test.in(30 * DAY + 60_000), bad("expiresAt", soon)],
      ["9999-12-31T23:59:59.999Z", bad("expiresAt", soon)],
    ] as const) {
      await expectOutcome(mutation(name), { input: { ...(await inputs[name]()), expiresAt } }, outcome);
    }
  });

  it("left out is cut to what is allowed; null means never in a rotation, and is refused there", async () => {
    const { createAccountToken: made } = await test.admin.must<{
      createAccountToken: { token: { expiresAt: string } };
    }>('mutation { createAccountToken(input: { label: "x", expiresAt: null }) { token { expiresAt } } }');
    expect(Math.abs(Date.parse(made.token.expiresAt) - test.now() - 30 * DAY)).toBeLessThan(60_000);
    const message = "must not be null: this server has a maximum lifetime";
    await expectOutcome(
      mutation("rotateToken"),
      { input: { id: token.id, expiresAt: null } },
      bad("expiresAt", message),
    );
  });
});

describe("a number", () => {
  const build = { repository, branch: "main", commit: "abcdef0", status: "SUCCESS" };

  it.each([
    [-2147483648, bad("number", "must be a whole number from 1 to 2147483647")],
    [-1, bad("number", "must be a whole number from 1 to 2147483647")],
    [0, bad("number", "must be a whole number from 1 to 2147483647")],
    [1, "NOT_FOUND"],
    [2147483647, "NOT_FOUND"],
  ] as const)("of a build may be %i", (number, outcome) =>
    expectOutcome(mutation("reportBuild"), { input: { ...build, number } }, outcome),
  );

  it.each([
    [-1, bad("overlapSeconds", "must be a whole number from 0 to 2592000")],
    [2592001, bad("overlapSeconds", "must be a whole number from 0 to 2592000")],
    [2147483647, bad("overlapSeconds", "must be a whole number from 0 to 2592000")],
    [1, bad("overlapSeconds", "must be 0 when the handover is IMMEDIATE")],
    [2592000, bad("overlapSeconds", "must be 0 when the handover is IMMEDIATE")],
  ] as const)("of seconds of overlap may be %i", async (overlapSeconds, outcome) => {
    await expectOutcome(mutation("rotateToken"), { input: { id: token.id, overlapSeconds } }, outcome);
    expect(await token.client.code("{ __typename }")).toBe("OK");
  });

  it("of seconds may be 0", async () => {
    const { id } = await test.repositoryToken(repository);
    await expectOutcome(mutation("rotateToken"), { input: { id, overlapSeconds: 0 } }, "OK");
  });

  it.each([
    [-1, bad("overlapSeconds", "must be a whole number from 0 to 2592000")],
    [0, "OK"],
    [1, "OK"],
    [2592000, "OK"],
    [2592001, bad("overlapSeconds", "must be a whole number from 0 to 2592000")],
  ] as const)("of seconds of overlap may be %i ON_FIRST_USE", async (overlapSeconds, outcome) => {
    const { id } = await test.repositoryToken(repository);
    const manner = { handover: "ON_FIRST_USE", overlapSeconds };
    await expectOutcome(mutation("rotateToken"), { input: { id, ...manner } }, outcome);
    await expectOutcome(mutation("rotateTokens"), { input: { ids: [id], ...manner } }, outcome);
  });
});

describe("a list", () => {
  const tokens = { organization, scope: "STATUS", label: "x" };

  it("of repositories to make tokens for holds 1 to 1000 names, each once", async () => {
    const document = mutation("createRepositoryTokens");
    for (const [repositories, outcome] of [
      [[], bad("repositories", "must be 1 to 1000 names")],
      [["repo", "repo"], bad("repositories", "must name each one once")],
      [["repo", "REPO"], bad("repositories", "must name each one once")],
      [many(1001, (index) => `r${index}`), tooMany("repositories", "at most 1000 repositories at once")],
      [many(1001, () => "repo"), tooMany("repositories", "at most 1000 repositories at once")],
      [many(1000, (index) => `r${index}`), "NOT_FOUND"],
      [["repo", "missing"], "NOT_FOUND"],
      [["repo", "../bounds/repo"], "NOT_FOUND"],
      [["repo"], "OK"],
    ] as const) {
      await expectOutcome(document, { input: { ...tokens, repositories } }, outcome);
    }
  });

  it("of ids to revoke holds 1 to 1000", async () => {
    const document = mutation("revokeTokens");
    for (const [ids, outcome] of [
      [[], bad("ids", "must be 1 to 1000 ids")],
      [many(1001, () => token.id), tooMany("ids", "at most 1000 ids at once")],
      [many(1000, () => "missing"), "NOT_FOUND"],
      [[token.id, token.id], "OK"],
    ] as const) {
      await expectOutcome(document, { input: { ids, dryRun: true } }, outcome);
    }
  });

  it("of repositories to import holds 1 to 1000, and the one at fault is named by its place", async () => {
    const document = mutation("importRepositories");
    const slug = (index: number) => ({ slug: `${organization}/imported-${index}` });
    for (const [repositories, outcome] of [
      [[], bad("repositories", "must be 1 to 1000 repositories")],
      [many(1001, slug), tooMany("repositories", "at most 1000 repositories at once")],
      [
        [slug(1), { ...slug(2), description: "a\0" }],
        bad("repositories.1.description", "must be 0 to 1000 characters without control characters"),
      ],
      [many(1000, slug), "OK"],
    ] as const) {
      await expectOutcome(document, { input: { repositories } }, outcome);
    }
  });

  it("of verifications holds at most 100, and one that is bad refuses them all", async () => {
    const document = "query($inputs: [VerifyTokenInput!]!) { verifyTokens(inputs: $inputs) { code } }";
    const needs = "above STATUS it needs a repository";
    for (const [inputs, outcome] of [
      [[], "OK"],
      [many(100, () => ({ secret: "x" })), "OK"],
      [many(101, () => ({ secret: "x" })), tooMany("inputs", "at most 100 verifications at once")],
      [[{ secret: "x" }, { secret: "x", scope: "ADMIN" }], bad("1.scope", needs)],
      [[{ secret: "x", scope: "READ_ONLY" }], bad("0.scope", needs)],
    ] as const) {
      await expectOutcome(document, { inputs }, outcome, service.client);
    }
    expect(await service.client.must(document, { inputs: [] })).toEqual({ verifyTokens: [] });
  });
});

describe("a choice", () => {
  it("of tokens to rotate needs at least one filter that says whose", async () => {
    const outcome = bad("input", "needs at least one of account, repository, organization, ids");
    for (const input of [{}, { dryRun: true }, { createdBefore: test.in(0) }, { handover: "IMMEDIATE" }]) {
      await expectOutcome(mutation("rotateTokens"), { input }, outcome);
    }
  });

  it("of a scope to verify needs a repository above STATUS", async () => {
    const document = "query($input: VerifyTokenInput!) { verifyToken(input: $input) { code } }";
    for (const scope of ["READ_ONLY", "ADMIN"]) {
      const outcome = bad("scope", "above STATUS it needs a repository");
      await expectOutcome(document, { input: { secret: token.secret, scope } }, outcome, service.client);
    }
    await expectOutcome(document, { input: { secret: token.secret, scope: "STATUS" } }, "OK", service.client);
  });

  it("of tokens to revoke needs at least one filter that says whose", async () => {
    const outcome = bad("input", "needs at least one of account, repository, organization, ids");
    for (const input of [
      {},
      { dryRun: true },
      { createdBefore: test.in(0) },
      { reason: "x", withCreated: true },
    ]) {
      await expectOutcome(mutation("revokeTokens"), { input }, outcome);
    }
    for (const name of ["account", "repository", "organization"]) {
      await expectOutcome(mutation("revokeTokens"), { input: { [name]: "" } }, "NOT_FOUND");
    }
    expect(await token.client.code("{ __typename }")).toBe("OK");
  });
});
