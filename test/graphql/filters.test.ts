import { organizationOf } from "../../src/domain/organization";
import type { Client } from "../support/client";
import { type Actor, type MadeToken, TestApp } from "../support/kit";

const HOUR = 3_600_000;

let test: TestApp;
let organization: string;
let repository: string;
beforeAll(async () => {
  test = await TestApp.start({ env: { RATE_LIMIT_PER_MINUTE: "0" }, frozen: true });
  organization = await test.organization("gh/Filters");
  repository = await test.repository(`${organization}/repo`);
});
afterAll(() => test.close());

interface Found {
  readonly nodes: readonly Record<string, unknown>[];
  readonly totalCount: number;
}

/** The list at a path with these arguments, whose exact count is checked on the way. */
async function list(path: readonly string[], args: string, node: string): Promise<unknown[]> {
  const document = `{ ${path.join(" { ")}${args === "" ? "" : `(${args})`} { nodes { ${node} } totalCount } ${"}".repeat(path.length)}`;
  let found: unknown = await test.admin.must(document);
  for (const part of path) found = (found as Record<string, unknown>)[part.replace(/\(.*/, "")];
  const { nodes, totalCount } = found as Found;
  expect(totalCount).toBe(nodes.length);
  return nodes.map((one) => one[node]);
}

describe("the tokens of a repository and of an organization", () => {
  let admin: Actor;
  let machine: MadeToken;
  let expires: string;
  let used: string;

  beforeAll(async () => {
    admin = await test.member(organization, "ADMIN", await test.account({ login: "Filter-Admin" }));
    // Newest last: the labels say what they are.
    const make = (label: string, scope: "STATUS" | "READ_ONLY" | "ADMIN", expiresAt?: string) =>
      test.repositoryToken(repository, scope, { label, expiresAt });
    await make("active status", "STATUS");
    const revoked = await make("revoked", "READ_ONLY");
    const rotated = await make("rotated", "ADMIN");
    await make("expired", "STATUS", test.in(HOUR));
    expires = test.in(48 * HOUR);
    await make("expires", "READ_ONLY", expires);
    machine = await make("machine", "ADMIN");
    await test.repositoryToken(repository, "STATUS", { label: "by admin", by: admin.client });
    const byAdmin = await test.repositoryToken(repository, "ADMIN", {
      label: "admin's machine",
      by: admin.client,
    });
    await test.repositoryToken(repository, "READ_ONLY", { label: "by admin's machine", by: byAdmin.client });
    await revoked.client.must("mutation { revokeToken(input: {}) { revokedCount } }");
    await rotated.client.must('mutation { rotateToken(input: { label: "successor" }) { secret } }');
    test.pass(2 * HOUR);
    await machine.client.must("{ __typename }");
    used = test.in(0);
    await test.app.services.recorder.flush();
    test.pass(2 * HOUR);
  });

  const all = [
    ...["successor", "by admin's machine", "admin's machine", "by admin", "machine", "expires", "expired"],
    ...["rotated", "revoked", "active status"],
  ];
  const live = all.filter((label) => !["revoked", "rotated", "expired"].includes(label));
  const every = "states: [ACTIVE, RETIRING, ROTATED, EXPIRED, REVOKED]";

  const cases: readonly [args: () => string, labels: readonly string[]][] = [
    [() => "", live],
    [() => "states: [ACTIVE, RETIRING]", live],
    [() => "states: ACTIVE", live],
    [() => "states: [RETIRING]", []],
    [() => "states: [REVOKED]", ["revoked"]],
    [() => "states: [ROTATED]", ["rotated"]],
    [() => "states: [EXPIRED]", ["expired"]],
    [() => "states: [EXPIRED, REVOKED]", ["expired", "revoked"]],
    [() => "states: [REVOKED, REVOKED, EXPIRED]", ["expired", "revoked"]],
    [() => "states: [ACTIVE, ROTATED]", all.filter((label) => label !== "expired" && label !== "revoked")],
    [() => "states: []", []],
    [() => every, all],
    [() => "scope: STATUS", ["by admin", "active status"]],
    [() => "scope: READ_ONLY", ["by admin's machine", "expires"]],
    [() => "scope: ADMIN", ["successor", "admin's machine", "machine"]],
    [() => `scope: READ_ONLY, ${every}`, ["by admin's machine", "expires", "revoked"]],
    // What a repository token makes has the creator of that token.
    [() => 'createdBy: "Filter-Admin"', ["by admin's machine", "admin's machine", "by admin"]],
    [() => 'createdBy: "FILTER-ADMIN", scope: ADMIN', ["admin's machine"]],
    [() => 'createdBy: "admin", scope: ADMIN', ["successor", "machine"]],
    [() => 'createdBy: "nobody"', []],
    [() => 'createdBy: ""', []],
    [() => 'createdBy: "Filter-Admin "', []],
    [() => `expiresBefore: "${expires}"`, []],
    [() => `expiresBefore: "${new Date(Date.parse(expires) + 1).toISOString()}"`, ["expires"]],
    [() => `expiresBefore: "9999-12-31T23:59:59.999Z", ${every}`, ["expires", "expired"]],
    [() => 'expiresBefore: "0001-01-01T00:00:00Z"', []],
    [() => `unusedSince: "${used}"`, live.filter((label) => label !== "machine")],
    [() => `unusedSince: "${new Date(Date.parse(used) + 1).toISOString()}"`, live],
    [
      () => 'unusedSince: "0001-01-01T00:00:00Z"',
      live.filter((label) => label !== "machine" && label !== "admin's machine"),
    ],
    [() => `scope: ADMIN, createdBy: "admin", unusedSince: "${used}", states: [ACTIVE]`, ["successor"]],
    [() => `scope: STATUS, expiresBefore: "${used}", states: [EXPIRED]`, ["expired"]],
  ];

  it.each(cases.map((one, index) => [index, ...one] as const))(
    "are those that fit, case %i",
    async (_index, args, labels) => {
      for (const place of [`repository(slug: "${repository}")`, `organization(slug: "${organization}")`]) {
        expect({ args: args(), labels: await list([place, "tokens"], args(), "label") }).toEqual({
          args: args(),
          labels,
        });
      }
    },
  );

  it("change their state by the clock alone", async () => {
    const path = [`repository(slug: "${repository}")`, "tokens"];
    const { id } = await test.repositoryToken(repository, "STATUS", {
      label: "brief",
      expiresAt: test.in(1000),
    });
    const state = async (): Promise<unknown> =>
      (await test.admin.must("query($id: ID!) { node(id: $id) { ... on Token { state } } }", { id })).node;
    expect(await list(path, "states: [EXPIRED]", "label")).not.toContain("brief");
    expect(await state()).toEqual({ state: "ACTIVE" });
    test.pass(1000);
    expect(await list(path, "", "label")).not.toContain("brief");
    expect(await list(path, "states: [EXPIRED]", "label")).toContain("brief");
    expect(await state()).toEqual({ state: "EXPIRED" });
  });
});

describe("the tokens of an account", () => {
  it("are those in the states asked for, and no repository tokens", async () => {
    const { login, client } = await test.account({ login: "many-tokens" });
    const labelled = (label: string, expiresAt?: string) => test.accountToken(login, { label, expiresAt });
    const revoked = await labelled("revoked");
    const rotated = await labelled("rotated");
    await labelled("expired", test.in(1000));
    await test.member(organization, "ADMIN", { login } as Actor);
    await test.repositoryToken(repository, "STATUS", { label: "of the repository", by: client });
    await revoked.client.must("mutation { revokeToken(input: {}) { revokedCount } }");
    await rotated.client.must('mutation { rotateToken(input: { label: "successor" }) { secret } }');
    test.pass(1000);
    const path = [`account(login: "${login}")`, "tokens"];
    for (const [args, labels] of [
      ["", ["successor", "test"]],
      ["states: [REVOKED]", ["revoked"]],
      ["states: [ROTATED, EXPIRED]", ["expired", "rotated"]],
      ["states: []", []],
      [
        "states: [ACTIVE, RETIRING, ROTATED, EXPIRED, REVOKED]",
        ["successor", "expired", "rotated", "revoked", "test"],
      ],
    ] as const) {
      expect(await list(path, args, "label")).toEqual(labels);
    }
  });
});

describe("a search", () => {
  const find = (what: "accounts" | "organizations", query: string): Promise<unknown[]> =>
    list([what], `query: ${JSON.stringify(query)}`, what === "accounts" ? "login" : "slug");

  beforeAll(async () => {
    await test.account({ login: "q-one", name: "100% Ünïque_Näme \\ 'quoted' \"twice\"" });
    await test.account({ login: "q-two", name: "100 percent" });
    await test.account({ login: "Q-Three" });
    await test.repositories(["ghe/search/a_b", "ghe/search/aXb", "ghe/search/A.B", "ghe/Searching/search"]);
  });

  it.each([
    ["q-", ["q-one", "Q-Three", "q-two"]],
    ["Q-T", ["Q-Three", "q-two"]],
    ["PERCENT", ["q-two"]],
    ["100%", ["q-one"]],
    ["e_n", ["q-one"]],
    ["\\", ["q-one"]],
    ["'quoted'", ["q-one"]],
    ['"twice"', ["q-one"]],
    ["Ünïque", ["q-one"]],
    ["  q-one  ", ["q-one"]],
    // Case is ASCII's.
    ["ünïque", []],
    // Login and name are two texts.
    ["q-one100", []],
    ["one 100", []],
    ["%%", []],
    ["_-", []],
    ["🔑", []],
  ])("finds accounts by login and name, literally: %j", async (query, logins) => {
    expect(await find("accounts", query)).toEqual(logins);
  });

  it("that is empty finds all", async () => {
    const everybody = await list(["accounts"], "", "login");
    expect(everybody).toEqual(expect.arrayContaining(["admin", "q-one"]));
    expect(await find("accounts", "")).toEqual(everybody);
    expect(await find("accounts", "   ")).toEqual(everybody);
  });

  it.each([
    ["search", ["ghe/search", "ghe/Searching"]],
    ["GHE/SEARCHI", ["ghe/Searching"]],
    ["e/s", ["ghe/search", "ghe/Searching"]],
    ["a_b", []],
  ])("finds organizations by their slug: %j", async (query, slugs) => {
    expect(await find("organizations", query)).toEqual(slugs);
  });

  it.each([
    ["a", ["A.B", "a_b", "aXb"]],
    ["A_B", ["a_b"]],
    ["xB", ["aXb"]],
    [".", ["A.B"]],
    // The name alone: neither the organization nor the provider.
    ["search", []],
    ["ghe", []],
    ["/", []],
    ["%", []],
  ])("finds repositories by their name: %j", async (query, expected) => {
    const found = await list(
      ['organization(slug: "ghe/search")', "repositories"],
      `query: ${JSON.stringify(query)}`,
      "name",
    );
    expect(found).toEqual(expected);
  });

  it("in an organization whose name is found in its repositories finds these", async () => {
    expect(
      await list(['organization(slug: "ghe/searching")', "repositories"], 'query: "SEARCH"', "name"),
    ).toEqual(["search"]);
  });
});

describe("the repositories of the viewer", () => {
  const SEARCH =
    "query($query: String) { viewer { repositories(query: $query) { nodes { slug } totalCount } } }";
  const search = async (client: Client, query: string | null): Promise<[number, unknown[]]> => {
    const { viewer } = await client.must<{ viewer: { repositories: Found } }>(SEARCH, { query });
    return [viewer.repositories.totalCount, viewer.repositories.nodes.map(({ slug }) => slug)];
  };

  it("are those that it reaches with at least the scope", async () => {
    const actor = await test.account();
    const slugs = ["gl/v/admin", "gl/v/none", "gl/v/read", "gl/v/status"] as const;
    await test.repositories(slugs);
    await test.collaborator(slugs[0], "ADMIN", actor);
    await test.collaborator(slugs[2], "READ_ONLY", actor);
    await test.collaborator(slugs[3], "STATUS", actor);
    await test.repositories(["gl/w/member"]);
    await test.member("gl/w", "MEMBER", actor);
    await test.repositories(["gl/x/owned"]);
    await test.member("gl/x", "ADMIN", actor);
    const document =
      "query($least: RepositoryScope) { viewer { repositories(minimumScope: $least) { nodes { slug viewerScope } totalCount } } }";
    for (const [least, expected] of [
      ["STATUS", [slugs[0], slugs[2], slugs[3], "gl/w/member", "gl/x/owned"]],
      ["READ_ONLY", [slugs[0], slugs[2], "gl/w/member", "gl/x/owned"]],
      ["ADMIN", [slugs[0], "gl/x/owned"]],
      [null, [slugs[0], slugs[2], slugs[3], "gl/w/member", "gl/x/owned"]],
    ] as const) {
      const { viewer } = await actor.client.must<{ viewer: { repositories: Found } }>(document, { least });
      expect(viewer.repositories.nodes.map(({ slug }) => slug)).toEqual(expected);
      expect(viewer.repositories.totalCount).toBe(expected.length);
    }
    const status = await test.repositoryToken(slugs[1], "STATUS");
    for (const [least, count] of [
      ["STATUS", 1],
      ["READ_ONLY", 0],
      ["ADMIN", 0],
    ] as const) {
      const { viewer } = await status.client.must<{ viewer: { repositories: Found } }>(document, { least });
      expect([viewer.repositories.nodes.length, viewer.repositories.totalCount]).toEqual([count, count]);
    }
  });

  it("say the same scope that each of them says by itself, by every role and collaboration, on every page", async () => {
    const actor = await test.account();
    for (const role of [null, "MEMBER", "ADMIN"] as const) {
      const slugs = [null, "STATUS", "READ_ONLY", "ADMIN"].map((scope) => `bb/as-${role}/on-${scope}`);
      await test.repositories(slugs);
      await test.collaborator(slugs[1]!, "STATUS", actor);
      await test.collaborator(slugs[2]!, "READ_ONLY", actor);
      await test.collaborator(slugs[3]!, "ADMIN", actor);
      if (role !== null) await test.member(`bb/as-${role}`, role, actor);
    }
    const document = `query($least: RepositoryScope, $first: Int, $after: String) { viewer {
      repositories(minimumScope: $least, first: $first, after: $after) {
        nodes { slug viewerScope } pageInfo { endCursor hasNextPage } } } }`;
    interface List {
      nodes: { slug: string; viewerScope: string }[];
      pageInfo: { endCursor: string | null; hasNextPage: boolean };
    }
    const alone = async (slug: string): Promise<unknown> =>
      (
        await actor.client.must<{ repository: unknown }>(
          "query($slug: String!) { repository(slug: $slug) { slug viewerScope } }",
          { slug },
        )
      ).repository;
    for (const [least, count] of [
      ["STATUS", 11],
      ["READ_ONLY", 10],
      ["ADMIN", 6],
    ] as const)
      for (const first of [1, 2, 5, 50]) {
        const found: List["nodes"] = [];
        let after: string | null = null;
        for (;;) {
          const page: { viewer: { repositories: List } } = await actor.client.must(document, {
            ...{ least, first, after },
          });
          const { nodes, pageInfo }: List = page.viewer.repositories;
          found.push(...nodes);
          if (!pageInfo.hasNextPage) break;
          after = pageInfo.endCursor;
        }
        expect(found).toHaveLength(count);
        expect(found).toEqual(await Promise.all(found.map(({ slug }) => alone(slug))));
      }
  });

  it.each([
    ["a role", (slug: string) => test.member(organizationOf(slug))],
    ["a scope of one's own", (slug: string) => test.collaborator(slug, "STATUS")],
  ])("that one reaches by %s are searched by a part of their slugs, without case", async (_how, reach) => {
    const wanted = await test.repository();
    const actor = await reach(wanted);
    await test.collaborator(await test.repository(), "ADMIN", actor);
    await test.repository();
    for (const query of [wanted, wanted.toUpperCase(), wanted.slice(4)])
      expect(await search(actor.client, query)).toEqual([1, [wanted]]);
    expect((await search(actor.client, ""))[0]).toBe(2);
    expect((await search(actor.client, null))[0]).toBe(2);
    for (const query of ["%", "_", "\\", `${wanted}x`])
      expect(await search(actor.client, query)).toEqual([0, []]);
  });

  it("are searched by site administrators among all, and by a repository token in its own", async () => {
    const wanted = await test.repository("gh/Haystack/needle_1");
    await test.repository("gh/Haystack/needle-1");
    expect(await search(test.admin, "EDLE_1")).toEqual([1, [wanted]]);
    const { client } = await test.repositoryToken(wanted, "STATUS");
    expect(await search(client, "haystack/N")).toEqual([1, [wanted]]);
    expect(await search(client, "needle-1")).toEqual([0, []]);
  });

  it("are looked for by at most 200 characters", async () => {
    expect(await test.admin.code(SEARCH, { query: "x".repeat(201) })).toBe("BAD_USER_INPUT");
  });

  it("and of an organization are counted as far as they are seen", async () => {
    await test.repositories(["bb/partly/a", "bb/partly/b", "bb/partly/c"]);
    const actor = await test.collaborator("bb/partly/b", "STATUS");
    const document =
      'query($query: String) { organization(slug: "bb/partly") { repositories(query: $query) { nodes { name } totalCount } } }';
    expect(await actor.client.must(document)).toEqual({
      organization: { repositories: { nodes: [{ name: "b" }], totalCount: 1 } },
    });
    expect(await actor.client.must(document, { query: "c" })).toEqual({
      organization: { repositories: { nodes: [], totalCount: 0 } },
    });
  });
});

describe("the builds of a repository", () => {
  it("are those of the branch, to the letter", async () => {
    for (const branch of ["main", "Main", "feature/x", "main"]) {
      await test.admin.must(
        "mutation($input: ReportBuildInput!) { reportBuild(input: $input) { build { number } } }",
        { input: { repository, branch, commit: "abcdef0", status: "SUCCESS" } },
      );
    }
    const path = [`repository(slug: "${repository}")`, "builds"];
    for (const [args, numbers] of [
      ["", [4, 3, 2, 1]],
      ['branch: "main"', [4, 1]],
      ['branch: "Main"', [2]],
      ['branch: " feature/x "', [3]],
      ['branch: "feature/%"', []],
      ['branch: "other"', []],
    ] as const) {
      expect(await list(path, args, "number")).toEqual(numbers);
    }
  });
});

describe("audit events", () => {
  it("are those of the actions and of the time: from since on, before until", async () => {
    const login = "audited";
    await test.account({ login });
    const path = [`account(login: "${login}")`, "auditEvents"];
    const change = async (field: string): Promise<string> => {
      test.pass(1000);
      await test.admin.must(`mutation { ${field} { __typename } }`);
      return test.in(0);
    };
    const first = await change(`updateAccount(input: { login: "${login}", name: "one" })`);
    const second = await change(`suspendAccount(input: { login: "${login}" })`);
    const third = await change(`resumeAccount(input: { login: "${login}" })`);
    const fourth = await change(`updateAccount(input: { login: "${login}", name: "four" })`);
    const everything = ["ACCOUNT_UPDATED", "ACCOUNT_RESUMED", "ACCOUNT_SUSPENDED", "ACCOUNT_UPDATED"];
    for (const [args, actions] of [
      ["", [...everything, "TOKEN_CREATED", "ACCOUNT_CREATED"]],
      ["actions: null", [...everything, "TOKEN_CREATED", "ACCOUNT_CREATED"]],
      ["actions: []", []],
      ["actions: ACCOUNT_UPDATED", ["ACCOUNT_UPDATED", "ACCOUNT_UPDATED"]],
      ["actions: [ACCOUNT_RESUMED, ACCOUNT_SUSPENDED]", ["ACCOUNT_RESUMED", "ACCOUNT_SUSPENDED"]],
      ["actions: [BUILD_REPORTED]", []],
      [`since: "${first}"`, everything],
      [`since: "${fourth}"`, ["ACCOUNT_UPDATED"]],
      [`since: "${first}", until: "${third}"`, ["ACCOUNT_SUSPENDED", "ACCOUNT_UPDATED"]],
      [`since: "${second}", until: "${second}"`, []],
      [`since: "${third}", until: "${first}"`, []],
      [`until: "${first}"`, ["TOKEN_CREATED", "ACCOUNT_CREATED"]],
      [`since: "${second}", until: "${fourth}", actions: [ACCOUNT_RESUMED]`, ["ACCOUNT_RESUMED"]],
      ['since: "9999-12-31T23:59:59.999Z"', []],
      ['until: "0001-01-01T00:00:00Z"', []],
    ] as const) {
      expect({ args, actions: await list(path, args, "action") }).toEqual({ args, actions });
    }
    const site = await list(["auditEvents"], `since: "${first}", actions: [ACCOUNT_SUSPENDED]`, "action");
    expect(site).toEqual(["ACCOUNT_SUSPENDED"]);
  });
});
