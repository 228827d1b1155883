import type { Client } from "../support/client";
import { linesOf } from "../support/audit";
import { TestApp } from "../support/kit";
import { codeOf, mutate, mutation, refusal } from "../support/mutations";
import { greet, revokeTokens } from "../support/tokens";

let test: TestApp;
beforeAll(async () => (test = await TestApp.start()));
afterAll(() => test.close());

interface Made {
  readonly secret: string;
  readonly token: {
    readonly id: string;
    readonly hint: string;
    readonly repository: { readonly slug: string };
  };
}
async function createAll(client: Client, input: object): Promise<Made[]> {
  const { tokens } = await mutate<{ tokens: Made[] }>(
    client,
    "createRepositoryTokens",
    { scope: "READ_ONLY", label: "all", ...input },
    "tokens { secret token { id hint repository { slug } } }",
  );
  return tokens;
}
const slugs = (made: readonly Made[]): string[] => made.map(({ token }) => token.repository.slug);
const refused = (client: Client, input: object): Promise<string> =>
  codeOf(client, "createRepositoryTokens", { scope: "READ_ONLY", label: "all", ...input });

describe("createRepositoryTokens", () => {
  let organization: string;
  const callers = new Map<string, Client>();
  const as = (name: string): Client => callers.get(name)!;

  beforeAll(async () => {
    organization = await test.organization();
    await test.repositories(["zeta", "Alpha", "beta", "_x"].map((name) => `${organization}/${name}`));
    const collaborator = await test.collaborator(`${organization}/beta`, "ADMIN");
    await test.collaborator(`${organization}/zeta`, "ADMIN", collaborator);
    await test.collaborator(`${organization}/Alpha`, "READ_ONLY", collaborator);
    callers
      .set("a site administrator", test.admin)
      .set("an administrator of the organization", (await test.member(organization, "ADMIN")).client)
      .set("a member", (await test.member(organization)).client)
      .set("a collaborator", collaborator.client)
      .set("an outsider", (await test.account()).client)
      .set("an ADMIN token", (await test.repositoryToken(`${organization}/beta`, "ADMIN")).client)
      .set("a READ_ONLY token", (await test.repositoryToken(`${organization}/beta`, "READ_ONLY")).client);
  });

  it("makes one for each repository, by slug where none is named, each good for its own alone", async () => {
    const made = await createAll(as("an administrator of the organization"), { organization });
    expect(slugs(made)).toEqual(["_x", "Alpha", "beta", "zeta"].map((name) => `${organization}/${name}`));
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(4);
    for (const { secret, token } of made) {
      expect(token.hint).toBe(secret.slice(0, 8));
      const seen = await test
        .client(secret)
        .must<object>(
          "query($own: String!, $other: String!) { own: repository(slug: $own) { viewerScope } other: repository(slug: $other) { id } }",
          {
            own: token.repository.slug,
            other: made.find((one) => one.token !== token)!.token.repository.slug,
          },
        );
      expect(seen).toEqual({ own: { viewerScope: "READ_ONLY" }, other: null });
    }
  });

  it("answers in the order given, names without case", async () => {
    const made = await createAll(as("a site administrator"), {
      organization: organization.toUpperCase().replace("GH/", "gh/"),
      repositories: ["zeta", "ALPHA", "beta"],
    });
    expect(slugs(made)).toEqual(["zeta", "Alpha", "beta"].map((name) => `${organization}/${name}`));
  });

  it.each([
    ["a site administrator", "OK"],
    ["an administrator of the organization", "OK"],
    ["a member", "FORBIDDEN"],
    ["a collaborator", "FORBIDDEN"],
    ["an outsider", "NOT_FOUND"],
    ["an ADMIN token", "NOT_FOUND"],
  ])("where none is named, %s: %s", async (caller, expected) => {
    expect(await refused(as(caller), { organization })).toBe(expected);
  });

  it.each([
    ["a site administrator", ["beta", "zeta"], "OK"],
    ["an administrator of the organization", ["beta", "zeta"], "OK"],
    ["a member", ["beta"], "FORBIDDEN"],
    ["a collaborator", ["beta", "zeta"], "OK"],
    ["a collaborator", ["beta", "Alpha"], "FORBIDDEN"],
    ["a collaborator", ["beta", "_x"], "NOT_FOUND"],
    ["a collaborator", ["Alpha", "_x"], "NOT_FOUND"],
    ["an outsider", ["beta"], "NOT_FOUND"],
    ["an ADMIN token", ["beta"], "OK"],
    ["an ADMIN token", ["beta", "zeta"], "NOT_FOUND"],
    ["a READ_ONLY token", ["beta"], "FORBIDDEN"],
  ])("where they are named, %s of %j: %s", async (caller, repositories, expected) => {
    expect(await refused(as(caller), { organization, repositories })).toBe(expected);
  });

  it("makes all or none", async () => {
    const count = async (): Promise<number> => (await test.rows("SELECT id FROM token")).length;
    const before = await count();
    const bad = [
      ["beta", "missing"],
      ["beta", "a/b"],
      ["beta", ""],
      ["beta", "👍"],
      ["beta", "x".repeat(5000)],
    ];
    const lines = await linesOf(test, async () => {
      for (const repositories of bad) {
        expect(await refused(test.admin, { organization, repositories })).toBe("NOT_FOUND");
      }
    });
    expect([await count(), lines]).toEqual([before, []]);
  });

  it("takes names, the last parts of slugs, within that organization", async () => {
    const repositories = [`${organization}/beta`];
    expect(await refused(test.admin, { organization, repositories })).toBe("NOT_FOUND");
    const [, , name = ""] = `${organization}/beta`.split("/");
    for (const wrong of ["gh", "", organization.slice(3), `${organization}/beta`, "gh/nobody", "gh/\n"]) {
      expect(await refused(test.admin, { organization: wrong, repositories: [name] })).toBe("NOT_FOUND");
    }
  });

  it.each([
    ["none", []],
    ["a name twice", ["beta", "beta"]],
    ["a name twice in other case", ["beta", "zeta", "BETA"]],
  ])("refuses %s: BAD_USER_INPUT", async (_name, repositories) => {
    expect(
      await refusal(test.admin, "createRepositoryTokens", {
        organization,
        repositories,
        scope: "STATUS",
        label: "x",
      }),
    ).toMatchObject({ code: "BAD_USER_INPUT", field: "repositories" });
  });

  it("refuses more than 1000 names before it looks for them", async () => {
    const repositories = Array.from({ length: 1001 }, (_, index) => `n${index}`);
    expect(
      await refusal(as("an outsider"), "createRepositoryTokens", {
        organization,
        repositories,
        scope: "STATUS",
        label: "x",
      }),
    ).toMatchObject({ code: "LIMIT_EXCEEDED", field: "repositories" });
    expect(await refused(test.admin, { organization, repositories: repositories.slice(1) })).toBe(
      "NOT_FOUND",
    );
  });

  it.each([
    [
      "null",
      'mutation($o: String!) { createRepositoryTokens(input: { organization: $o, repositories: null, scope: STATUS, label: "x" }) { tokens { secret } } }',
    ],
    [
      "a variable without a value",
      'mutation($o: String!, $r: [String!]) { createRepositoryTokens(input: { organization: $o, repositories: $r, scope: STATUS, label: "x" }) { tokens { secret } } }',
    ],
  ])("never takes %s for all of them", async (_name, document) => {
    const { errors } = await test.admin.send(document, { o: organization });
    expect(errors[0]?.extensions).toEqual({ code: "BAD_USER_INPUT", field: "repositories" });
    const input = { organization, repositories: null, scope: "STATUS", label: "x" };
    expect(await codeOf(test.admin, "createRepositoryTokens", input)).toBe("BAD_USER_INPUT");
  });

  it("refuses a bad label and an end in the past before it looks for the organization", async () => {
    const input = { organization: "gh/nobody", scope: "STATUS" };
    expect(await refusal(test.admin, "createRepositoryTokens", { ...input, label: " " })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "label",
    });
    const late = { ...input, label: "x", expiresAt: test.in(-1) };
    expect(await refusal(test.admin, "createRepositoryTokens", late)).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "expiresAt",
    });
  });

  it("gives [] for an empty organization, and writes nothing", async () => {
    const empty = await test.organization();
    const boss = await test.member(empty, "ADMIN");
    const lines = await linesOf(test, async () => {
      expect(await createAll(boss.client, { organization: empty })).toEqual([]);
    });
    expect(lines).toEqual([]);
  });

  it("keeps label, end and creator in each", async () => {
    const expiresAt = test.in(3_600_000);
    const { tokens } = await mutate<{ tokens: object[] }>(
      as("a collaborator"),
      "createRepositoryTokens",
      { organization, repositories: ["beta", "zeta"], scope: "ADMIN", label: " release ", expiresAt },
      "tokens { token { scope label expiresAt createdBy { login } state } }",
    );
    const token = {
      scope: "ADMIN",
      label: "release",
      expiresAt,
      state: "ACTIVE",
      createdBy: expect.anything() as object,
    };
    expect(tokens).toEqual([{ token }, { token }]);
  });
});

