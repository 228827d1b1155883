import { mintSecret } from "../../src/secrets/mint";
import type { Client } from "../support/client";
import { linesOf } from "../support/audit";
import { type Actor, type MadeToken, TestApp } from "../support/kit";
import { mutate } from "../support/mutations";
import { greet, revokeToken, rotateToken } from "../support/tokens";

const HOUR = 3_600_000;

let test: TestApp;
let service: Actor;
let organization: string;
let docs: string;
let code: string;
beforeAll(async () => {
  test = await TestApp.start({ frozen: true });
  service = await test.account({ kind: "SERVICE" });
  organization = await test.organization();
  docs = await test.repository(`${organization}/docs`);
  code = await test.repository(`${organization}/code`);
});
afterAll(() => test.close());

interface Verification {
  readonly valid: boolean;
  readonly code: string;
  readonly scope: string | null;
  readonly token: { readonly id: string } | null;
  readonly account: { readonly login: string } | null;
  readonly repository: { readonly slug: string } | null;
  readonly expiresAt: string | null;
}
const fields = "valid code scope token { id } account { login } repository { slug } expiresAt";
const document = `query($input: VerifyTokenInput!) { verifyToken(input: $input) { ${fields} } }`;

async function verify(input: object, client: Client = service.client): Promise<Verification> {
  const { verifyToken } = await client.must<{ verifyToken: Verification }>(document, { input });
  return verifyToken;
}
const nothing = { valid: false, scope: null, token: null, account: null, repository: null, expiresAt: null };
/** What is known of a token, whatever the verdict; `more`: what the verdict adds. */
const known = ({ id }: MadeToken, more: object): object => ({ ...nothing, token: { id }, ...more });

describe("verifyToken is asked by", () => {
  it.each<[string, () => Promise<Client>, string]>([
    ["a service", async () => service.client, "OK"],
    ["a site administrator", async () => test.admin, "OK"],
    ["another account", async () => (await test.account()).client, "FORBIDDEN"],
    [
      "an administrator of the organization",
      async () => (await test.member(organization, "ADMIN")).client,
      "FORBIDDEN",
    ],
    [
      "an ADMIN token of the repository",
      async () => (await test.repositoryToken(docs, "ADMIN")).client,
      "FORBIDDEN",
    ],
    ["nobody", async () => test.client(null), "UNAUTHENTICATED"],
  ])("%s", async (_name, caller, expected) => {
    const { secret } = await test.repositoryToken(docs);
    const client = await caller();
    expect(await client.code(document, { input: { secret } })).toBe(expected);
    const many = `query($inputs: [VerifyTokenInput!]!) { verifyTokens(inputs: $inputs) { ${fields} } }`;
    expect(await client.code(many, { inputs: [{ secret }] })).toBe(expected);
  });
});

describe("a repository token is", () => {
  it("VALID for nothing in particular: with its own repository and scope", async () => {
    const made = await test.repositoryToken(docs, "READ_ONLY", { expiresAt: test.in(HOUR) });
    expect(await verify({ secret: made.secret })).toEqual(
      known(made, {
        valid: true,
        code: "VALID",
        scope: "READ_ONLY",
        repository: { slug: docs },
        expiresAt: test.in(HOUR),
      }),
    );
  });

  const scopes = ["STATUS", "READ_ONLY", "ADMIN"] as const;
  it.each(scopes)(
    "with scope %s: VALID on its repository for that or less, SCOPE_DENIED for more",
    async (scope) => {
      const made = await test.repositoryToken(docs, scope);
      for (const asked of scopes) {
        const valid = scopes.indexOf(asked) <= scopes.indexOf(scope);
        expect(
          await verify({
            secret: made.secret,
            repository: docs.toUpperCase().replace("GH/", "gh/"),
            scope: asked,
          }),
        ).toEqual(
          known(made, { valid, code: valid ? "VALID" : "SCOPE_DENIED", scope, repository: { slug: docs } }),
        );
      }
    },
  );

  it.each<[string, () => string]>([
    ["another repository", () => code],
    ["one that does not exist", () => "gh/nobody/nothing"],
    ["a malformed slug", () => "not a slug"],
    ["an empty slug", () => ""],
    ["an organization", () => organization],
    ["a very long slug", () => `gh/${"x".repeat(100_000)}/y`],
  ])("REPOSITORY_DENIED for %s, with neither repository nor scope", async (_name, slug) => {
    const made = await test.repositoryToken(docs, "ADMIN");
    for (const scope of ["STATUS", "ADMIN"]) {
      expect(await verify({ secret: made.secret, repository: slug(), scope })).toEqual(
        known(made, { code: "REPOSITORY_DENIED" }),
      );
    }
  });
});

