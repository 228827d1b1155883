import type { Client } from "../support/client";
import { linesOf } from "../support/audit";
import { type Actor, type MadeToken, TestApp } from "../support/kit";
import { codeOf, mutation, refusal } from "../support/mutations";
import {
  createAccountToken,
  createRepositoryToken,
  greet,
  readToken,
  revokeToken,
  revokeTokens,
} from "../support/tokens";

const HOUR = 3_600_000;

let test: TestApp;
let organization: string;
let docs: string;
let code: string;
const actors = new Map<string, Actor>();
const tokens = new Map<string, MadeToken>();
let noon: string;

/**
 * One organization with two repositories, docs and code. On docs: two tokens of the collaborator (ADMIN on docs) and
 * one of the org admin's; on code: one of the org admin's and one that the collaborator made before it lost ADMIN there.
 * Whoever dry-runs counts, and changes nothing, so all that follows asks the same tokens.
 */
beforeAll(async () => {
  test = await TestApp.start({ frozen: true });
  organization = await test.organization();
  docs = await test.repository(`${organization}/docs`);
  code = await test.repository(`${organization}/code`);
  const collaborator = await test.collaborator(docs, "ADMIN");
  await test.collaborator(code, "ADMIN", collaborator);
  actors
    .set("collaborator", collaborator)
    .set("org admin", await test.member(organization, "ADMIN"))
    .set("member", await test.member(organization))
    .set("outsider", await test.account())
    .set("site admin", await test.account({ isSiteAdmin: true }));
  const by = (name: string): { by: Client } => ({ by: actors.get(name)!.client });
  tokens
    .set("docs-collaborator", await test.repositoryToken(docs, "ADMIN", by("collaborator")))
    .set("docs-org-admin", await test.repositoryToken(docs, "READ_ONLY", by("org admin")))
    .set("code-collaborator", await test.repositoryToken(code, "STATUS", by("collaborator")));
  test.pass(HOUR);
  noon = test.in(0);
  tokens
    .set("docs-late", await test.repositoryToken(docs, "STATUS", by("collaborator")))
    .set("code-org-admin", await test.repositoryToken(code, "STATUS", by("org admin")));
  await test.collaborator(code, "READ_ONLY", collaborator);
  const gone = await test.repositoryToken(docs, "STATUS", by("collaborator"));
  await revokeToken(test.admin, { id: gone.id });
  await test.repositoryToken(docs, "STATUS", {
    expiresAt: test.in(1),
    by: actors.get("collaborator")!.client,
  });
  test.pass(HOUR);
});
afterAll(() => test.close());

const as = (name: string): Client =>
  name.endsWith(" token") ? tokens.get(name.replace(" token", ""))!.client : actors.get(name)!.client;
const idOf = (name: string): string => tokens.get(name)!.id;
const login = (name: string): string => actors.get(name)!.login;

/** How many it would end, or how it is refused. */
async function ask(caller: string, filter: object): Promise<number | string> {
  const input = { ...filter, dryRun: true };
  const refused = await codeOf(as(caller), "revokeTokens", input);
  return refused === "OK" ? revokeTokens(as(caller), input) : refused;
}

describe("revokeTokens by repository: ADMIN there", () => {
  it.each([
    ["site admin", 3],
    ["org admin", 3],
    ["collaborator", 3],
    ["docs-collaborator token", 3],
    ["member", "FORBIDDEN"],
    ["docs-org-admin token", "FORBIDDEN"],
    ["docs-late token", "FORBIDDEN"],
    ["outsider", "NOT_FOUND"],
    ["code-org-admin token", "NOT_FOUND"],
  ])("%s: %s", async (caller, expected) => {
    expect(await ask(caller, { repository: docs })).toBe(expected);
  });

  it("is FORBIDDEN on one that the caller sees with a lower scope, with both scopes named", async () => {
    expect(await refusal(as("collaborator"), "revokeTokens", { repository: code })).toMatchObject({
      code: "FORBIDDEN",
      requiredScope: "ADMIN",
      grantedScope: "READ_ONLY",
    });
  });

  it.each<[string, () => object, number]>([
    ["with account: those of them that it created", () => ({ account: login("collaborator") }), 2],
    ["with organization: those of them that lie in it", () => ({ organization }), 3],
    [
      "with ids: those of them that are named",
      () => ({ ids: [idOf("docs-late"), idOf("code-org-admin")] }),
      1,
    ],
    ["with createdBefore: the older ones of them", () => ({ createdBefore: noon }), 2],
    ["with all at once", () => ({ account: login("collaborator"), organization, createdBefore: noon }), 1],
  ])("%s", async (_name, more, expected) => {
    expect(await ask("org admin", { repository: docs, ...more() })).toBe(expected);
  });

  it("with an organization that it does not lie in: none", async () => {
    const other = await test.organization();
    expect(await ask("site admin", { repository: docs, organization: other })).toBe(0);
  });
});

