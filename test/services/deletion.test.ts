import { type Actor, type MadeToken, TestApp } from "../support/kit";
import { codeOf, mutate } from "../support/mutations";
import { greet, readToken, revokeTokens, rotateToken } from "../support/tokens";

const HOUR = 3_600_000;

let test: TestApp;
let organization: string;
let repository: string;
let orgAdmin: Actor;
let collaborator: Actor;
const tokens: Record<"live" | "admin" | "rotated" | "expired", MadeToken> = {} as never;
let buildId: string;
let repositoryId: string;
let revokedCount: number;

/** A repository with tokens in every state, a build and a collaborator, deleted by an administrator. */
beforeAll(async () => {
  test = await TestApp.start({ frozen: true });
  organization = await test.organization();
  repository = await test.repository(`${organization}/docs`);
  orgAdmin = await test.member(organization, "ADMIN");
  collaborator = await test.collaborator(repository, "ADMIN");
  tokens.live = await test.repositoryToken(repository, "STATUS", { by: collaborator.client });
  tokens.rotated = await test.repositoryToken(repository);
  await rotateToken(test.admin, { id: tokens.rotated.id });
  tokens.expired = await test.repositoryToken(repository, "STATUS", { expiresAt: test.in(HOUR) });
  test.pass(HOUR);
  tokens.admin = await test.repositoryToken(repository, "ADMIN");
  const input = { repository, branch: "main", commit: "0123456", status: "SUCCESS" };
  const { build } = await mutate<{ build: { id: string } }>(
    orgAdmin.client,
    "reportBuild",
    input,
    "build { id }",
  );
  buildId = build.id;
  const seen = await test.admin.must<{ repository: { id: string } }>(
    "query($slug: String!) { repository(slug: $slug) { id } }",
    { slug: repository },
  );
  repositoryId = seen.repository.id;
  ({ revokedCount } = await mutate<{ revokedCount: number }>(
    orgAdmin.client,
    "deleteRepository",
    { slug: repository.toUpperCase().replace("GH/", "gh/") },
    "revokedCount",
  ));
});
afterAll(() => test.close());

describe("deleting a repository", () => {
  it("ends its live tokens with that reason, and counts them", async () => {
    expect(revokedCount).toBe(3);
    for (const { id, client } of [tokens.live, tokens.admin]) {
      expect(await greet(client)).toBe("not found");
      expect(await readToken(test.admin, id)).toMatchObject({
        state: "REVOKED",
        repository: null,
        revokedBy: { login: orgAdmin.login },
        revokeReason: "repository deleted",
        revokedAt: test.in(0),
      });
    }
  });

  it("leaves ended ones as they ended", async () => {
    expect(await readToken(test.admin, tokens.rotated.id)).toMatchObject({
      state: "ROTATED",
      revokeReason: null,
    });
    expect(await readToken(test.admin, tokens.expired.id)).toMatchObject({
      state: "EXPIRED",
      revokeReason: null,
    });
  });

  it("leaves its tokens visible to site administrators alone", async () => {
    for (const { id } of Object.values(tokens)) {
      expect(await readToken(orgAdmin.client, id)).toBeNull();
      expect(await readToken(collaborator.client, id)).toBeNull();
      expect(await codeOf(orgAdmin.client, "revokeToken", { id })).toBe("NOT_FOUND");
      expect(await codeOf(orgAdmin.client, "rotateToken", { id })).toBe("NOT_FOUND");
      expect(await codeOf(test.admin, "rotateToken", { id })).toBe("CONFLICT");
    }
    const { organization: seen } = await test.admin.must<{ organization: object }>(
      `query($slug: String!) { organization(slug: $slug) {
        tokens(states: [ACTIVE, RETIRING, ROTATED, EXPIRED, REVOKED]) { totalCount } repositories { totalCount } } }`,
      { slug: organization },
    );
    expect(seen).toEqual({ tokens: { totalCount: 0 }, repositories: { totalCount: 0 } });
    expect(await revokeTokens(test.admin, { account: collaborator.login, dryRun: true })).toBe(1);
  });

  it("lets verifyToken answer REVOKED, with repository null, whatever is asked for", async () => {
    for (const input of [{}, { repository }, { repository, scope: "ADMIN" }]) {
      const { verifyToken } = await test.admin.must<{ verifyToken: object }>(
        `query($input: VerifyTokenInput!) { verifyToken(input: $input) {
          valid code token { id } account { id } repository { id } expiresAt } }`,
        { input: { secret: tokens.admin.secret, ...input } },
      );
      expect(verifyToken).toEqual({
        valid: false,
        code: "REVOKED",
        token: { id: tokens.admin.id },
        account: null,
        repository: null,
        expiresAt: null,
      });
    }
  });

  it("takes its builds and collaborators with it", async () => {
    const found = await test.admin.must(
      "query($b: ID!, $r: ID!) { build: node(id: $b) { id } repository: node(id: $r) { id } }",
      {
        b: buildId,
        r: repositoryId,
      },
    );
    expect(found).toEqual({ build: null, repository: null });
    expect(await test.rows("SELECT * FROM collaborator")).toEqual([]);
    const { organization: seen } = await collaborator.client.must<{ organization: object | null }>(
      "query($slug: String!) { organization(slug: $slug) { id } }",
      { slug: organization },
    );
    expect(seen).toBeNull();
  });

  it("keeps its audit lines in its organization's list", async () => {
    const { organization: seen } = await orgAdmin.client.must<{
      organization: { auditEvents: { nodes: { action: string; repository: object | null }[] } };
    }>(
      `query($slug: String!) { organization(slug: $slug) { auditEvents(first: 100) {
        nodes { action organization { slug } repository { slug } token { id } reason } } } }`,
      { slug: organization },
    );
    const actions = seen.auditEvents.nodes.map(({ action }) => action);
    const counted = Object.fromEntries(
      [...new Set(actions)].map((one) => [one, actions.filter((other) => other === one).length]),
    );
    expect(counted).toEqual({
      ORGANIZATION_CREATED: 1,
      REPOSITORY_CREATED: 1,
      MEMBERSHIP_SET: 1,
      COLLABORATOR_SET: 1,
      TOKEN_CREATED: 4,
      TOKEN_ROTATED: 1,
      BUILD_REPORTED: 1,
      REPOSITORY_DELETED: 1,
      TOKEN_REVOKED: 3,
    });
    const about = seen.auditEvents.nodes.filter(({ action }) => action.startsWith("TOKEN_"));
    expect(about).toHaveLength(8);
    for (const line of about) {
      expect(line).toMatchObject({ organization: { slug: organization }, repository: null, token: null });
    }
  });

  it("leaves the slug free: what is made there anew has nothing of what was", async () => {
    const anew = await test.repository(repository);
    const { repository: seen } = await test.admin.must<{ repository: { id: string } }>(
      `query($slug: String!) { repository(slug: $slug) {
        id status builds { totalCount } collaborators { totalCount } auditEvents { nodes { action } }
        tokens(states: [ACTIVE, RETIRING, ROTATED, EXPIRED, REVOKED]) { totalCount } } }`,
      { slug: anew },
    );
    expect(seen).toEqual({
      id: expect.not.stringMatching(repositoryId) as string,
      status: null,
      builds: { totalCount: 0 },
      collaborators: { totalCount: 0 },
      auditEvents: { nodes: [{ action: "REPOSITORY_CREATED" }] },
      tokens: { totalCount: 0 },
    });
    expect(await readToken(orgAdmin.client, tokens.live.id)).toBeNull();
    expect(await greet(tokens.live.client)).toBe("not found");
  });
});
