import type { Client } from "../support/client";
import { TestApp } from "../support/kit";
import { codeOf, mutate, refusal } from "../support/mutations";

let test: TestApp;
beforeAll(async () => (test = await TestApp.start({ frozen: true })));
afterAll(() => test.close());

const membersOf = async (slug: string): Promise<string[]> => {
  const { organization } = await test.admin.must<{
    organization: { members: { nodes: { role: string; account: { login: string } }[] } };
  }>("query($slug: String!) { organization(slug: $slug) { members { nodes { role account { login } } } } }", {
    slug,
  });
  return organization.members.nodes.map(({ role, account }) => `${account.login} ${role}`);
};
const sees = async (client: Client, slug: string): Promise<boolean> => {
  const { organization } = await client.must<{ organization: object | null }>(
    "query($slug: String!) { organization(slug: $slug) { id } }",
    { slug },
  );
  return organization !== null;
};

describe("createOrganization", () => {
  it("keeps the slug as written, compares it without case, and makes nobody a member", async () => {
    const { organization } = await mutate<{ organization: object }>(
      test.admin,
      "createOrganization",
      { slug: "gle/Great.Name_1-x" },
      "organization { slug name viewerRole createdAt }",
    );
    expect(organization).toEqual({
      slug: "gle/Great.Name_1-x",
      name: "Great.Name_1-x",
      viewerRole: null,
      createdAt: test.in(0),
    });
    expect(await membersOf("gle/great.name_1-X")).toEqual([]);
    expect(await refusal(test.admin, "createOrganization", { slug: "gle/GREAT.NAME_1-X" })).toEqual({
      code: "CONFLICT",
      message: "the slug is taken",
    });
  });

  it("takes every provider, and one name under each", async () => {
    for (const provider of ["gh", "ghe", "gl", "gle", "bb", "bbe"]) {
      expect(await codeOf(test.admin, "createOrganization", { slug: `${provider}/same` })).toBe("OK");
    }
  });

  it.each([
    "",
    "gh",
    "gh/",
    "gh/a/b",
    "svn/a",
    "GH/a",
    "gh/..",
    "gh/.",
    "gh/a b",
    "gh/é",
    "gh/👍",
    `gh/${"x".repeat(101)}`,
    "gh/a\n",
  ])("refuses %j as a slug", async (slug) => {
    expect(await refusal(test.admin, "createOrganization", { slug })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "slug",
    });
  });

  it("is for site administrators", async () => {
    const boss = await test.member(await test.organization(), "ADMIN");
    const token = await test.repositoryToken(await test.repository(), "ADMIN");
    for (const { client } of [boss, token]) {
      expect(await codeOf(client, "createOrganization", { slug: "gh/never" })).toBe("FORBIDDEN");
    }
  });
});

describe("setMembership", () => {
  it("gives an account a role at once, and changes it", async () => {
    const organization = await test.organization();
    const user = await test.account();
    expect(await sees(user.client, organization)).toBe(false);
    const input = { organization, login: user.login.toUpperCase() };
    await mutate(test.admin, "setMembership", { ...input, role: "MEMBER" });
    expect([await sees(user.client, organization), await membersOf(organization)]).toEqual([
      true,
      [`${user.login} MEMBER`],
    ]);
    await mutate(test.admin, "setMembership", { ...input, role: "ADMIN" });
    expect(await membersOf(organization)).toEqual([`${user.login} ADMIN`]);
  });

  it("lets an administrator of the organization name any account, also one that it does not see", async () => {
    const organization = await test.organization();
    const boss = await test.member(organization, "ADMIN");
    const stranger = await test.account();
    const suspended = await test.account();
    await mutate(test.admin, "suspendAccount", { login: suspended.login });
    for (const { login } of [stranger, suspended]) {
      expect(await codeOf(boss.client, "setMembership", { organization, login, role: "MEMBER" })).toBe("OK");
    }
    for (const login of ["nobody-here", "not a login", ""]) {
      expect(await codeOf(boss.client, "setMembership", { organization, login, role: "MEMBER" })).toBe(
        "NOT_FOUND",
      );
    }
  });

  it("is forbidden for members, and tells them nothing of logins; hidden from everybody else", async () => {
    const organization = await test.organization();
    const repository = await test.repository(`${organization}/docs`);
    const member = await test.member(organization);
    const collaborator = await test.collaborator(repository, "ADMIN");
    const outsider = await test.account();
    const token = await test.repositoryToken(repository, "ADMIN");
    for (const field of ["setMembership", "removeMembership"]) {
      const role = field === "setMembership" ? { role: "MEMBER" } : {};
      for (const login of [outsider.login, "nobody-here", "admin"]) {
        const input = { organization, login, ...role };
        expect(await codeOf(member.client, field, input)).toBe("FORBIDDEN");
        expect(await codeOf(collaborator.client, field, input)).toBe("FORBIDDEN");
        expect(await codeOf(token.client, field, input)).toBe("NOT_FOUND");
        expect(await codeOf(outsider.client, field, input)).toBe("NOT_FOUND");
        expect(await codeOf(test.admin, field, { ...input, organization: "gh/nobody" })).toBe("NOT_FOUND");
        expect(await codeOf(test.admin, field, { ...input, organization: "nonsense" })).toBe("NOT_FOUND");
      }
    }
    expect(
      await codeOf(member.client, "setMembership", { organization, login: member.login, role: "ADMIN" }),
    ).toBe("FORBIDDEN");
  });
});

