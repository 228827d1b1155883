import type { Actor, MadeToken } from "../support/kit";
import { TestApp } from "../support/kit";
import type { Answer, Client } from "../support/client";

let test: TestApp;
let service: Actor;
let organization: string;
let repository: string;
let owner: Actor;
let kept: MadeToken;
beforeAll(async () => {
  test = await TestApp.start({ env: { RATE_LIMIT_PER_MINUTE: "0" } });
  service = await test.account({ kind: "SERVICE" });
  organization = await test.organization();
  repository = await test.repository(`${organization}/repo`);
  owner = await test.member(organization, "ADMIN");
  kept = await test.repositoryToken(repository, "ADMIN", { by: owner.client });
});
afterAll(() => test.close());

interface Field {
  /** In the schema. */
  readonly coordinate: string;
  readonly type: string;
  readonly kind: "query" | "mutation";
  readonly select: string;
  /** Other fields of the input, as literals; they alone would be good. */
  readonly beside: Readonly<Record<string, string>>;
  readonly client: () => Client;
  readonly inList?: true;
}

const verify = {
  kind: "query",
  select: "{ code }",
  beside: { secret: '"x"' },
  client: () => service.client,
} as const;
const revokeTokens = {
  kind: "mutation",
  select: "{ revokedCount }",
  beside: { dryRun: "false" },
  client: () => owner.client,
} as const;
const rotateTokens = { ...revokeTokens, select: "{ rotatedCount }" } as const;
const filters = [
  ["account", "String"],
  ["repository", "String"],
  ["organization", "String"],
  ["ids", "[ID!]"],
  ["createdBefore", "DateTime"],
] as const;
const itself = {
  kind: "mutation",
  select: "{ token { id } }",
  beside: {},
  client: () => kept.client,
} as const;

// The inputs that say "never null", by the contract.
const fields: readonly Field[] = [
  { ...verify, coordinate: "verifyToken.repository", type: "String" },
  { ...verify, coordinate: "verifyToken.scope", type: "RepositoryScope" },
  { ...verify, coordinate: "verifyTokens.repository", type: "String", inList: true },
  { ...verify, coordinate: "verifyTokens.scope", type: "RepositoryScope", inList: true },
  {
    coordinate: "createRepositoryTokens.repositories",
    type: "[String!]",
    kind: "mutation",
    select: "{ tokens { secret } }",
    beside: { organization: "ORGANIZATION", scope: "STATUS", label: '"never"' },
    client: () => owner.client,
  },
  { ...itself, coordinate: "rotateToken.id", type: "ID" },
  { ...itself, coordinate: "revokeToken.id", type: "ID" },
  ...Object.entries({ revokeTokens, rotateTokens }).flatMap(([mutation, field]) =>
    filters.map(([name, type]) => ({
      ...field,
      coordinate: `${mutation}.${name}`,
      type,
      // Of the filters another one is good, so that the null would only widen it.
      beside: {
        ...field.beside,
        ...(name === "repository" ? { account: "OWNER" } : { repository: "REPOSITORY" }),
      },
    })),
  ),
];

const literal = (text: string): string =>
  ({
    ORGANIZATION: JSON.stringify(organization),
    REPOSITORY: JSON.stringify(repository),
    OWNER: JSON.stringify(owner.login),
  })[text] ?? text;

const nameOf = ({ coordinate }: Field): string => coordinate.split(".")[1]!;
const besideOf = ({ beside }: Field): string =>
  Object.entries(beside)
    .map(([name, text]) => `${name}: ${literal(text)}, `)
    .join("");
const valuesOf = ({ beside }: Field): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(beside).map(([name, text]) => [
      name,
      /^[A-Z_]+$/.test(literal(text)) ? text : (JSON.parse(literal(text)) as unknown),
    ]),
  );
const inputTypes: Readonly<Record<string, string>> = {
  verifyToken: "VerifyTokenInput!",
  verifyTokens: "[VerifyTokenInput!]!",
  createRepositoryTokens: "CreateRepositoryTokensInput!",
  rotateToken: "RotateTokenInput!",
  rotateTokens: "RotateTokensInput!",
  revokeToken: "RevokeTokenInput!",
  revokeTokens: "RevokeTokensInput!",
};

