import type { Client } from "../support/client";
import { type Actor, TestApp } from "../support/kit";
import { mutate } from "../support/mutations";
import { createRepositoryToken, greet, readToken, revokeToken, rotateToken } from "../support/tokens";

const HOUR = 3_600_000;

let test: TestApp;
let organization: string;
let docs: string;
let ada: Actor;
let boss: Actor;
/** When the second half of the tokens was made. */
let noon: string;

/** Tokens by label; their names say what they are. All lists are asked of the same ones. */
beforeAll(async () => {
  test = await TestApp.start({ frozen: true });
  organization = await test.organization();
  docs = await test.repository(`${organization}/docs`);
  const code = await test.repository(`${organization}/code`);
  await test.repositoryToken(await test.repository(), "STATUS", { label: "elsewhere" });
  boss = await test.member(organization, "ADMIN");
  ada = await test.collaborator(docs, "ADMIN");
  const make = (
    label: string,
    scope: "STATUS" | "READ_ONLY" | "ADMIN",
    more: object = {},
    repository = docs,
  ) => createRepositoryToken(test.admin, { repository, scope, label, ...more });
  const used = await make("used-early", "STATUS");
  await greet(test.client(used.secret));
  await test.app.services.recorder.flush();
  await revokeToken(test.admin, { id: (await make("revoked", "STATUS")).token.id });
  await rotateToken(test.admin, { id: (await make("rotated", "READ_ONLY")).token.id, label: "successor" });
  await make("expired", "ADMIN", { expiresAt: test.in(HOUR) });
  test.pass(HOUR);
  noon = test.in(0);
  await createRepositoryToken(ada.client, { repository: docs, scope: "ADMIN", label: "by-ada" });
  const late = await make("used-late", "STATUS", { expiresAt: test.in(HOUR) });
  await greet(test.client(late.secret));
  await make("far", "STATUS", { expiresAt: test.in(1000 * HOUR) });
  await make("code", "STATUS", {}, code);
  await test.app.services.recorder.flush();
});
afterAll(() => test.close());

interface TokenList {
  readonly nodes: { readonly label: string }[];
  readonly totalCount: number;
}
/** The labels in a list, newest first; its total must be their number. */
function labelsOf({ nodes, totalCount }: TokenList): string[] {
  expect(totalCount).toBe(nodes.length);
  return nodes.map(({ label }) => label);
}
const filters = "states: $states, scope: $scope, createdBy: $by, expiresBefore: $before, unusedSince: $since";
const types =
  "$slug: String!, $scope: RepositoryScope, $by: String, $before: DateTime, $since: DateTime, $states: [TokenState!]";
/** A variable that is left out leaves the default in place. */
async function list(
  on: "repository" | "organization",
  variables: object = {},
  client = boss.client,
): Promise<string[]> {
  const all = "states" in variables ? filters : filters.replace("states: $states, ", "");
  const declared = "states" in variables ? types : types.replace(", $states: [TokenState!]", "");
  const data = await client.must<Record<string, { tokens: TokenList }>>(
    `query(${declared}) { ${on}(slug: $slug) { tokens(${all}) { nodes { label } totalCount } } }`,
    { slug: on === "repository" ? docs : organization, ...variables },
  );
  return labelsOf(data[on]!.tokens);
}
const everyState = ["ACTIVE", "RETIRING", "ROTATED", "EXPIRED", "REVOKED"];