describe("removeMembership", () => {
  it("takes the role away at once, by an administrator or by oneself", async () => {
    const organization = await test.organization();
    const boss = await test.member(organization, "ADMIN");
    const [one, two] = [await test.member(organization), await test.member(organization)];
    expect(await codeOf(boss.client, "removeMembership", { organization, login: one.login })).toBe("OK");
    expect(
      await codeOf(two.client, "removeMembership", { organization, login: two.login.toUpperCase() }),
    ).toBe("OK");
    expect([await sees(one.client, organization), await sees(two.client, organization)]).toEqual([
      false,
      false,
    ]);
    expect(await membersOf(organization)).toEqual([`${boss.login} ADMIN`]);
  });

  it("leaves a direct collaboration as it is", async () => {
    const organization = await test.organization();
    const repository = await test.repository(`${organization}/docs`);
    const user = await test.collaborator(repository, "STATUS");
    await test.member(organization, "ADMIN", user);
    await test.member(organization, "ADMIN");
    await mutate(user.client, "removeMembership", { organization, login: user.login });
    const { repository: seen } = await user.client.must<{ repository: object }>(
      "query($slug: String!) { repository(slug: $slug) { viewerScope } }",
      { slug: repository },
    );
    expect(seen).toEqual({ viewerScope: "STATUS" });
  });

  it("of whoever is no member changes nothing", async () => {
    const organization = await test.organization();
    const { login } = await test.account();
    expect(await codeOf(test.admin, "removeMembership", { organization, login })).toBe("OK");
    expect(await codeOf(test.admin, "removeMembership", { organization, login: "nobody-here" })).toBe(
      "NOT_FOUND",
    );
  });
});

describe("setCollaborator and removeCollaborator", () => {
  const collaboratorsOf = async (slug: string): Promise<string[]> => {
    const { repository } = await test.admin.must<{
      repository: { collaborators: { nodes: { scope: string; account: { login: string } }[] } };
    }>(
      "query($slug: String!) { repository(slug: $slug) { collaborators { nodes { scope account { login } } } } }",
      {
        slug,
      },
    );
    return repository.collaborators.nodes.map(({ scope, account }) => `${account.login} ${scope}`);
  };

  it("give, change and take direct access, by account tokens with ADMIN", async () => {
    const repository = await test.repository();
    const boss = await test.collaborator(repository, "ADMIN");
    const { login } = await test.account();
    for (const scope of ["STATUS", "ADMIN", "READ_ONLY"]) {
      await mutate(boss.client, "setCollaborator", {
        repository: repository.toUpperCase().replace("GH/", "gh/"),
        login,
        scope,
      });
      expect(await collaboratorsOf(repository)).toContain(`${login} ${scope}`);
    }
    await mutate(boss.client, "removeCollaborator", { repository, login });
    await mutate(boss.client, "removeCollaborator", { repository, login });
    expect(await collaboratorsOf(repository)).toEqual([`${boss.login} ADMIN`]);
    for (const field of ["setCollaborator", "removeCollaborator"]) {
      const scope = field === "setCollaborator" ? { scope: "STATUS" } : {};
      expect(await codeOf(boss.client, field, { repository, login: "nobody-here", ...scope })).toBe(
        "NOT_FOUND",
      );
    }
  });

  it("are forbidden for repository tokens and lower scopes, hidden from all others", async () => {
    const organization = await test.organization();
    const repository = await test.repository(`${organization}/docs`);
    const { login } = await test.account();
    const clients: [Client, string][] = [
      [(await test.repositoryToken(repository, "ADMIN")).client, "FORBIDDEN"],
      [(await test.collaborator(repository, "READ_ONLY")).client, "FORBIDDEN"],
      [(await test.member(organization)).client, "FORBIDDEN"],
      [(await test.account()).client, "NOT_FOUND"],
    ];
    for (const [client, expected] of clients) {
      for (const name of [login, "nobody-here"]) {
        expect(await codeOf(client, "setCollaborator", { repository, login: name, scope: "STATUS" })).toBe(
          expected,
        );
        expect(await codeOf(client, "removeCollaborator", { repository, login: name })).toBe(expected);
      }
    }
  });

  it("let a collaborator see the organization of its repository, and there that repository alone", async () => {
    const organization = await test.organization();
    await test.repository(`${organization}/hidden`);
    const repository = await test.repository(`${organization}/docs`);
    const user = await test.collaborator(repository, "STATUS");
    const { organization: seen } = await user.client.must<{ organization: object }>(
      "query($slug: String!) { organization(slug: $slug) { viewerRole repositories { nodes { slug } totalCount } } }",
      { slug: organization },
    );
    expect(seen).toEqual({
      viewerRole: null,
      repositories: { nodes: [{ slug: repository }], totalCount: 1 },
    });
    await mutate(test.admin, "removeCollaborator", { repository, login: user.login });
    expect(await sees(user.client, organization)).toBe(false);
  });
});