describe("an account token is", () => {
  it("VALID for nothing in particular: with its owner, without repository or scope", async () => {
    const user = await test.account();
    const made = await test.accountToken(user.login, { expiresAt: test.in(HOUR) });
    expect(await verify({ secret: made.secret })).toEqual(
      known(made, { valid: true, code: "VALID", account: { login: user.login }, expiresAt: test.in(HOUR) }),
    );
  });

  it.each<[string, (user: Actor) => Promise<unknown>, string | null]>([
    ["nothing", async () => undefined, null],
    ["STATUS as a collaborator", (user) => test.collaborator(docs, "STATUS", user), "STATUS"],
    ["READ_ONLY as a member", (user) => test.member(organization, "MEMBER", user), "READ_ONLY"],
    ["ADMIN as an administrator", (user) => test.member(organization, "ADMIN", user), "ADMIN"],
    [
      "ADMIN as a site administrator",
      (user) => mutate(test.admin, "updateAccount", { login: user.login, isSiteAdmin: true }),
      "ADMIN",
    ],
  ])("judged by what its owner has now: %s", async (_name, give, scope) => {
    const user = await test.account();
    const made = await test.accountToken(user.login);
    await give(user);
    const account = { login: user.login };
    for (const asked of ["STATUS", "READ_ONLY", "ADMIN"]) {
      const order = [null, "STATUS", "READ_ONLY", "ADMIN"];
      const valid = order.indexOf(asked) <= order.indexOf(scope);
      const denied = scope === null ? "REPOSITORY_DENIED" : "SCOPE_DENIED";
      expect(await verify({ secret: made.secret, repository: docs, scope: asked })).toEqual(
        known(made, {
          valid,
          code: valid ? "VALID" : denied,
          scope,
          account,
          repository: scope === null ? null : { slug: docs },
        }),
      );
    }
  });

  it("no more than its owner has, from the moment that the role is lost", async () => {
    const user = await test.member(organization, "MEMBER");
    const { secret } = await test.accountToken(user.login);
    expect((await verify({ secret, repository: docs })).code).toBe("VALID");
    await mutate(test.admin, "removeMembership", { organization, login: user.login });
    expect((await verify({ secret, repository: docs })).code).toBe("REPOSITORY_DENIED");
  });
});

