import { linesOf } from "../support/audit";
import { TestApp } from "../support/kit";
import { codeOf, mutate, refusal } from "../support/mutations";

let test: TestApp;
beforeAll(async () => (test = await TestApp.start({ frozen: true })));
afterAll(() => test.close());

interface RepositoryAnswer {
  readonly slug: string;
  readonly name: string;
  readonly description: string | null;
  readonly defaultBranch: string;
  readonly createdAt: string;
}
const fields = "slug name description defaultBranch createdAt";
const change = async (field: string, input: object, client = test.admin): Promise<RepositoryAnswer> =>
  (await mutate<{ repository: RepositoryAnswer }>(client, field, input, `repository { ${fields} }`))
    .repository;
const read = async (slug: string): Promise<RepositoryAnswer | null> => {
  const { repository } = await test.admin.must<{ repository: RepositoryAnswer | null }>(
    `query($slug: String!) { repository(slug: $slug) { ${fields} } }`,
    { slug },
  );
  return repository;
};
const takenSlug = { code: "CONFLICT", message: "the slug is taken" };

describe("createRepository", () => {
  it("makes one in an organization, as written, with main as its branch where none is given", async () => {
    const organization = await test.organization();
    expect(await change("createRepository", { slug: `${organization}/Docs.v2` })).toEqual({
      slug: `${organization}/Docs.v2`,
      name: "Docs.v2",
      description: null,
      defaultBranch: "main",
      createdAt: test.in(0),
    });
    const input = { slug: `${organization}/two`, description: " About 👍 ", defaultBranch: "trunk" };
    expect(await change("createRepository", input)).toMatchObject({
      description: "About 👍",
      defaultBranch: "trunk",
    });
    const nulls = { slug: `${organization}/three`, description: null, defaultBranch: null };
    expect(await change("createRepository", nulls)).toMatchObject({
      description: null,
      defaultBranch: "main",
    });
  });

  it("finds the slug taken without regard to case", async () => {
    const slug = await test.repository("gh/Taken/Slug");
    for (const one of [slug, "gh/taken/slug", "gh/TAKEN/SLUG"]) {
      expect(await refusal(test.admin, "createRepository", { slug: one })).toEqual(takenSlug);
    }
  });

  it("is for administrators of the organization and site administrators", async () => {
    const organization = await test.organization();
    const repository = await test.repository(`${organization}/docs`);
    const slug = `${organization}/new`;
    const boss = await test.member(organization, "ADMIN");
    const member = await test.member(organization);
    const collaborator = await test.collaborator(repository, "ADMIN");
    const outsider = await test.account();
    const token = await test.repositoryToken(repository, "ADMIN");
    for (const field of ["createRepository", "importRepositories"]) {
      const input = field === "createRepository" ? { slug } : { repositories: [{ slug }] };
      expect(await codeOf(member.client, field, input)).toBe("FORBIDDEN");
      expect(await codeOf(collaborator.client, field, input)).toBe("FORBIDDEN");
      expect(await codeOf(outsider.client, field, input)).toBe("NOT_FOUND");
      expect(await codeOf(token.client, field, input)).toBe("NOT_FOUND");
      expect(await read(slug)).toBeNull();
    }
    expect(await codeOf(boss.client, "createRepository", { slug })).toBe("OK");
    expect(await codeOf(boss.client, "importRepositories", { repositories: [{ slug: `${slug}-2` }] })).toBe(
      "OK",
    );
  });

  it("does not make an organization: NOT_FOUND, for site administrators too", async () => {
    expect(await codeOf(test.admin, "createRepository", { slug: "gh/nobody/new" })).toBe("NOT_FOUND");
  });

  it.each([
    ["slug", { slug: "gh/a" }],
    ["slug", { slug: "gh/a/.." }],
    ["slug", { slug: "gh/a/b c" }],
    ["slug", { slug: "gh/a/👍" }],
    ["slug", { slug: `gh/a/${"x".repeat(101)}` }],
    ["description", { slug: "gh/a/b", description: "x".repeat(1001) }],
    ["description", { slug: "gh/a/b", description: "a\0b" }],
    ["defaultBranch", { slug: "gh/a/b", defaultBranch: "" }],
    ["defaultBranch", { slug: "gh/a/b", defaultBranch: "x".repeat(256) }],
  ])("refuses a bad %s: %j", async (field, input) => {
    expect(await refusal(test.admin, "createRepository", input)).toMatchObject({
      code: "BAD_USER_INPUT",
      field,
    });
    const second = { repositories: [{ slug: "gh/a/good" }, input] };
    expect(await refusal(test.admin, "importRepositories", second)).toMatchObject({
      code: "BAD_USER_INPUT",
      field: `repositories.1.${field}`,
    });
    expect(await read("gh/a/good")).toBeNull();
  });
});