describe("revokeTokens by organization: its administrators, its repository tokens", () => {
  it.each([
    ["site admin", 5],
    ["org admin", 5],
    ["member", "FORBIDDEN"],
    ["collaborator", "FORBIDDEN"],
    ["outsider", "NOT_FOUND"],
    ["docs-collaborator token", "NOT_FOUND"],
  ])("%s: %s", async (caller, expected) => {
    expect(await ask(caller, { organization })).toBe(expected);
  });

  it("with account: the repository tokens there that it created, no account token", async () => {
    expect(await ask("org admin", { organization, account: login("collaborator") })).toBe(3);
    expect(await ask("org admin", { organization, account: login("org admin") })).toBe(2);
    expect(await ask("org admin", { organization, account: login("member") })).toBe(0);
  });

  it("with createdBefore: what was made before that instant, not at it", async () => {
    expect(await ask("org admin", { organization, createdBefore: noon })).toBe(3);
    const after = new Date(Date.parse(noon) + 1).toISOString();
    expect(await ask("org admin", { organization, createdBefore: after })).toBe(5);
  });
});

describe("revokeTokens by account alone", () => {
  it("a site administrator: all its account tokens, and all repository tokens that it created", async () => {
    expect(await ask("site admin", { account: login("collaborator") })).toBe(4);
    expect(await ask("site admin", { account: login("collaborator").toUpperCase() })).toBe(4);
  });

  it("never the account tokens that it made for others", async () => {
    const boss = await test.account({ isSiteAdmin: true });
    const other = await test.account();
    await createAccountToken(boss.client, { account: other.login });
    await createRepositoryToken(boss.client, { repository: await test.repository() });
    expect(await revokeTokens(boss.client, { account: boss.login, dryRun: true })).toBe(2);
  });

  it("the account itself: its account tokens, and those that it created where it has ADMIN now", async () => {
    expect(await ask("collaborator", { account: login("collaborator") })).toBe(3);
    expect(await ask("outsider", { account: login("outsider") })).toBe(1);
  });

  it.each([
    ["org admin", "collaborator", "FORBIDDEN"],
    ["member", "org admin", "FORBIDDEN"],
    ["outsider", "collaborator", "NOT_FOUND"],
    ["docs-collaborator token", "collaborator", "NOT_FOUND"],
  ])("%s of %s's: %s", async (caller, account, expected) => {
    expect(await ask(caller, { account: login(account) })).toBe(expected);
  });
});