describe("the first reason that holds is answered:", () => {
  it("NOT_FOUND says nothing more, for an unknown and for a malformed secret", async () => {
    const strings = [
      mintSecret("ACCOUNT"),
      mintSecret("REPOSITORY"),
      `twa_${"0".repeat(38)}`,
      "",
      "👍",
      "x".repeat(100_000),
    ];
    for (const secret of strings) {
      expect(await verify({ secret, repository: docs, scope: "ADMIN" })).toEqual({
        ...nothing,
        code: "NOT_FOUND",
      });
    }
  });

  /** One token for each way to end, of a repository and of an account. */
  const endings: Record<string, (made: MadeToken) => Promise<unknown>> = {
    REVOKED: ({ id }) => revokeToken(test.admin, { id }),
    ROTATED: ({ id }) => rotateToken(test.admin, { id }),
    EXPIRED: async () => test.pass(HOUR),
  };

  it.each(Object.entries(endings))("%s, with its own repository and no other", async (expected, end) => {
    const made = await test.repositoryToken(docs, "READ_ONLY", { expiresAt: test.in(HOUR) });
    const expiresAt = test.in(HOUR);
    await end(made);
    const own = known(made, { code: expected, scope: "READ_ONLY", repository: { slug: docs }, expiresAt });
    expect(await verify({ secret: made.secret })).toEqual(own);
    expect(await verify({ secret: made.secret, repository: docs, scope: "ADMIN" })).toEqual(own);
    for (const repository of [code, "gh/nobody/nothing", "not a slug"]) {
      expect(await verify({ secret: made.secret, repository })).toEqual(
        known(made, { code: expected, expiresAt }),
      );
    }
  });

  it.each(Object.entries(endings))(
    "%s, of an account: with the account and no repository",
    async (expected, end) => {
      const user = await test.member(organization, "ADMIN");
      const made = await test.accountToken(user.login, { expiresAt: test.in(HOUR) });
      const expiresAt = test.in(HOUR);
      await end(made);
      for (const input of [{}, { repository: docs, scope: "ADMIN" }, { repository: "not a slug" }]) {
        expect(await verify({ secret: made.secret, ...input })).toEqual(
          known(made, { code: expected, account: { login: user.login }, expiresAt }),
        );
      }
    },
  );

  it("ACCOUNT_SUSPENDED, with the account and no repository, until it is resumed", async () => {
    const user = await test.member(organization, "ADMIN");
    const made = await test.accountToken(user.login);
    await mutate(test.admin, "suspendAccount", { login: user.login });
    for (const input of [{}, { repository: docs, scope: "ADMIN" }]) {
      expect(await verify({ secret: made.secret, ...input })).toEqual(
        known(made, { code: "ACCOUNT_SUSPENDED", account: { login: user.login } }),
      );
    }
    await mutate(test.admin, "resumeAccount", { login: user.login });
    expect((await verify({ secret: made.secret, repository: docs, scope: "ADMIN" })).code).toBe("VALID");
  });

  it("EXPIRED and ROTATED before ACCOUNT_SUSPENDED, and no ended state ever changes", async () => {
    const user = await test.account();
    const expired = await test.accountToken(user.login, { expiresAt: test.in(HOUR) });
    const rotated = await test.accountToken(user.login, { expiresAt: test.in(HOUR) });
    await rotateToken(test.admin, { id: rotated.id });
    expect((await revokeToken(test.admin, { id: rotated.id })).revokedCount).toBe(0);
    await mutate(test.admin, "suspendAccount", { login: user.login });
    test.pass(HOUR);
    expect((await verify({ secret: expired.secret })).code).toBe("EXPIRED");
    expect((await verify({ secret: rotated.secret })).code).toBe("ROTATED");
  });

  it("a repository token is good while its creator is suspended", async () => {
    const boss = await test.collaborator(docs, "ADMIN");
    const made = await test.repositoryToken(docs, "STATUS", { by: boss.client });
    await mutate(test.admin, "suspendAccount", { login: boss.login });
    expect((await verify({ secret: made.secret, repository: docs })).code).toBe("VALID");
  });
});

