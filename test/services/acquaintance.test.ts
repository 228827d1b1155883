import { type Actor, TestApp } from "../support/kit";
import { mutate } from "../support/mutations";

let test: TestApp;
let organization: string;
let docs: string;
const people = new Map<string, Actor>();
beforeAll(async () => {
  test = await TestApp.start({ frozen: true });
  organization = await test.organization();
  docs = await test.repository(`${organization}/docs`);
  const code = await test.repository(`${organization}/code`);
  const creator = await test.collaborator(docs, "ADMIN");
  await test.repositoryToken(docs, "STATUS", { by: creator.client });
  await mutate(test.admin, "removeCollaborator", { repository: docs, login: creator.login });
  people
    .set("site admin", await test.account({ isSiteAdmin: true }))
    .set("org admin", await test.member(organization, "ADMIN"))
    .set("member", await test.member(organization))
    .set("docs ADMIN", await test.collaborator(docs, "ADMIN"))
    .set("docs READ_ONLY", await test.collaborator(docs, "READ_ONLY"))
    .set("code ADMIN", await test.collaborator(code, "ADMIN"))
    .set("former creator", creator)
    .set("outsider", await test.account())
    .set("service", await test.account({ kind: "SERVICE" }));
});
afterAll(() => test.close());

const names = (): string[] => [...people.keys()];

/** Whom of all people a person sees, by login and by node, which must agree. */
async function acquaintancesOf(name: string): Promise<string[]> {
  const { client } = people.get(name)!;
  const seen: string[] = [];
  for (const other of names()) {
    const { login, id } = people.get(other)!;
    const answer = await client.must<{ account: object | null; node: object | null }>(
      "query($login: String!, $id: ID!) { account(login: $login) { login } node(id: $id) { ... on Account { login } } }",
      { login: login.toUpperCase(), id },
    );
    expect(answer.node).toEqual(answer.account);
    if (answer.account !== null) seen.push(other);
  }
  return seen;
}

describe("an account is seen by itself, by whoever shares an organization with it, and", () => {
  it.each<[string, string[]]>([
    ["member", ["org admin", "member"]],
    ["docs READ_ONLY", ["docs READ_ONLY"]],
    ["former creator", ["former creator"]],
    ["outsider", ["outsider"]],
    ["service", ["service"]],
    // ADMIN account tokens see whoever collaborates on their repository, or created tokens of it.
    ["docs ADMIN", ["docs ADMIN", "docs READ_ONLY", "former creator"]],
    ["code ADMIN", ["code ADMIN"]],
    ["org admin", ["org admin", "member", "docs ADMIN", "docs READ_ONLY", "code ADMIN", "former creator"]],
  ])("%s sees %j", async (name, expected) => {
    expect(await acquaintancesOf(name)).toEqual(expected);
  });

  it("by site administrators, all of them", async () => {
    expect(await acquaintancesOf("site admin")).toEqual(names());
  });

  it("by no repository token, not even of its own creator", async () => {
    const boss = people.get("docs ADMIN")!;
    const { client } = await test.repositoryToken(docs, "ADMIN", { by: boss.client });
    const answer = await client.must(
      "query($login: String!, $id: ID!) { account(login: $login) { id } node(id: $id) { id } }",
      boss,
    );
    expect(answer).toEqual({ account: null, node: null });
  });

  it("with its plain fields, and no more", async () => {
    const { login, id } = people.get("docs READ_ONLY")!;
    const { data, errors } = await people.get("docs ADMIN")!.client.send(
      `query($login: String!) { account(login: $login) {
        id login name kind isSiteAdmin createdAt suspendedAt tokens { totalCount } organizations { totalCount } auditEvents { totalCount } } }`,
      { login },
    );
    const refused = {
      isSiteAdmin: null,
      createdAt: null,
      suspendedAt: null,
      tokens: null,
      organizations: null,
      auditEvents: null,
    };
    expect(data).toEqual({ account: { id, login, name: null, kind: "USER", ...refused } });
    expect(errors.map(({ path, extensions }) => [path?.[1], extensions.code]).sort()).toEqual(
      Object.keys(refused)
        .sort()
        .map((field) => [field, "FORBIDDEN"]),
    );
  });
});