describe("importRepositories", () => {
  const importAll = (repositories: object[], client = test.admin): Promise<object> =>
    mutate(client, "importRepositories", { repositories }, "createdCount existingCount");

  it("makes what is missing, organizations too, and leaves what exists as it is", async () => {
    const first = [
      { slug: "gl/import/a", description: "first", defaultBranch: "dev" },
      { slug: "gl/import/b" },
    ];
    expect(await importAll(first)).toEqual({ createdCount: 2, existingCount: 0 });
    const second = [{ slug: "gl/IMPORT/A", description: "second" }, { slug: "gl/import/c" }];
    expect(await importAll(second)).toEqual({ createdCount: 1, existingCount: 1 });
    expect(await read("gl/import/a")).toMatchObject({
      slug: "gl/import/a",
      description: "first",
      defaultBranch: "dev",
    });
    expect(await importAll([...first, ...second])).toEqual({ createdCount: 0, existingCount: 4 });
  });

  it("counts a repository that stands twice in the input as existing, and makes the first", async () => {
    const twice = [
      { slug: "gl/twice/a", description: "first" },
      { slug: "gl/TWICE/a", description: "second" },
      { slug: "gl/twice/b" },
    ];
    expect(await importAll(twice)).toEqual({ createdCount: 2, existingCount: 1 });
    expect(await read("gl/twice/a")).toMatchObject({ description: "first" });
  });

  it("makes nobody a member of an organization that it makes", async () => {
    await importAll([{ slug: "gl/nobodys/a" }]);
    const { organization } = await test.admin.must<{ organization: object }>(
      '{ organization(slug: "gl/nobodys") { viewerRole members { totalCount } } }',
    );
    expect(organization).toEqual({ viewerRole: null, members: { totalCount: 0 } });
  });

  it("is all or none: NOT_FOUND for whoever may not make a missing organization", async () => {
    const organization = await test.organization();
    const boss = await test.member(organization, "ADMIN");
    const hidden = await test.organization();
    for (const bad of ["gh/nobody/x", `${hidden}/x`]) {
      const repositories = [{ slug: `${organization}/x` }, { slug: bad }];
      expect(await refusal(boss.client, "importRepositories", { repositories })).toEqual({
        code: "NOT_FOUND",
        message: "not found",
      });
    }
    expect(await read(`${organization}/x`)).toBeNull();
  });

  it("says NOT_FOUND before FORBIDDEN, in whatever order the input stands", async () => {
    const organization = await test.organization();
    const member = await test.member(organization);
    const slugs = [{ slug: `${organization}/x` }, { slug: "gh/nobody/x" }];
    for (const repositories of [slugs, slugs.toReversed()]) {
      expect(await codeOf(member.client, "importRepositories", { repositories })).toBe("NOT_FOUND");
    }
  });

  it("takes 1 to 1000", async () => {
    expect(await refusal(test.admin, "importRepositories", { repositories: [] })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "repositories",
    });
    const many = Array.from({ length: 1001 }, (_, index) => ({ slug: `gl/many/r${index}` }));
    expect(await refusal(test.admin, "importRepositories", { repositories: many })).toMatchObject({
      code: "LIMIT_EXCEEDED",
      field: "repositories",
    });
    expect(await importAll(many.slice(1))).toEqual({ createdCount: 1000, existingCount: 0 });
  });
});

describe("updateRepository", () => {
  it("changes what is given, clears a description that is null, leaves what is left out", async () => {
    const slug = await test.repository();
    const input = { slug: slug.toUpperCase().replace("GH/", "gh/") };
    expect(await change("updateRepository", { ...input, description: "text" })).toMatchObject({
      slug,
      description: "text",
      defaultBranch: "main",
    });
    expect(await change("updateRepository", { ...input, defaultBranch: "dev" })).toMatchObject({
      description: "text",
      defaultBranch: "dev",
    });
    expect(await change("updateRepository", { ...input, defaultBranch: null })).toMatchObject({
      defaultBranch: "dev",
    });
    expect(await change("updateRepository", { ...input, description: null })).toMatchObject({
      description: null,
    });
    expect(await read(slug)).toMatchObject({ description: null, defaultBranch: "dev" });
  });

  it("is for ADMIN of any kind", async () => {
    const slug = await test.repository();
    const input = { slug, description: "x" };
    for (const scope of ["STATUS", "READ_ONLY"] as const) {
      const forbidden = { code: "FORBIDDEN", requiredScope: "ADMIN", grantedScope: scope };
      expect(
        await refusal((await test.repositoryToken(slug, scope)).client, "updateRepository", input),
      ).toMatchObject(forbidden);
      expect(
        await refusal((await test.collaborator(slug, scope)).client, "updateRepository", input),
      ).toMatchObject(forbidden);
    }
    expect(await codeOf((await test.repositoryToken(slug, "ADMIN")).client, "updateRepository", input)).toBe(
      "OK",
    );
    expect(await codeOf((await test.collaborator(slug, "ADMIN")).client, "updateRepository", input)).toBe(
      "OK",
    );
    expect(await codeOf((await test.account()).client, "updateRepository", input)).toBe("NOT_FOUND");
    expect(await codeOf(test.admin, "updateRepository", { slug: "nonsense" })).toBe("NOT_FOUND");
  });

  it.each([
    ["description", { description: "x".repeat(1001) }],
    ["defaultBranch", { defaultBranch: " " }],
  ])("refuses a bad %s", async (field, input) => {
    expect(await refusal(test.admin, "updateRepository", { slug: "gh/a/b", ...input })).toMatchObject({
      code: "BAD_USER_INPUT",
      field,
    });
  });
});