describe("a large organization", () => {
  const organization = "gh/large";
  beforeAll(async () => {
    await test.repositories(Array.from({ length: 1000 }, (_, index) => `${organization}/r${index}`));
  });

  it("gets its 1000 tokens in one call, and they are ended in one call", async () => {
    const made = await createAll(test.admin, { organization });
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(1000);
    expect(slugs(made)).toEqual(slugs(made).sort());
    await createAll(test.admin, {
      organization,
      repositories: Array.from({ length: 200 }, (_, index) => `r${index}`),
    });
    expect(await revokeTokens(test.admin, { organization, dryRun: true })).toBe(1200);
    expect(await revokeTokens(test.admin, { organization, withCreated: true })).toBe(1200);
    expect(await revokeTokens(test.admin, { organization, dryRun: true })).toBe(0);
    expect(await greet(test.client(made[999]!.secret))).toBe("not found");
    const [lines] = await test.rows<{ total: number }>(
      "SELECT count(*) AS total FROM audit_event WHERE action = 'TOKEN_REVOKED'",
    );
    expect(lines?.total).toBe(1200);
  });

  it("has to name them when there are more than 1000", async () => {
    await test.repository(`${organization}/one-more`);
    expect(
      await refusal(test.admin, "createRepositoryTokens", { organization, scope: "STATUS", label: "x" }),
    ).toMatchObject({ code: "LIMIT_EXCEEDED", field: "repositories" });
    expect(slugs(await createAll(test.admin, { organization, repositories: ["one-more"] }))).toEqual([
      `${organization}/one-more`,
    ]);
    expect(
      await test.admin.code(mutation("createRepositoryTokens"), {
        input: { organization, scope: "STATUS", label: "" },
      }),
    ).toBe("BAD_USER_INPUT");
  });
});
