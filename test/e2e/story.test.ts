import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mintSecret } from "../../src/secrets/mint";
import type { Client } from "../support/client";
import { BUILD_TIMEOUT_MS, Program, type RunningServer } from "../support/program";

jest.setTimeout(120_000);

const data = join(__dirname, "..", "data");
const listFile = (name: string): string => join(data, `${name}.repos.json`);
const namesOf = (list: string): string[] =>
  (JSON.parse(readFileSync(listFile(list), "utf8")) as { name: string }[]).map((one) => one.name);
const codacy = namesOf("codacy");

interface Made {
  readonly secret: string;
  readonly token: {
    readonly id: string;
    readonly repository: { readonly slug: string };
    readonly scope: string;
  };
}

let program: Program;
let server: RunningServer;
const bootstrap = mintSecret("ACCOUNT");
/** Whoever takes part, by login. */
const secrets: Record<string, string> = { admin: bootstrap };
const as = (login: string): Client => server.client(secrets[login]!);
let tokens: Made[] = [];

const OWN = "query($slug: String!) { repository(slug: $slug) { slug viewerScope description } }";
const CREATE_ALL = `mutation {
  createRepositoryTokens(input: { organization: "gh/codacy", scope: READ_ONLY, label: "coverage upload" }) {
    tokens { secret token { id scope repository { slug } } }
  }
}`;
const look = (slug: string): string => `{
  organization(slug: "gh/codacy") { viewerRole repositories(first: 1) { totalCount } members { totalCount } }
  repository(slug: "${slug}") { viewerScope description tokens { totalCount nodes { label state createdBy { login } } } }
}`;

/** What the gateway is told of a secret, on the repository that it is for. */
async function verdict({ secret, token }: Made): Promise<unknown> {
  const { verifyToken } = await as("gateway").must<{ verifyToken: unknown }>(
    `query($secret: String!, $slug: String!) {
      verifyToken(input: { secret: $secret, repository: $slug, scope: READ_ONLY }) { valid code }
    }`,
    { secret, slug: token.repository.slug },
  );
  return verifyToken;
}

/** A secret that is refused, whatever is asked with it. */
async function expectRefused(secret: string): Promise<void> {
  const answer = await server.client(secret).send("{ viewer { token { id } } }");
  expect(answer.status).toBe(401);
  expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="tokenward", error="invalid_token"');
  expect(answer.errors).toEqual([{ message: "not found", extensions: { code: "UNAUTHENTICATED" } }]);
}

beforeAll(async () => {
  program = await Program.prepare();
  server = await program.serve({ env: { BOOTSTRAP_TOKEN: bootstrap } });
}, BUILD_TIMEOUT_MS);
afterAll(() => program.close());