describe("the tokens of a repository", () => {
  it("are the live ones where nothing else is asked, newest first", async () => {
    const live = ["far", "used-late", "by-ada", "successor", "used-early"];
    expect(await list("repository")).toEqual(live);
    expect(await list("repository", { states: null })).toEqual(live);
    expect(await list("repository", { scope: null, by: null, before: null, since: null })).toEqual(live);
  });

  it.each([
    [["ACTIVE"], ["far", "used-late", "by-ada", "successor", "used-early"]],
    [["RETIRING"], []],
    [["ROTATED"], ["rotated"]],
    [["EXPIRED"], ["expired"]],
    [["REVOKED"], ["revoked"]],
    [
      ["REVOKED", "EXPIRED"],
      ["expired", "revoked"],
    ],
    [
      ["ACTIVE", "ACTIVE", "ROTATED"],
      ["far", "used-late", "by-ada", "successor", "rotated", "used-early"],
    ],
    [[], []],
    [everyState, ["far", "used-late", "by-ada", "expired", "successor", "rotated", "revoked", "used-early"]],
  ])("in the states %j", async (states, expected) => {
    expect(await list("repository", { states })).toEqual(expected);
  });

  it.each([
    ["STATUS", ["far", "used-late", "revoked", "used-early"]],
    ["READ_ONLY", ["successor", "rotated"]],
    ["ADMIN", ["by-ada", "expired"]],
  ])("of scope %s, not of higher ones", async (scope, expected) => {
    expect(await list("repository", { scope, states: everyState })).toEqual(expected);
  });

  it("created by an account, named without case; none for a login that nobody has", async () => {
    expect(await list("repository", { by: ada.login.toUpperCase() })).toEqual(["by-ada"]);
    expect(await list("repository", { by: "nobody-here" })).toEqual([]);
    expect(await list("repository", { by: "not a login" })).toEqual([]);
  });

  it("that expire before an instant; those that never do are not among them", async () => {
    expect(await list("repository", { before: test.in(HOUR) })).toEqual([]);
    expect(await list("repository", { before: test.in(HOUR + 1) })).toEqual(["used-late"]);
    expect(await list("repository", { before: "9999-12-31T23:59:59.999Z" })).toEqual(["far", "used-late"]);
  });

  it("that were not used since an instant; never used counts", async () => {
    expect(await list("repository", { since: noon })).toEqual(["far", "by-ada", "successor", "used-early"]);
    const before = new Date(Date.parse(noon) - HOUR).toISOString();
    expect(await list("repository", { since: before })).toEqual(["far", "by-ada", "successor"]);
  });

  it("that fit all that is asked", async () => {
    expect(
      await list("repository", { scope: "STATUS", by: "admin", since: noon, before: "9999-01-01T00:00:00Z" }),
    ).toEqual(["far"]);
  });

  it("are ADMIN's to read: forbidden with the scope named below it, hidden from outsiders", async () => {
    const document =
      "query($slug: String!) { repository(slug: $slug) { viewerScope tokens { totalCount } } }";
    const member = await test.member(organization);
    const { data, errors } = await member.client.send(document, { slug: docs });
    expect(data).toEqual({ repository: { viewerScope: "READ_ONLY", tokens: null } });
    expect(errors).toMatchObject([
      {
        path: ["repository", "tokens"],
        extensions: { code: "FORBIDDEN", requiredScope: "ADMIN", grantedScope: "READ_ONLY" },
      },
    ]);
    const token = await test.repositoryToken(docs, "ADMIN", { label: "reader" });
    expect((await list("repository", {}, token.client)).at(0)).toBe("reader");
    await revokeToken(test.admin, { id: token.id });
    const outsider = await test.account();
    expect(await outsider.client.must<object>(document, { slug: docs })).toEqual({ repository: null });
  });
});

describe("the tokens of an organization", () => {
  it("are those of all its repositories, by the same filters", async () => {
    expect(await list("organization")).toEqual([
      "code",
      "far",
      "used-late",
      "by-ada",
      "successor",
      "used-early",
    ]);
    expect(await list("organization", { scope: "STATUS", states: ["REVOKED", "ACTIVE"] })).toEqual([
      "code",
      "far",
      "used-late",
      "revoked",
      "used-early",
    ]);
    expect(await list("organization", { by: ada.login })).toEqual(["by-ada"]);
    expect(await list("organization", { since: noon })).toEqual([
      "code",
      "far",
      "by-ada",
      "successor",
      "used-early",
    ]);
  });

  it("are its administrators' to read", async () => {
    const document = "query($slug: String!) { organization(slug: $slug) { tokens { totalCount } } }";
    const code = async (client: Client): Promise<string> => client.code(document, { slug: organization });
    expect(await code((await test.member(organization)).client)).toBe("FORBIDDEN");
    expect(await code(ada.client)).toBe("FORBIDDEN");
    expect(await code(test.admin)).toBe("OK");
  });
});