describe("revokeTokens by ids: each must be revocable by the caller", () => {
  it("counts those that are named and live, each once", async () => {
    const ids = [idOf("docs-late"), idOf("docs-late"), idOf("docs-org-admin")];
    for (const caller of ["site admin", "org admin", "collaborator", "docs-collaborator token"]) {
      expect(await ask(caller, { ids })).toBe(2);
    }
    const { id } = await test.repositoryToken(docs, "STATUS");
    await revokeToken(test.admin, { id });
    expect(await ask("org admin", { ids: [...ids, id] })).toBe(2);
  });

  it("lets a token of any scope name itself, and nothing else", async () => {
    expect(await ask("docs-late token", { ids: [idOf("docs-late")] })).toBe(1);
    expect(await ask("docs-late token", { ids: [idOf("docs-late"), idOf("docs-org-admin")] })).toBe(
      "NOT_FOUND",
    );
  });

  it("is NOT_FOUND for all when one is hidden, unknown, malformed or another type's, and touches nothing", async () => {
    const { id: hidden } = await test.accountToken(login("member"));
    const unknown = Buffer.from("Token:999999").toString("base64url");
    for (const bad of [hidden, unknown, actors.get("org admin")!.id, "", "nonsense"]) {
      const ids = [idOf("docs-late"), bad];
      expect(await refusal(as("org admin"), "revokeTokens", { ids })).toEqual({
        code: "NOT_FOUND",
        message: "not found",
      });
    }
    expect(await greet(as("docs-late token"))).toBe("welcome");
  });

  it("wants 1 to 1000 of them", async () => {
    const many = Array.from({ length: 1001 }, (_, index) =>
      Buffer.from(`Token:${index + 1}`).toString("base64url"),
    );
    expect(await refusal(as("site admin"), "revokeTokens", { ids: many })).toMatchObject({
      code: "LIMIT_EXCEEDED",
      field: "ids",
    });
    expect(await codeOf(as("site admin"), "revokeTokens", { ids: many.slice(1) })).toBe("NOT_FOUND");
    expect(await refusal(as("site admin"), "revokeTokens", { ids: [] })).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "ids",
    });
  });

  it("with account, repository and createdBefore: those that fit all", async () => {
    const ids = ["docs-collaborator", "docs-late", "code-collaborator", "docs-org-admin"].map(idOf);
    expect(await ask("site admin", { ids })).toBe(4);
    expect(await ask("site admin", { ids, account: login("collaborator") })).toBe(3);
    expect(await ask("site admin", { ids, account: login("collaborator"), repository: docs })).toBe(2);
    expect(
      await ask("site admin", { ids, account: login("collaborator"), repository: docs, createdBefore: noon }),
    ).toBe(1);
  });
});

describe("the filters of revokeTokens", () => {
  it("are at least one of account, repository, organization and ids", async () => {
    for (const input of [{}, { createdBefore: noon }, { reason: "x", withCreated: true, dryRun: true }]) {
      expect(await codeOf(as("site admin"), "revokeTokens", input)).toBe("BAD_USER_INPUT");
    }
  });

  it.each(["account", "repository", "organization", "ids", "createdBefore"])(
    "are never null: %s, in the document, in a variable, or as a variable without a value",
    async (field) => {
      const type = { ids: "[ID!]", createdBefore: "DateTime" }[field] ?? "String";
      const rest = field === "organization" ? "" : `organization: "${organization}", `;
      const inline = `mutation { revokeTokens(input: { ${rest}${field}: null }) { revokedCount } }`;
      const forgotten = `mutation($x: ${type}) { revokeTokens(input: { ${rest}${field}: $x }) { revokedCount } }`;
      const whole = { organization, [field]: null };
      for (const [document, variables] of [
        [inline, {}],
        [forgotten, {}],
        [forgotten, { x: null }],
        [mutation("revokeTokens", "revokedCount"), { input: whole }],
      ] as const) {
        const { errors } = await as("org admin").send(document, variables);
        expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: "BAD_USER_INPUT", field }]);
      }
      expect(await ask("org admin", { organization })).toBe(5);
    },
  );

  it("name what the caller sees, or it is NOT_FOUND, whatever else is given", async () => {
    for (const missing of ["", "gh", "gh/nobody", "gh/nobody/nothing", "x".repeat(5000)]) {
      expect(await ask("site admin", { ids: [idOf("docs-late")], organization: missing })).toBe("NOT_FOUND");
      expect(await ask("site admin", { organization, repository: missing })).toBe("NOT_FOUND");
      expect(await ask("site admin", { organization, account: missing })).toBe("NOT_FOUND");
    }
    expect(await ask("org admin", { organization, account: login("outsider") })).toBe("NOT_FOUND");
    expect(await codeOf(as("site admin"), "revokeTokens", { account: "" })).toBe("NOT_FOUND");
  });

  it("come after a reason that is too long", async () => {
    const input = { organization: "gh/nobody", reason: "x".repeat(201) };
    expect(await refusal(as("outsider"), "revokeTokens", input)).toMatchObject({
      code: "BAD_USER_INPUT",
      field: "reason",
    });
  });
});