function operation(field: Field, input: string, variables = ""): string {
  const [root] = field.coordinate.split(".");
  const argument = field.inList === true ? `inputs: ${input}` : `input: ${input}`;
  return `${field.kind}${variables} { ${root!}(${argument}) ${field.select} }`;
}

type Way = readonly [document: string, variables?: object, path?: string];

/** Every way to say null. */
function waysOf(field: Field): Record<string, Way> {
  const name = nameOf(field);
  const beside = besideOf(field);
  const at = (index: number): string => (field.inList === true ? `${index}.${name}` : name);
  const wrap = (input: string): string => (field.inList === true ? `[${input}]` : input);
  const one = (value: string): string => wrap(`{ ${beside}${name}: ${value} }`);
  const given = { ...valuesOf(field), [name]: null };
  const inputType = inputTypes[field.coordinate.split(".")[0]!]!;
  const ways: Record<string, Way> = {
    "null in the document": [operation(field, one("null"))],
    "a variable that is null": [operation(field, one("$v"), `($v: ${field.type})`), { v: null }],
    "a variable without a value": [operation(field, one("$v"), `($v: ${field.type})`)],
    "a variable without a value, with another one's": [
      operation(field, one("$v"), `($v: ${field.type})`),
      { w: "x" },
    ],
    "a variable whose default is null": [operation(field, one("$v"), `($v: ${field.type} = null)`)],
    "the whole input in a variable": [
      operation(field, "$input", `($input: ${inputType})`),
      { input: field.inList === true ? [given] : given },
    ],
    "a variable without a value in a fragment": [
      `${field.kind}($v: ${field.type}) { ...F } fragment F on ${field.kind === "query" ? "Query" : "Mutation"} ${operation(field, one("$v")).replace(field.kind, "")}`,
    ],
  };
  if (field.inList === true) {
    ways["one input where a list is taken"] = [
      operation(field, `{ ${beside}${name}: $v }`, `($v: ${field.type})`),
    ];
    ways["the second of two"] = [
      operation(field, `[{ ${beside} }, { ${beside}${name}: $v }]`, `($v: ${field.type})`),
      {},
      at(1),
    ];
    ways["the second of two, beside a variable"] = [
      operation(field, `[$one, { ${beside}${name}: $v }]`, `($one: VerifyTokenInput!, $v: ${field.type})`),
      { one: valuesOf(field) },
      at(1),
    ];
    ways["the second of a list in a variable"] = [
      operation(field, "$inputs", `($inputs: ${inputType})`),
      { inputs: [valuesOf(field), given] },
      at(1),
    ];
    ways["one input in a variable where a list is taken"] = [
      operation(field, "$inputs", `($inputs: ${inputType})`),
      { inputs: given },
    ];
  }
  return ways;
}

const stateOf = async (): Promise<unknown> =>
  test.rows("SELECT id, revoked_at, rotated_at, label FROM token ORDER BY id");

describe.each(fields.map((field) => [field.coordinate, field] as const))("%s", (_coordinate, field) => {
  const refused = (answer: Answer, path: string): void => {
    const [root] = field.coordinate.split(".");
    expect(answer.errors).toEqual([
      expect.objectContaining({
        message: `${path}: must not be null: leave it out of the document`,
        extensions: { code: "BAD_USER_INPUT", field: path },
      }),
    ]);
    expect([answer.status, answer.data]).toEqual([200, { [root!]: null }]);
  };

  const names = [
    ...["null in the document", "a variable that is null", "a variable without a value"],
    ...["a variable without a value, with another one's", "a variable whose default is null"],
    ...["the whole input in a variable", "a variable without a value in a fragment"],
    ...(field.inList === true
      ? [
          ...["one input where a list is taken", "the second of two", "the second of two, beside a variable"],
          ...["the second of a list in a variable", "one input in a variable where a list is taken"],
        ]
      : []),
  ];

  it.each(names)("refuses %s, and touches nothing", async (name) => {
    const [document, variables, path] = waysOf(field)[name]!;
    const before = await stateOf();
    const answer = await field.client().send(document, variables);
    refused(answer, path ?? (field.inList === true ? `0.${nameOf(field)}` : nameOf(field)));
    expect(await stateOf()).toEqual(before);
  });

  it.each(["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty"])(
    "refuses a variable without a value that is called $%s, which every object has",
    async (variable) => {
      const input = `{ ${besideOf(field)}${nameOf(field)}: $${variable} }`;
      const document = operation(
        field,
        field.inList === true ? `[${input}]` : input,
        `($${variable}: ${field.type})`,
      );
      const before = await stateOf();
      const answer = await field.client().send(document);
      expect([answer.status, answer.errors.map(({ extensions }) => extensions.code)]).toEqual([
        400,
        ["GRAPHQL_VALIDATION_FAILED"],
      ]);
      expect(await stateOf()).toEqual(before);
    },
  );
});

