import type { Client } from "../support/client";
import { type Actor, TestApp } from "../support/kit";
import { mutate } from "../support/mutations";

const HOUR = 3_600_000;

let test: TestApp;
let organization: string;
let docs: string;
let orgAdmin: Actor;
let collaborator: Actor;
let start: string;
let noon: string;

/** One organization with a short history: seven lines before noon, three from noon on. */
beforeAll(async () => {
  test = await TestApp.start({ frozen: true });
  test.pass(HOUR);
  start = test.in(0);
  organization = await test.organization("gh/history");
  docs = await test.repository(`${organization}/docs`);
  await test.repository(`${organization}/code`);
  orgAdmin = await test.member(organization, "ADMIN");
  collaborator = await test.collaborator(docs, "ADMIN");
  test.pass(HOUR);
  noon = test.in(0);
  await test.repositoryToken(docs, "STATUS", { by: orgAdmin.client });
  await mutate(collaborator.client, "updateRepository", { slug: docs, description: "x" });
  test.pass(HOUR);
  await mutate(test.admin, "deleteRepository", { slug: `${organization}/code` });
});
afterAll(() => test.close());

interface Line {
  readonly action: string;
  readonly actor: { readonly login: string } | null;
}
interface Lines {
  readonly nodes: Line[];
  readonly totalCount: number;
}
const parameters = "$actions: [AuditAction!], $since: DateTime, $until: DateTime";
const list =
  "auditEvents(first: 100, actions: $actions, since: $since, until: $until) { nodes { action actor { login } } totalCount }";

async function read(client: Client, path: string, variables: object = {}): Promise<string[]> {
  const data = await client.must<Record<string, { auditEvents: Lines }>>(
    `query(${parameters}) { found: ${path} { ${list} } }`,
    variables,
  );
  const { nodes, totalCount } = data.found!.auditEvents;
  expect(totalCount).toBe(nodes.length);
  return nodes.map(({ action }) => action);
}
const site = async (variables: object, client = test.admin): Promise<string[]> => {
  const data = await client.must<{ auditEvents: Lines }>(`query(${parameters}) { ${list} }`, variables);
  expect(data.auditEvents.totalCount).toBe(data.auditEvents.nodes.length);
  return data.auditEvents.nodes.map(({ action }) => action);
};

const ofDocs = ["REPOSITORY_UPDATED", "TOKEN_CREATED", "COLLABORATOR_SET", "REPOSITORY_CREATED"];
const ofOrganization = [
  "REPOSITORY_DELETED",
  "REPOSITORY_UPDATED",
  "TOKEN_CREATED",
  "COLLABORATOR_SET",
  "MEMBERSHIP_SET",
  "REPOSITORY_CREATED",
  "REPOSITORY_CREATED",
  "ORGANIZATION_CREATED",
];