describe("revokeTokens", () => {
  it("changes nothing and writes nothing in a dry run, and counts what was made with it too", async () => {
    const parent = tokens.get("docs-collaborator")!;
    const child = await createRepositoryToken(parent.client, { repository: docs, scope: "ADMIN" });
    const grandchild = await createRepositoryToken(test.client(child.secret), { repository: docs });
    const input = { ids: [parent.id], withCreated: true };
    let count = 0;
    const lines = await linesOf(test, async () => {
      count = await revokeTokens(test.admin, { ...input, dryRun: true });
    });
    expect([count, lines]).toEqual([3, []]);
    expect(await greet(parent.client)).toBe("welcome");
    await revokeToken(test.admin, { id: child.token.id });
    expect(await revokeTokens(test.admin, { ...input, dryRun: true })).toBe(2);
    await revokeToken(test.admin, { id: grandchild.token.id });
  });

  it("ends what it counted, with the reason, and counts none the second time", async () => {
    const repository = await test.repository();
    const boss = await test.collaborator(repository, "ADMIN");
    const made = [await test.repositoryToken(repository), await test.repositoryToken(repository, "ADMIN")];
    expect(await revokeTokens(boss.client, { repository, reason: "breach", dryRun: true })).toBe(2);
    expect(await revokeTokens(boss.client, { repository, reason: "breach" })).toBe(2);
    for (const { id, client } of made) {
      expect(await greet(client)).toBe("not found");
      expect(await readToken(boss.client, id)).toMatchObject({
        state: "REVOKED",
        revokedAt: test.in(0),
        revokedBy: { login: boss.login },
        revokeReason: "breach",
      });
    }
    expect(await revokeTokens(boss.client, { repository })).toBe(0);
  });

  it("includes the token presented where it fits: every later field is refused", async () => {
    const repository = await test.repository();
    const { client } = await test.repositoryToken(repository, "ADMIN");
    const { data, errors } = await client.send(
      `mutation($r: String!) {
        all: revokeTokens(input: { repository: $r }) { revokedCount }
        next: revokeTokens(input: { repository: $r, dryRun: true }) { revokedCount }
      }`,
      { r: repository },
    );
    expect(data).toEqual({ all: { revokedCount: 1 }, next: null });
    expect(errors).toMatchObject([{ message: "not found", extensions: { code: "UNAUTHENTICATED" } }]);
    const user = await test.account();
    expect(await revokeTokens(user.client, { account: user.login })).toBe(1);
    expect(await greet(user.client)).toBe("not found");
  });

  it("ends the repository tokens of an account that was suspended, which live on until then", async () => {
    const repository = await test.repository();
    const user = await test.collaborator(repository, "ADMIN");
    const { client } = await test.repositoryToken(repository, "STATUS", { by: user.client });
    await test.admin.must(mutation("suspendAccount"), { input: { login: user.login } });
    expect([await greet(user.client), await greet(client)]).toEqual(["not found", "welcome"]);
    expect(await revokeTokens(test.admin, { account: user.login })).toBe(2);
    expect(await greet(client)).toBe("not found");
  });

  it("ends with it, where asked, what was made with the chosen ones, as far as the caller may", async () => {
    const [here, there] = [await test.repository(), await test.repository()];
    const user = await test.collaborator(here, "ADMIN");
    await test.collaborator(there, "ADMIN", user);
    const parent = await test.repositoryToken(here, "ADMIN", { by: user.client });
    const child = await createRepositoryToken(parent.client, { repository: here });
    const root = await test.accountToken(user.login);
    const far = await createRepositoryToken(root.client, { repository: there });
    await test.collaborator(there, "STATUS", user);
    const input = { ids: [root.id, parent.id], withCreated: true };
    expect(await revokeTokens(user.client, { ...input, dryRun: true })).toBe(3);
    expect(await revokeTokens(user.client, input)).toBe(3);
    expect((await readToken(test.admin, child.token.id))?.state).toBe("REVOKED");
    expect((await readToken(test.admin, far.token.id))?.state).toBe("ACTIVE");
  });
});
