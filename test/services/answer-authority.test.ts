import { TestApp } from "../support/kit";
import { mutate } from "../support/mutations";
import { greet } from "../support/tokens";

let test: TestApp;
beforeAll(async () => (test = await TestApp.start({ frozen: true })));
afterAll(() => test.close());

describe("the answer to a mutation is given with the authority that its caller had when the field began:", () => {
  const organizationFields = `organization { slug viewerRole createdAt members { totalCount }
    repositories { nodes { slug viewerScope description } totalCount } }`;

  it("a member who leaves sees the organization once more, and nothing in the next field", async () => {
    const organization = await test.organization();
    const repository = await test.repository(`${organization}/docs`);
    const member = await test.member(organization);
    const { data, errors } = await member.client.send(
      `mutation($o: String!, $l: String!) {
        leave: removeMembership(input: { organization: $o, login: $l }) { ${organizationFields} }
        again: removeMembership(input: { organization: $o, login: $l }) { organization { slug } }
      }`,
      { o: organization, l: member.login },
    );
    expect(data).toEqual({
      leave: {
        organization: {
          slug: organization,
          viewerRole: "MEMBER",
          createdAt: test.in(0),
          members: { totalCount: 0 },
          repositories: {
            nodes: [{ slug: repository, viewerScope: "READ_ONLY", description: null }],
            totalCount: 1,
          },
        },
      },
      again: null,
    });
    expect(errors).toMatchObject([{ message: "not found", extensions: { code: "NOT_FOUND" } }]);
  });

  it("an administrator who steps down sees what administrators see, and the next field is forbidden", async () => {
    const organization = await test.organization();
    const repository = await test.repository(`${organization}/docs`);
    await test.repositoryToken(repository);
    const boss = await test.member(organization, "ADMIN");
    await test.member(organization, "ADMIN");
    const { data, errors } = await boss.client.send(
      `mutation($o: String!, $l: String!, $r: String!) {
        down: setMembership(input: { organization: $o, login: $l, role: MEMBER }) {
          organization { viewerRole tokens { totalCount } repositories { nodes { viewerScope } } } }
        next: createRepositoryToken(input: { repository: $r, scope: STATUS, label: "x" }) { secret }
      }`,
      { o: organization, l: boss.login, r: repository },
    );
    expect(data).toEqual({
      down: {
        organization: {
          viewerRole: "ADMIN",
          tokens: { totalCount: 1 },
          repositories: { nodes: [{ viewerScope: "ADMIN" }] },
        },
      },
      next: null,
    });
    expect(errors).toMatchObject([
      { extensions: { code: "FORBIDDEN", requiredScope: "ADMIN", grantedScope: "READ_ONLY" } },
    ]);
  });

  it("a collaborator who removes itself sees the repository and its organization once more", async () => {
    const repository = await test.repository();
    const organization = repository.slice(0, repository.lastIndexOf("/"));
    const boss = await test.collaborator(repository, "ADMIN");
    const { data, errors } = await boss.client.send(
      `mutation($r: String!, $l: String!) {
        leave: removeCollaborator(input: { repository: $r, login: $l }) {
          repository { slug viewerScope defaultBranch tokens { totalCount } collaborators { totalCount } organization { slug } } }
        next: updateRepository(input: { slug: $r, description: "x" }) { repository { slug } }
      }`,
      { r: repository, l: boss.login },
    );
    expect(data).toEqual({
      leave: {
        repository: {
          slug: repository,
          viewerScope: "ADMIN",
          defaultBranch: "main",
          tokens: { totalCount: 0 },
          collaborators: { totalCount: 0 },
          organization: { slug: organization },
        },
      },
      next: null,
    });
    expect(errors).toMatchObject([{ extensions: { code: "NOT_FOUND" } }]);
  });

  it("a collaborator who lowers its own scope has the old one in the answer and the new one next", async () => {
    const repository = await test.repository();
    const boss = await test.collaborator(repository, "ADMIN");
    const { data, errors } = await boss.client.send(
      `mutation($r: String!, $l: String!) {
        lower: setCollaborator(input: { repository: $r, login: $l, scope: STATUS }) { repository { viewerScope } }
        next: setCollaborator(input: { repository: $r, login: $l, scope: ADMIN }) { repository { viewerScope } }
      }`,
      { r: repository, l: boss.login },
    );
    expect(data).toEqual({ lower: { repository: { viewerScope: "ADMIN" } }, next: null });
    expect(errors).toMatchObject([{ extensions: { code: "FORBIDDEN", grantedScope: "STATUS" } }]);
  });

  it("a site administrator who steps down reads the answer as one, and is one no more", async () => {
    const boss = await test.account({ isSiteAdmin: true });
    const { data, errors } = await boss.client.send(
      `mutation($l: String!) {
        down: updateAccount(input: { login: $l, isSiteAdmin: false }) { account { login isSiteAdmin auditEvents { totalCount } } }
        next: createAccount(input: { login: "never-made" }) { account { id } }
      }`,
      { l: boss.login },
    );
    expect(data).toEqual({
      down: { account: { login: boss.login, isSiteAdmin: false, auditEvents: { totalCount: 3 } } },
      next: null,
    });
    expect(errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
  });

  it("a site administrator who suspends itself reads the answer, and is unknown in the next field", async () => {
    const boss = await test.account({ isSiteAdmin: true });
    const { data, errors } = await boss.client.send(
      `mutation($l: String!) {
        end: suspendAccount(input: { login: $l, reason: "holiday" }) { account { login suspendedAt tokens { totalCount } } }
        next: resumeAccount(input: { login: $l }) { account { id } }
      }`,
      { l: boss.login },
    );
    expect(data).toEqual({
      end: { account: { login: boss.login, suspendedAt: test.in(0), tokens: { totalCount: 1 } } },
      next: null,
    });
    expect(errors).toMatchObject([{ message: "not found", extensions: { code: "UNAUTHENTICATED" } }]);
    expect(await greet(boss.client)).toBe("not found");
  });

  it("what a token made, rotated or ended is shown to it, to the last field of the answer", async () => {
    const repository = await test.repository();
    const { id, client } = await test.repositoryToken(repository, "ADMIN");
    const answer = await client.must<Record<string, { token: { id: string } }>>(
      `mutation($r: String!) {
        made: createRepositoryToken(input: { repository: $r, scope: STATUS, label: "x" }) {
          token { id createdByToken { id state } repository { slug viewerScope } } }
        ended: revokeToken(input: { withCreated: true }) {
          revokedCount token { id state repository { slug viewerScope tokens { totalCount } } } }
      }`,
      { r: repository },
    );
    expect(answer).toEqual({
      made: {
        token: {
          id: expect.any(String) as string,
          createdByToken: { id, state: "ACTIVE" },
          repository: { slug: repository, viewerScope: "ADMIN" },
        },
      },
      ended: {
        revokedCount: 2,
        token: {
          id,
          state: "REVOKED",
          repository: { slug: repository, viewerScope: "ADMIN", tokens: { totalCount: 0 } },
        },
      },
    });
  });

  it("in one request each field sees what the one before it did", async () => {
    const organization = await test.organization();
    const { data } = await test.admin.send(
      `mutation($o: String!, $r: String!) {
        a: createRepository(input: { slug: $r }) { repository { tokens { totalCount } } }
        b: createRepositoryToken(input: { repository: $r, scope: STATUS, label: "x" }) { token { repository { tokens { totalCount } } } }
        c: revokeTokens(input: { organization: $o }) { revokedCount }
        d: deleteRepository(input: { slug: $r }) { revokedCount }
        e: deleteRepository(input: { slug: $r }) { revokedCount }
      }`,
      { o: organization, r: `${organization}/new` },
    );
    expect(data).toEqual({
      a: { repository: { tokens: { totalCount: 0 } } },
      b: { token: { repository: { tokens: { totalCount: 1 } } } },
      c: { revokedCount: 1 },
      d: { revokedCount: 0 },
      e: null,
    });
  });

  it("a refused field swallows none of its siblings' secrets", async () => {
    const user = await test.account();
    const { data, errors } = await user.client.send<Record<string, { secret: string } | null>>(
      `mutation {
        a: createAccountToken(input: { label: "one" }) { secret }
        b: createAccountToken(input: { label: "" }) { secret }
        c: createAccountToken(input: { label: "three" }) { secret }
      }`,
    );
    expect(data?.b).toBeNull();
    expect(errors).toHaveLength(1);
    expect(await greet(test.client(data!.a!.secret))).toBe("welcome");
    expect(await greet(test.client(data!.c!.secret))).toBe("welcome");
  });

  it("a right that an earlier field gave is there in the next", async () => {
    const repository = await test.repository();
    const boss = await test.account({ isSiteAdmin: true });
    const user = await test.account();
    await mutate(boss.client, "setCollaborator", { repository, login: user.login, scope: "ADMIN" });
    const { data } = await user.client.send<Record<string, unknown>>(
      `mutation($r: String!, $l: String!) {
        a: setCollaborator(input: { repository: $r, login: $l, scope: READ_ONLY }) { repository { viewerScope } }
        b: updateRepository(input: { slug: $r, description: "x" }) { repository { slug } }
      }`,
      { r: repository, l: user.login },
    );
    expect(data).toEqual({ a: { repository: { viewerScope: "ADMIN" } }, b: null });
  });
});