describe("elsewhere null counts as left out", () => {
  it("in fields with a default and in fields without", async () => {
    const login = "nulls";
    const data = await test.admin.must<{ createAccount: { account: object } }>(
      `mutation($none: String, $kind: AccountKind) {
         createAccount(input: { login: "${login}", name: null, kind: $kind, isSiteAdmin: null }) {
           account { name kind isSiteAdmin }
         }
         createAccountToken(input: { label: "x", account: $none, expiresAt: null }) { token { expiresAt account { login } } }
       }`,
      { none: null, kind: null },
    );
    expect(data).toEqual({
      createAccount: { account: { name: null, kind: "USER", isSiteAdmin: false } },
      createAccountToken: { token: { expiresAt: null, account: { login: "admin" } } },
    });
  });

  it("in the arguments of lists", async () => {
    const document = `query($first: Int, $after: String, $states: [TokenState!], $no: DateTime) {
      viewer { account { tokens(first: $first, after: $after, states: $states) { totalCount } } }
      repository(slug: "${repository}") {
        tokens(first: null, after: null, states: null, scope: null, createdBy: null, expiresBefore: $no, unusedSince: $no) { totalCount }
        auditEvents(first: null, actions: null, since: $no, until: null) { totalCount }
        status(branch: null)
        builds(branch: null) { totalCount }
      }
    }`;
    for (const variables of [{}, { first: null, after: null, states: null, no: null }]) {
      expect(await test.admin.must(document, variables)).toEqual({
        viewer: { account: { tokens: { totalCount: expect.any(Number) as number } } },
        repository: {
          tokens: { totalCount: 1 },
          auditEvents: { totalCount: 2 },
          status: null,
          builds: { totalCount: 0 },
        },
      });
    }
  });

  it("in a verification's recordUse, which then records", async () => {
    const { id, secret } = await test.accountToken("admin");
    const document = "query($input: VerifyTokenInput!) { verifyToken(input: $input) { code } }";
    await service.client.must(document, { input: { secret, recordUse: null } });
    await test.app.services.recorder.flush();
    expect(
      await test.admin.must("query($id: ID!) { node(id: $id) { ... on Token { lastUsedAt } } }", { id }),
    ).toEqual({
      node: { lastUsedAt: expect.any(String) as string },
    });
  });

  it("but a field that must be there is refused without a value, also where its variable has a default", async () => {
    const document = 'query($slug: String = "gh/a/b") { repository(slug: $slug) { id } }';
    expect(await test.admin.must(document)).toEqual({ repository: null });
    for (const [query, field] of [
      [document, "slug"],
      ['query($s: String = "x") { verifyToken(input: { secret: $s }) { code } }', "s"],
      ['mutation($i: ID = "x") { revokeTokens(input: { ids: [$i] }) { revokedCount } }', "i"],
      ["query($k: Boolean = true) { __typename @include(if: $k) }", "k"],
    ] as const) {
      const answer = await test.admin.send(query, { [field]: null });
      expect([answer.status, answer.errors[0]?.extensions]).toEqual([400, { code: "BAD_USER_INPUT", field }]);
    }
    expect(test.log.join("\n")).not.toContain("field failed");
  });
});