describe("the tokens of an account", () => {
  const own = async (client: Client, login: string, states?: string[]): Promise<string[] | null> => {
    const argument = states === undefined ? "" : `(states: [${states.join(", ")}])`;
    const { data } = await client.send<{ account: { tokens: TokenList | null } | null }>(
      `query($login: String!) { account(login: $login) { tokens${argument} { nodes { label } totalCount } } }`,
      { login },
    );
    const found = data?.account?.tokens;
    return found ? labelsOf(found) : null;
  };

  it("are its account tokens, not what it created", async () => {
    const { id } = await test.accountToken(ada.login, { label: "second" });
    expect(await own(ada.client, ada.login)).toEqual(["second", "test"]);
    await revokeToken(ada.client, { id });
    expect(await own(ada.client, ada.login)).toEqual(["test"]);
    expect(await own(ada.client, ada.login, ["REVOKED"])).toEqual(["second"]);
    expect(await own(test.admin, ada.login, everyState)).toEqual(["second", "test"]);
  });

  it("are nobody else's to read", async () => {
    const member = await test.member(organization);
    expect(await own(boss.client, member.login)).toBeNull();
    expect(await own(boss.client, ada.login)).toBeNull();
    expect(await own((await test.account()).client, ada.login)).toBeNull();
  });
});

describe("a token by its id", () => {
  it("is seen by its owner, ADMIN on its repository, itself and site administrators, and by nobody else", async () => {
    const token = await test.repositoryToken(docs, "READ_ONLY");
    const account = await test.accountToken(ada.login);
    const member = await test.member(organization);
    const sees = async (client: Client): Promise<boolean[]> =>
      Promise.all([token, account].map(async ({ id }) => (await readToken(client, id)) !== null));
    expect(await sees(test.admin)).toEqual([true, true]);
    expect(await sees(ada.client)).toEqual([true, true]);
    expect(await sees(boss.client)).toEqual([true, false]);
    expect(await sees(token.client)).toEqual([true, false]);
    expect(await sees(account.client)).toEqual([true, true]);
    expect(await sees(member.client)).toEqual([false, false]);
    expect(await sees((await test.repositoryToken(docs, "ADMIN")).client)).toEqual([true, false]);
    expect(await sees((await test.repositoryToken(docs, "READ_ONLY")).client)).toEqual([false, false]);
  });

  it("shows account, creator and relatives as far as they are visible", async () => {
    const made = await createRepositoryToken(ada.client, { repository: docs, scope: "ADMIN" });
    const { secret, token } = await rotateToken(test.client(made.secret));
    const itself = await readToken(test.client(secret), token.id);
    expect(itself).toMatchObject({
      repository: { slug: docs },
      createdBy: null,
      createdByToken: null,
      replaces: { id: made.token.id },
    });
    const status = await test.repositoryToken(docs, "STATUS");
    const next = await rotateToken(status.client);
    expect(await readToken(test.client(next.secret), next.token.id)).toMatchObject({ replaces: null });
    expect(await readToken(boss.client, token.id)).toMatchObject({
      createdBy: { login: ada.login },
      createdByToken: null,
    });
    await mutate(test.admin, "removeCollaborator", { repository: docs, login: ada.login });
    expect(await readToken(boss.client, token.id)).toMatchObject({ createdBy: { login: ada.login } });
  });
});