describe("renameRepository", () => {
  it("moves tokens, roles and lists to the new slug, and leaves the old one free", async () => {
    const organization = await test.organization();
    const old = await test.repository(`${organization}/old`);
    const token = await test.repositoryToken(old, "READ_ONLY");
    const user = await test.collaborator(old, "STATUS");
    expect(await change("renameRepository", { slug: old, name: "New" })).toMatchObject({
      slug: `${organization}/New`,
      name: "New",
    });
    const seen = async (client = token.client, slug = `${organization}/new`): Promise<unknown> =>
      (
        await client.must<{ repository: unknown }>(
          "query($slug: String!) { repository(slug: $slug) { slug viewerScope } }",
          { slug },
        )
      ).repository;
    expect(await seen()).toEqual({ slug: `${organization}/New`, viewerScope: "READ_ONLY" });
    expect(await seen(user.client)).toEqual({ slug: `${organization}/New`, viewerScope: "STATUS" });
    expect(await seen(token.client, old)).toBeNull();
    // Whoever takes the old slug gets nothing of what was there.
    await test.repository(old);
    expect([await seen(token.client, old), await seen(user.client, old)]).toEqual([null, null]);
    const { verifyToken } = await test.admin.must<{ verifyToken: object }>(
      "query($input: VerifyTokenInput!) { verifyToken(input: $input) { code } }",
      { input: { secret: token.secret, repository: old } },
    );
    expect(verifyToken).toEqual({ code: "REPOSITORY_DENIED" });
  });

  it("is found under its new slug in order, and by its new name", async () => {
    const organization = await test.organization();
    await test.repositories([`${organization}/a`, `${organization}/b`]);
    await change("renameRepository", { slug: `${organization}/a`, name: "Zed" });
    const list = async (query?: string): Promise<string[]> => {
      const { organization: seen } = await test.admin.must<{
        organization: { repositories: { nodes: { name: string }[] } };
      }>(
        "query($slug: String!, $query: String) { organization(slug: $slug) { repositories(query: $query) { nodes { name } } } }",
        { slug: organization, query },
      );
      return seen.repositories.nodes.map(({ name }) => name);
    };
    expect([await list(), await list("ZE"), await list("a"), await list("org")]).toEqual([
      ["b", "Zed"],
      ["Zed"],
      [],
      [],
    ]);
  });

  it("finds the name taken without case, and lets a repository change the case of its own", async () => {
    const organization = await test.organization();
    await test.repositories([`${organization}/a`, `${organization}/b`]);
    expect(await refusal(test.admin, "renameRepository", { slug: `${organization}/a`, name: "B" })).toEqual(
      takenSlug,
    );
    expect(await change("renameRepository", { slug: `${organization}/a`, name: "A" })).toMatchObject({
      name: "A",
    });
  });

  it.each(["", ".", "..", "a/b", "a b", "👍", "x".repeat(101)])("refuses %j as a name", async (name) => {
    expect(await refusal(test.admin, "renameRepository", { slug: "gh/a/b", name })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "name",
    });
  });

  it("and deleteRepository are for account tokens with ADMIN", async () => {
    const organization = await test.organization();
    const slug = await test.repository(`${organization}/docs`);
    for (const field of ["renameRepository", "deleteRepository"]) {
      const input = field === "renameRepository" ? { slug, name: "x" } : { slug };
      const code = async (client: typeof test.admin): Promise<string> => codeOf(client, field, input);
      expect(await code((await test.repositoryToken(slug, "ADMIN")).client)).toBe("FORBIDDEN");
      expect(await code((await test.member(organization)).client)).toBe("FORBIDDEN");
      expect(await code((await test.collaborator(slug, "READ_ONLY")).client)).toBe("FORBIDDEN");
      expect(await code((await test.account()).client)).toBe("NOT_FOUND");
    }
    const boss = await test.collaborator(slug, "ADMIN");
    expect(await codeOf(boss.client, "renameRepository", { slug, name: "by-collaborator" })).toBe("OK");
    expect(await codeOf(boss.client, "deleteRepository", { slug: `${organization}/by-collaborator` })).toBe(
      "OK",
    );
  });

  it("to the name that it has changes nothing", async () => {
    const slug = await test.repository("gh/same/name");
    expect(await linesOf(test, () => change("renameRepository", { slug, name: "name" }))).toEqual([]);
  });
});