// One story: each chapter goes on where the last one ended.
describe("a team replaces its hand-made tokens", () => {
  it("imports the repositories of three organizations", async () => {
    const lists = ["codacy", "CircleCI-Public", "nocodb"].map(listFile);
    const { status, stdout, stderr } = await program.run(["import", ...lists], {
      env: { TOKENWARD_URL: server.url, TOKENWARD_TOKEN: bootstrap },
    });
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: "202 created, 0 existed already, 0 bad\n",
      stderr: "",
    });
    const { organizations } = await as("admin").must<{ organizations: { nodes: unknown[] } }>(
      "{ organizations { nodes { slug repositories(first: 1) { totalCount } } } }",
    );
    expect(organizations.nodes).toEqual([
      { slug: "gh/CircleCI-Public", repositories: { totalCount: 98 } },
      { slug: "gh/codacy", repositories: { totalCount: 85 } },
      { slug: "gh/nocodb", repositories: { totalCount: 19 } },
    ]);
  });

  it("signs in an administrator, a member, an outsider and a gateway", async () => {
    for (const [login, kind] of [
      ["creator", "USER"],
      ["reader", "USER"],
      ["outsider", "USER"],
      ["gateway", "SERVICE"],
    ]) {
      const made = await as("admin").must<{ createAccountToken: { secret: string } }>(
        `mutation($login: String!, $kind: AccountKind!) {
          createAccount(input: { login: $login, kind: $kind }) { account { id } }
          createAccountToken(input: { account: $login, label: "laptop" }) { secret }
        }`,
        { login, kind },
      );
      secrets[login!] = made.createAccountToken.secret;
    }
    await as("admin").must(`mutation {
      a: setMembership(input: { organization: "gh/codacy", login: "creator", role: ADMIN }) { organization { id } }
      b: setMembership(input: { organization: "gh/codacy", login: "reader", role: MEMBER }) { organization { id } }
      c: setMembership(input: { organization: "gh/nocodb", login: "outsider", role: ADMIN }) { organization { id } }
    }`);
  });

  it("creates one READ_ONLY token for every codacy repository in one call", async () => {
    expect(await as("reader").code(CREATE_ALL)).toBe("FORBIDDEN");
    expect(await as("outsider").code(CREATE_ALL)).toBe("NOT_FOUND");
    const made = await as("creator").must<{ createRepositoryTokens: { tokens: Made[] } }>(CREATE_ALL);
    ({ tokens } = made.createRepositoryTokens);
    expect(tokens).toHaveLength(85);
    expect(new Set(tokens.map((one) => one.secret)).size).toBe(85);
    const wanted = codacy
      .map((name) => `gh/codacy/${name}`)
      .sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
    expect(tokens.map((one) => one.token.repository.slug)).toEqual(wanted);
    for (const { secret, token } of tokens) {
      expect(secret).toMatch(/^twr_[0-9A-Za-z]{38}$/);
      expect(token.scope).toBe("READ_ONLY");
    }
  });

  it("uses each against its own repository, and finds its neighbour hidden", async () => {
    for (const [index, { secret, token }] of tokens.entries()) {
      const client = server.client(secret);
      const { slug } = token.repository;
      expect(await client.must(OWN, { slug })).toEqual({
        repository: { slug, viewerScope: "READ_ONLY", description: null },
      });
      const neighbour = await client.send(OWN, { slug: tokens[(index + 1) % 85]!.token.repository.slug });
      const missing = await client.send(OWN, { slug: "gh/codacy/there-is-none" });
      expect({ data: neighbour.data, errors: neighbour.errors }).toEqual({
        data: { repository: null },
        errors: [],
      });
      expect(missing.text).toBe(neighbour.text);
    }
  });

  it("lets each look as far as it may", async () => {
    const { slug } = tokens[7]!.token.repository;
    expect(await as("creator").must(look(slug))).toEqual({
      organization: { viewerRole: "ADMIN", repositories: { totalCount: 85 }, members: { totalCount: 2 } },
      repository: {
        viewerScope: "ADMIN",
        description: null,
        tokens: {
          totalCount: 1,
          nodes: [{ label: "coverage upload", state: "ACTIVE", createdBy: { login: "creator" } }],
        },
      },
    });
    const reader = await as("reader").send(look(slug));
    expect(reader.data).toEqual({
      organization: { viewerRole: "MEMBER", repositories: { totalCount: 85 }, members: { totalCount: 2 } },
      repository: { viewerScope: "READ_ONLY", description: null, tokens: null },
    });
    expect(reader.errors.map(({ path, extensions }) => ({ path, extensions }))).toEqual([
      {
        path: ["repository", "tokens"],
        extensions: { code: "FORBIDDEN", requiredScope: "ADMIN", grantedScope: "READ_ONLY" },
      },
    ]);
    const outsider = await as("outsider").send(look(slug));
    expect(outsider.data).toEqual({ organization: null, repository: null });
    expect(outsider.errors).toEqual([]);
    const nobody = await server.client(null).send(look(slug));
    expect(nobody.status).toBe(401);
    expect(nobody.headers.get("www-authenticate")).toBe('Bearer realm="tokenward"');
  });

  it("revokes one, which is refused at once, and no other", async () => {
    const [lost, kept] = [tokens[3]!, tokens[4]!];
    const REVOKE =
      'mutation($id: ID!) { revokeToken(input: { id: $id, reason: "lost" }) { token { state } revokedCount } }';
    expect(await as("reader").code(REVOKE, { id: lost.token.id })).toBe("NOT_FOUND");
    expect(await as("creator").must(REVOKE, { id: lost.token.id })).toEqual({
      revokeToken: { token: { state: "REVOKED" }, revokedCount: 1 },
    });
    await expectRefused(lost.secret);
    expect(await verdict(lost)).toEqual({ valid: false, code: "REVOKED" });
    expect(await verdict(kept)).toEqual({ valid: true, code: "VALID" });
    // A second time changes nothing.
    expect(await as("creator").must(REVOKE, { id: lost.token.id })).toMatchObject({
      revokeToken: { revokedCount: 0 },
    });
  });

  it("suspends the creator, whose own token is refused, while what it made lives on", async () => {
    const SUSPEND =
      'mutation { suspendAccount(input: { login: "creator", reason: "left" }) { account { suspendedAt } } }';
    expect(await as("reader").code(SUSPEND)).toBe("FORBIDDEN");
    await as("admin").must(SUSPEND);
    await expectRefused(secrets.creator!);
    const { verifyToken } = await as("gateway").must<{ verifyToken: unknown }>(
      "query($secret: String!) { verifyToken(input: { secret: $secret }) { code account { login } } }",
      { secret: secrets.creator },
    );
    expect(verifyToken).toEqual({ code: "ACCOUNT_SUSPENDED", account: { login: "creator" } });
    for (const one of tokens.filter((_, index) => index !== 3)) {
      expect(await verdict(one)).toEqual({ valid: true, code: "VALID" });
    }
  });

  it("rotates another, whose old secret is refused and whose new one is good", async () => {
    const old = tokens[5]!;
    const ROTATE = `mutation($id: ID!) {
      rotateToken(input: { id: $id }) {
        secret
        token { id state label scope repository { slug } replaces { id } createdBy { login } }
        replaced { id state replacedBy { id } }
      }
    }`;
    const { rotateToken } = await as("admin").must<{
      rotateToken: { secret: string; token: { id: string } };
    }>(ROTATE, { id: old.token.id });
    const { secret, token } = rotateToken;
    expect(rotateToken).toEqual({
      secret: expect.stringMatching(/^twr_/) as string,
      token: {
        id: token.id,
        state: "ACTIVE",
        label: "coverage upload",
        scope: "READ_ONLY",
        repository: old.token.repository,
        replaces: { id: old.token.id },
        createdBy: { login: "creator" },
      },
      replaced: { id: old.token.id, state: "ROTATED", replacedBy: { id: token.id } },
    });
    await expectRefused(old.secret);
    expect(await verdict(old)).toEqual({ valid: false, code: "ROTATED" });
    const { slug } = old.token.repository;
    expect(await server.client(secret).must(OWN, { slug })).toMatchObject({ repository: { slug } });
    expect(await as("admin").code(ROTATE, { id: old.token.id })).toBe("CONFLICT");
  });

  it("finds all of it in the audit log, and again after a restart", async () => {
    const AUDIT = `query($actions: [AuditAction!]) {
      auditEvents(actions: $actions) { totalCount nodes { actor { login } reason } }
    }`;
    const audit = async (action: string): Promise<unknown> =>
      (await as("admin").must<{ auditEvents: unknown }>(AUDIT, { actions: [action] })).auditEvents;
    const check = async (): Promise<void> => {
      expect(await audit("REPOSITORY_CREATED")).toMatchObject({ totalCount: 202 });
      // The first administrator's, four accounts', 85 repositories'.
      expect(await audit("TOKEN_CREATED")).toMatchObject({ totalCount: 90 });
      expect(await audit("TOKEN_REVOKED")).toEqual({
        totalCount: 1,
        nodes: [{ actor: { login: "creator" }, reason: "lost" }],
      });
      expect(await audit("TOKEN_ROTATED")).toEqual({
        totalCount: 1,
        nodes: [{ actor: { login: "admin" }, reason: null }],
      });
      expect(await audit("ACCOUNT_SUSPENDED")).toEqual({
        totalCount: 1,
        nodes: [{ actor: { login: "admin" }, reason: "left" }],
      });
      await expectRefused(tokens[3]!.secret);
      await expectRefused(tokens[5]!.secret);
      await expectRefused(secrets.creator!);
      expect(await verdict(tokens[6]!)).toEqual({ valid: true, code: "VALID" });
    };
    await check();
    const first = await server.stop();
    expect(first.status).toBe(0);
    server = await program.serve();
    await check();
    const second = await server.stop();
    expect(second.status).toBe(0);

    // No secret that was ever made is in what was logged or printed, or in the database.
    const kept = await program.database.text();
    const said = first.stdout + first.stderr + second.stdout + second.stderr + kept;
    for (const secret of [...Object.values(secrets), ...tokens.map((one) => one.secret)]) {
      expect(said.includes(secret)).toBe(false);
    }
    expect(said).not.toMatch(/tw[ar]_[0-9A-Za-z]{38}/);
  });
});