describe("through a verification its caller reads", () => {
  const everything = `query($input: VerifyTokenInput!) { verifyToken(input: $input) {
    token { id kind scope label hint state createdAt expiresAt lastUsedAt revokedAt revokeReason imported
      account { login } repository { slug } createdBy { login } createdByToken { id } revokedBy { login } replaces { id } replacedBy { id } }
    account { id login name kind isSiteAdmin createdAt suspendedAt tokens { totalCount } organizations { totalCount } auditEvents { totalCount } }
    repository { id slug name viewerScope status organization { slug } description defaultBranch createdAt
      builds { totalCount } tokens { totalCount } collaborators { totalCount } auditEvents { totalCount } } } }`;

  it("the plain fields of token, account and repository, and beyond them what it may see anyway", async () => {
    const user = await test.member(organization, "ADMIN");
    await mutate(test.admin, "updateAccount", { login: user.login, name: "Ada" });
    const made = await test.accountToken(user.login, { label: "laptop" });
    const { data, errors } = await service.client.send(everything, {
      input: { secret: made.secret, repository: docs, scope: "ADMIN" },
    });
    const hidden = {
      account: null,
      repository: null,
      createdBy: null,
      createdByToken: null,
      revokedBy: null,
      replaces: null,
      replacedBy: null,
    };
    expect(data).toEqual({
      verifyToken: {
        token: {
          ...hidden,
          id: made.id,
          kind: "ACCOUNT",
          scope: null,
          label: "laptop",
          hint: made.secret.slice(0, 8),
          state: "ACTIVE",
          createdAt: test.in(0),
          expiresAt: null,
          lastUsedAt: null,
          revokedAt: null,
          revokeReason: null,
          imported: false,
        },
        account: {
          id: user.id,
          login: user.login,
          name: "Ada",
          kind: "USER",
          isSiteAdmin: null,
          createdAt: null,
          suspendedAt: null,
          tokens: null,
          organizations: null,
          auditEvents: null,
        },
        repository: {
          id: expect.any(String) as string,
          slug: docs,
          name: "docs",
          viewerScope: "STATUS",
          status: null,
          organization: null,
          description: null,
          defaultBranch: null,
          createdAt: null,
          builds: null,
          tokens: null,
          collaborators: null,
          auditEvents: null,
        },
      },
    });
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(["FORBIDDEN"]));
    expect(errors.map(({ path }) => path?.slice(1).join(".")).sort()).toEqual(
      [
        ...["auditEvents", "createdAt", "isSiteAdmin", "organizations", "suspendedAt", "tokens"].map(
          (one) => `account.${one}`,
        ),
        ...[
          "auditEvents",
          "builds",
          "collaborators",
          "createdAt",
          "defaultBranch",
          "description",
          "tokens",
        ].map((one) => `repository.${one}`),
      ].sort(),
    );
  });

  it("what a site administrator sees everywhere, but for the scope, which is STATUS here", async () => {
    const made = await test.repositoryToken(docs, "READ_ONLY");
    const { verifyToken } = await test.admin.must<{ verifyToken: Record<string, unknown> }>(
      `query($input: VerifyTokenInput!) { verifyToken(input: $input) {
        token { repository { slug viewerScope } createdBy { login } } repository { slug viewerScope defaultBranch organization { slug } } } }`,
      { input: { secret: made.secret } },
    );
    expect(verifyToken).toEqual({
      token: { repository: { slug: docs, viewerScope: "ADMIN" }, createdBy: { login: "admin" } },
      repository: {
        slug: docs,
        viewerScope: "STATUS",
        defaultBranch: "main",
        organization: { slug: organization },
      },
    });
  });

  it("the status of the builds", async () => {
    const made = await test.repositoryToken(code, "STATUS");
    await mutate(test.admin, "reportBuild", {
      repository: code,
      branch: "main",
      commit: "0123456",
      status: "FAILED",
    });
    const { verifyToken } = await service.client.must<{ verifyToken: object }>(
      "query($input: VerifyTokenInput!) { verifyToken(input: $input) { repository { status } } }",
      { input: { secret: made.secret } },
    );
    expect(verifyToken).toEqual({ repository: { status: "FAILED" } });
  });
});