describe("the audit list", () => {
  const repository = 'repository(slug: "gh/history/docs")';
  const whole = 'organization(slug: "gh/history")';

  it("of a repository holds its lines, newest first", async () => {
    expect(await read(collaborator.client, repository)).toEqual(ofDocs);
    expect(await read(orgAdmin.client, repository)).toEqual(ofDocs);
    const token = await test.repositoryToken(docs, "ADMIN");
    expect(await read(token.client, repository, { until: test.in(0) })).toEqual(ofDocs);
    await mutate(token.client, "revokeToken", {});
  });

  it("of an organization holds those of its repositories too, also of those that are gone", async () => {
    expect(await read(orgAdmin.client, whole, { until: test.in(0) })).toEqual(ofOrganization.slice(1));
    const now = { until: test.in(1), actions: ["REPOSITORY_DELETED"] };
    expect(await read(orgAdmin.client, whole, now)).toEqual(["REPOSITORY_DELETED"]);
  });

  it("of an account holds the lines about it, not those that it caused", async () => {
    const ofAdmin = `account(login: "${orgAdmin.login}")`;
    const about = ["MEMBERSHIP_SET", "TOKEN_CREATED", "ACCOUNT_CREATED"];
    expect(await read(orgAdmin.client, ofAdmin)).toEqual(about);
    expect(await read(test.admin, ofAdmin)).toEqual(about);
    expect(await read(collaborator.client, `account(login: "${collaborator.login}")`)).toEqual([
      "COLLABORATOR_SET",
      "TOKEN_CREATED",
      "ACCOUNT_CREATED",
    ]);
  });

  it("of the site holds all", async () => {
    expect(await site({ since: start, until: noon })).toEqual([
      "COLLABORATOR_SET",
      "TOKEN_CREATED",
      "ACCOUNT_CREATED",
      "MEMBERSHIP_SET",
      "TOKEN_CREATED",
      "ACCOUNT_CREATED",
      "REPOSITORY_CREATED",
      "REPOSITORY_CREATED",
      "ORGANIZATION_CREATED",
    ]);
    expect(await site({ until: start })).toEqual(["TOKEN_CREATED", "ACCOUNT_CREATED"]);
  });

  it("is filtered by actions, from an instant on, and before one", async () => {
    expect(
      await read(orgAdmin.client, repository, {
        actions: ["TOKEN_CREATED", "COLLABORATOR_SET"],
        until: test.in(0),
      }),
    ).toEqual(["TOKEN_CREATED", "COLLABORATOR_SET"]);
    expect(await read(orgAdmin.client, repository, { actions: [] })).toEqual([]);
    expect(await read(orgAdmin.client, repository, { since: noon, until: test.in(0) })).toEqual(
      ofDocs.slice(0, 2),
    );
    expect(await read(orgAdmin.client, repository, { until: noon })).toEqual(ofDocs.slice(2));
    expect(await read(orgAdmin.client, repository, { since: noon, until: noon })).toEqual([]);
    expect(await read(orgAdmin.client, repository, { actions: null, since: null, until: noon })).toEqual(
      ofDocs.slice(2),
    );
  });

  it("is refused to those who may not read it, and tells others nothing", async () => {
    const member = await test.member(organization);
    const read = '{ repository(slug: "gh/history/docs") { auditEvents { totalCount } } }';
    const write = '{ organization(slug: "gh/history") { auditEvents { totalCount } } }';
    expect(await member.client.code(read)).toBe("FORBIDDEN");
    expect(await member.client.code(write)).toBe("FORBIDDEN");
    expect(await collaborator.client.code(write)).toBe("FORBIDDEN");
    expect(await orgAdmin.client.code("{ auditEvents { totalCount } }")).toBe("FORBIDDEN");
    const document = `query($login: String!) { account(login: $login) { auditEvents { totalCount } } }`;
    expect(await orgAdmin.client.code(document, { login: member.login })).toBe("FORBIDDEN");
  });
});

describe("an audit event", () => {
  interface Event {
    readonly id: string;
    readonly actor: object | null;
    readonly actorToken: object | null;
    readonly ip: string | null;
    readonly userAgent: string | null;
  }
  const selection =
    "id action actor { login } actorToken { id } organization { slug } repository { slug } token { id } ip userAgent";
  const newest = async (client: Client): Promise<Event> => {
    const { repository } = await client.must<{ repository: { auditEvents: { nodes: Event[] } } }>(
      `query($slug: String!, $until: DateTime!) { repository(slug: $slug) { auditEvents(first: 1, until: $until) { nodes { ${selection} } } } }`,
      { slug: docs, until: test.in(-1) },
    );
    return repository.auditEvents.nodes[0]!;
  };
  const node = async (client: Client, id: string): Promise<Event | null> =>
    (
      await client.must<{ node: Event | null }>(
        `query($id: ID!) { node(id: $id) { ... on AuditEvent { ${selection} } } }`,
        { id },
      )
    ).node;

  it("shows account tokens with ADMIN where it came from, and a repository token not", async () => {
    const seen = await newest(orgAdmin.client);
    expect(seen).toMatchObject({ actor: { login: collaborator.login }, ip: "127.0.0.1", userAgent: "node" });
    const token = await test.repositoryToken(docs, "ADMIN");
    expect(await newest(token.client)).toMatchObject({
      id: seen.id,
      actor: null,
      actorToken: null,
      organization: null,
      repository: { slug: docs },
      ip: null,
      userAgent: null,
    });
  });

  it("is found by its id by whoever sees a list that it is in, and by its actor, also later", async () => {
    const { id } = await newest(orgAdmin.client);
    const member = await test.member(organization);
    const outsider = await test.account();
    expect(await node(member.client, id)).toBeNull();
    expect(await node(outsider.client, id)).toBeNull();
    expect(await node(test.admin, id)).toMatchObject({ id, actor: { login: collaborator.login } });
    await mutate(test.admin, "removeCollaborator", { repository: docs, login: collaborator.login });
    expect(await node(collaborator.client, id)).toMatchObject({
      id,
      actor: { login: collaborator.login },
      repository: null,
      organization: null,
      ip: "127.0.0.1",
    });
  });
});
