import { type Actor, type MadeToken, TestApp } from "../support/kit";

let test: TestApp;
let organization: string;
let repository: string;
let outsider: Actor;
let token: MadeToken;
beforeAll(async () => {
  test = await TestApp.start({ env: { RATE_LIMIT_PER_MINUTE: "0" } });
  organization = await test.organization();
  repository = await test.repository(`${organization}/repo`);
  outsider = await test.account();
  token = await test.repositoryToken(repository, "STATUS");
  await test.admin.must(
    `mutation { reportBuild(input: { repository: "${repository}", branch: "main", commit: "abcdef0", status: SUCCESS }) { build { id } } }`,
  );
});
afterAll(() => test.close());

const document = "query($id: ID!) { node(id: $id) { __typename id } }";
const base64 = (text: string): string => Buffer.from(text).toString("base64url");
const nouns = ["Account", "Organization", "Repository", "Build", "Token", "AuditEvent"] as const;

/** One object of each kind, as lists show it. */
async function idsByNoun(): Promise<Record<(typeof nouns)[number], string>> {
  const data = await test.admin.must<{
    organization: {
      id: string;
      repositories: { nodes: { id: string; builds: { nodes: { id: string }[] } }[] };
      auditEvents: { nodes: { id: string }[] };
    };
    account: { id: string };
  }>(`{
    organization(slug: "${organization}") {
      id
      repositories { nodes { id builds { nodes { id } } } }
      auditEvents { nodes { id } }
    }
    account(login: "admin") { id }
  }`);
  const [first] = data.organization.repositories.nodes;
  return {
    Account: data.account.id,
    Organization: data.organization.id,
    Repository: first!.id,
    Build: first!.builds.nodes[0]!.id,
    Token: token.id,
    AuditEvent: data.organization.auditEvents.nodes[0]!.id,
  };
}

describe("node(id)", () => {
  it("finds an object of each kind under the id that lists show it with", async () => {
    for (const [noun, id] of Object.entries(await idsByNoun())) {
      expect(Buffer.from(id, "base64url").toString()).toMatch(new RegExp(`^${noun}:[1-9]\\d*$`));
      expect(await test.admin.must(document, { id })).toEqual({ node: { __typename: noun, id } });
    }
  });

  it.each([
    ...[
      "",
      " ",
      "0",
      "1",
      "42",
      "nonsense",
      "Token:1",
      "🔑",
      "\ud800",
      "%00",
      "\0",
      "../../etc/passwd",
      "null",
      "undefined",
    ],
    ...[
      "Token",
      "Token:",
      ":1",
      "1:Token",
      "Token:0",
      "Token:-1",
      "Token:+1",
      "Token:1.0",
      "Token:01",
      "Token:1e0",
    ].map(base64),
    ...[
      "Token:0x1",
      "Token: 1",
      " Token:1",
      "Token:1 ",
      "Token:1\n",
      "Token:1\0",
      "Token:1:1",
      "Token:NaN",
    ].map(base64),
    ...[
      "Token:9999999999999999999999",
      "Token:999999999999999",
      "Token:9007199254740993",
      "Token:'1'",
      "Token:1 OR 1=1",
    ].map(base64),
    ...[
      "token:1",
      "TOKEN:1",
      "Tokens:1",
      "Query:1",
      "Viewer:1",
      "PageInfo:1",
      "Membership:1",
      "constructor:1",
      "__proto__:1",
    ].map(base64),
    ...["TokenEntity:1", "Node:1", "Account:1;", "Ａccount:1", "Account:١"].map(base64),
    // Not what base64url makes of it.
    `${base64("Account:1")}=`,
    `${base64("Account:1")}==`,
    `${base64("Account:1")}A`,
    ` ${base64("Account:1")}`,
    `${base64("Account:1")}\n`,
    Buffer.from("Account:1??>").toString("base64"),
    "a".repeat(65),
    "A".repeat(100_000),
  ])("is null for what is no id: %j", async (id) => {
    const { status, text } = await test.admin.send(document, { id });
    expect([status, text.trim()]).toEqual([200, '{"data":{"node":null}}']);
  });

  it.each(nouns)("is the same bytes for a %s that is hidden and one that is missing", async (noun) => {
    const ids = await idsByNoun();
    for (const client of [outsider.client, token.client]) {
      // The token sees itself and its repository.
      if (client === token.client && (noun === "Token" || noun === "Repository")) continue;
      const hidden = await client.send(document, { id: ids[noun] });
      const missing = await client.send(document, { id: base64(`${noun}:987654`) });
      expect(hidden.text).toBe(missing.text);
      expect(hidden.text.trim()).toBe('{"data":{"node":null}}');
    }
  });

  it("takes a number for an id, as every ID does, which is none of ours", async () => {
    expect(await test.admin.must("{ node(id: 1) { id } }")).toEqual({ node: null });
    expect(await test.admin.must(document, { id: 1 })).toEqual({ node: null });
  });
});

describe("an id in the input of a mutation", () => {
  const mutations = {
    revokeToken: "mutation($id: ID!) { revokeToken(input: { id: $id }) { revokedCount } }",
    rotateToken: "mutation($id: ID!) { rotateToken(input: { id: $id }) { secret } }",
    revokeTokens: "mutation($id: ID!) { revokeTokens(input: { ids: [$id] }) { revokedCount } }",
  } as const;

  it.each(Object.keys(mutations) as (keyof typeof mutations)[])(
    "of another type, malformed, missing or hidden is the same NOT_FOUND: %s",
    async (name) => {
      const { Token, ...others } = await idsByNoun();
      const sameNumber = Buffer.from(Token, "base64url").toString().split(":")[1]!;
      const wrong = [
        ...Object.values(others),
        ...["Account", "Repository", "Build"].map((noun) => base64(`${noun}:${sameNumber}`)),
        ...[
          "",
          "nonsense",
          "\ud800",
          "x".repeat(100_000),
          base64("Token:0"),
          base64("Token:987654"),
          `${Token}=`,
        ],
        ...[
          base64(`token:${sameNumber}`),
          base64(`Token:0${sameNumber}`),
          base64(`Token:${sameNumber}.0`),
          sameNumber,
        ],
      ];
      const answers = new Set<string>();
      for (const id of wrong) {
        const { status, text, errors } = await test.admin.send(mutations[name], { id });
        expect([status, errors[0]?.extensions]).toEqual([200, { code: "NOT_FOUND" }]);
        answers.add(text);
      }
      answers.add((await outsider.client.send(mutations[name], { id: Token })).text);
      expect([...answers].map((text) => text.trim())).toEqual([
        expect.stringMatching(/^\{"errors":\[\{"message":"not found",/) as string,
      ]);
      expect(await token.client.code("{ __typename }")).toBe("OK");
    },
  );

  it("that is hidden among many leaves them all alone", async () => {
    const mine = await test.accountToken(outsider.login);
    const ids = [mine.id, token.id];
    const bulk = "mutation($ids: [ID!]) { revokeTokens(input: { ids: $ids }) { revokedCount } }";
    expect(await outsider.client.code(bulk, { ids })).toBe("NOT_FOUND");
    expect(await mine.client.code("{ __typename }")).toBe("OK");
    expect(await token.client.code("{ __typename }")).toBe("OK");
  });
});