describe("the input of verifyToken", () => {
  it.each(["READ_ONLY", "ADMIN"])(
    "wants a repository for %s, so that a forgotten slug opens no door",
    async (scope) => {
      const { secret } = await test.repositoryToken(docs, "ADMIN");
      const { errors } = await service.client.send(document, { input: { secret, scope } });
      expect(errors.map(({ extensions }) => extensions)).toEqual([
        { code: "BAD_USER_INPUT", field: "scope" },
      ]);
    },
  );

  it.each([
    ["repository", "String"],
    ["scope", "RepositoryScope"],
  ])("never takes null for %s, nor a variable without a value", async (field, type) => {
    const { secret } = await test.repositoryToken(docs, "ADMIN");
    const written = `query($s: String!, $x: ${type}) { verifyToken(input: { secret: $s, ${field}: $x }) { code } }`;
    const inline = `query($s: String!) { verifyToken(input: { secret: $s, ${field}: null }) { code } }`;
    for (const [text, variables] of [
      [written, { s: secret }],
      [written, { s: secret, x: null }],
      [inline, { s: secret }],
      [document, { input: { secret, [field]: null } }],
    ] as const) {
      const { data, errors } = await service.client.send(text, variables);
      expect(data).toEqual({ verifyToken: null });
      expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: "BAD_USER_INPUT", field }]);
    }
  });

  it("is looked at before the caller is: the input alone shows it", async () => {
    const user = await test.account();
    expect(await user.client.code(document, { input: { secret: "x", scope: "ADMIN" } })).toBe(
      "BAD_USER_INPUT",
    );
  });
});

describe("verifyTokens", () => {
  const many = `query($inputs: [VerifyTokenInput!]!) { verifyTokens(inputs: $inputs) { ${fields} } }`;

  it("answers in order, each as verifyToken does", async () => {
    const user = await test.account();
    const inputs = [
      { secret: (await test.repositoryToken(docs)).secret, repository: docs },
      { secret: "nonsense" },
      { secret: user.secret },
      { secret: (await test.repositoryToken(docs)).secret, repository: code },
      { secret: (await test.repositoryToken(docs)).secret, repository: docs, scope: "ADMIN" },
    ];
    const { verifyTokens } = await service.client.must<{ verifyTokens: Verification[] }>(many, { inputs });
    expect(verifyTokens).toEqual(await Promise.all(inputs.map((input) => verify(input))));
    expect(verifyTokens.map((one) => one.code)).toEqual([
      "VALID",
      "NOT_FOUND",
      "VALID",
      "REPOSITORY_DENIED",
      "SCOPE_DENIED",
    ]);
  });

  it("answers [] for none, takes 100, and refuses 101 with LIMIT_EXCEEDED", async () => {
    const ask = (count: number) =>
      service.client.send<{ verifyTokens: Verification[] | null }>(
        "query($inputs: [VerifyTokenInput!]!) { verifyTokens(inputs: $inputs) { code } }",
        { inputs: Array.from({ length: count }, () => ({ secret: "x" })) },
      );
    expect((await ask(0)).data).toEqual({ verifyTokens: [] });
    expect((await ask(100)).data?.verifyTokens).toHaveLength(100);
    const { data, errors } = await ask(101);
    expect(data).toEqual({ verifyTokens: null });
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: "LIMIT_EXCEEDED", field: "inputs" }]);
  });

  it.each([
    [{ secret: "x", scope: "ADMIN" }, "1.scope"],
    [{ secret: "x", repository: null }, "1.repository"],
    [{ secret: "x", scope: null, repository: "gh/a/b" }, "1.scope"],
  ])("is BAD_USER_INPUT as a whole for one bad input: %j", async (bad, field) => {
    const made = await test.repositoryToken(docs);
    const { data, errors } = await service.client.send(many, { inputs: [{ secret: made.secret }, bad] });
    expect(data).toEqual({ verifyTokens: null });
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: "BAD_USER_INPUT", field }]);
    await test.app.services.recorder.flush();
    const node = await test.admin.must(
      "query($id: ID!) { node(id: $id) { ... on Token { lastUsedAt } } }",
      made,
    );
    expect(node).toEqual({ node: { lastUsedAt: null } });
  });
});

describe("a verification", () => {
  it("writes nothing in the audit log, and a look changes nothing at all", async () => {
    const made = await test.repositoryToken(docs);
    const lines = await linesOf(test, async () => {
      await verify({ secret: made.secret });
      await verify({ secret: made.secret, recordUse: false });
      await verify({ secret: made.secret, repository: code });
    });
    expect(lines).toEqual([]);
    expect(await greet(made.client)).toBe("welcome");
  });
});
