import {
  getIntrospectionQuery,
  Lexer,
  type OperationDefinitionNode,
  parse,
  Source,
  TokenKind,
} from "graphql";
import { createSchema } from "../../src/graphql/schema";
import { coerceVariables } from "../../src/graphql/variables";
import type { Answer } from "../support/client";
import { type MadeToken, TestApp } from "../support/kit";

const TOO_COMPLEX = "400 QUERY_TOO_COMPLEX";

let test: TestApp;
/** A token that was never used: a refusal leaves it so. */
let fresh: MadeToken;

beforeAll(async () => {
  test = await TestApp.start({ env: { INTROSPECTION: "on" } });
  fresh = await test.accountToken("admin");
});
afterAll(() => test.close());

/** How an answer came out: "200 OK", "400 QUERY_TOO_COMPLEX". */
const outcome = ({ status, errors }: Answer): string => `${status} ${errors[0]?.extensions.code ?? "OK"}`;

const ask = async (document: string, variables: object = {}): Promise<string> =>
  outcome(await test.admin.send(document, variables));

/** As `ask`, with a token that must not be used by it; anonymous gets the same. */
async function refuse(document: string, variables: object = {}): Promise<string> {
  const answer = await fresh.client.send(document, variables);
  expect(answer.data).toBeUndefined();
  expect(answer.errors).toHaveLength(1);
  return outcome(answer);
}

const times = (count: number, text: string | ((index: number) => string), separator = " "): string =>
  Array.from({ length: count }, (_, index) => (typeof text === "string" ? text : text(index))).join(
    separator,
  );

const aliases = (count: number, field = "__typename", name = "a"): string =>
  times(count, (index) => `${name}${index}: ${field}`);

function tokensIn(document: string): number {
  const lexer = new Lexer(new Source(document));
  let count = 0;
  while (lexer.advance().kind !== TokenKind.EOF) count += 1;
  return count;
}

describe("4,000 tokens", () => {
  const documentOf = (tokens: number): string => {
    const around = (states: string): string =>
      `{ viewer { account { tokens(states: [${states}]) { totalCount } } } }`;
    const document = around(times(tokens - tokensIn(around("")), "ACTIVE"));
    expect(tokensIn(document)).toBe(tokens);
    return document;
  };

  it("pass", async () => {
    expect(await ask(documentOf(4000))).toBe("200 OK");
  });

  it("and one are refused, signed in or not", async () => {
    expect(await refuse(documentOf(4001))).toBe(TOO_COMPLEX);
    expect(outcome(await test.client(null).send(documentOf(4001)))).toBe(TOO_COMPLEX);
  });

  it("are counted without commas and comments", async () => {
    expect(await ask(`${documentOf(4000)} # ${times(5000, ", x")}`)).toBe("200 OK");
  });
});

describe("100 fields in one selection set", () => {
  it("pass: aliases, duplicates, and at every level", async () => {
    expect(await ask(`{ ${aliases(100)} }`)).toBe("200 OK");
    expect(await ask(`{ ${times(100, "__typename")} }`)).toBe("200 OK");
    expect(await ask(`{ viewer { token { ${aliases(100, "id")} } } }`)).toBe("200 OK");
    expect(await ask(`{ ...F } fragment F on Query { ${aliases(100)} }`)).toBe("200 OK");
    expect(await ask(`{ ${aliases(99)} viewer { ${aliases(99)} token { ${aliases(100)} } } }`)).toBe(
      "200 OK",
    );
  });

  it.each([
    ["aliases", `{ ${aliases(101)} }`],
    ["aliases of __typename beside others", `{ ${aliases(100)} viewer { token { id } } }`],
    ["duplicates", `{ ${times(101, "__typename")} }`],
    ["duplicates and aliases", `{ ${times(50, "__typename")} ${aliases(51)} }`],
    ["deeper", `{ viewer { token { ${aliases(101, "id")} } } }`],
    ["in a fragment", `{ ...F } fragment F on Query { ${aliases(101)} }`],
    [
      "with those of a fragment",
      `{ ${aliases(50)} ...F } fragment F on Query { ${aliases(51, "__typename", "b")} }`,
    ],
    ["with those of a fragment that is spread twice", `{ ...F ...F } fragment F on Query { ${aliases(51)} }`],
    [
      "with those of fragments in fragments",
      `{ ...F } fragment F on Query { ${aliases(50)} ...G } fragment G on Query { ${aliases(51, "__typename", "b")} }`,
    ],
    [
      "with those of inline fragments",
      `{ ${aliases(50)} ... { ${aliases(30)} ... on Query { ${aliases(21)} } } }`,
    ],
    ["that are skipped", `{ ${times(101, (index) => `a${index}: __typename @skip(if: true)`)} }`],
    ["of introspection", `{ __schema { ${aliases(101, "__typename")} } }`],
    ["of a mutation", `mutation { ${aliases(101)} }`],
    ["of an operation that was not asked for", `{ __typename } query Other { ${aliases(101)} }`],
  ])("and one are refused: %s", async (_name, document) => {
    expect(await refuse(document)).toBe(TOO_COMPLEX);
  });
});

describe("10 levels", () => {
  const deep = (end: string): string =>
    `{ viewer { account { organizations(first: 1) { nodes { organization { repositories(first: 1) {
       nodes { organization { repositories(first: 1) { ${end} } } } } } } } } } }`;

  it("pass", async () => {
    expect(await ask(deep("totalCount"))).toBe("200 OK");
    expect(await ask(deep("... on RepositoryConnection { ... { totalCount } }"))).toBe("200 OK");
  });

  it("and one are refused, whatever is between them", async () => {
    expect(await refuse(deep("nodes { id }"))).toBe(TOO_COMPLEX);
    expect(await refuse(deep("... on RepositoryConnection { nodes { id } }"))).toBe(TOO_COMPLEX);
    expect(
      await refuse(
        `${deep("...F")} fragment F on RepositoryConnection { nodes { ...G } } fragment G on Node { id }`,
      ),
    ).toBe(TOO_COMPLEX);
    const rest = deep("nodes { id }").replace(/^\{ viewer/, "");
    expect(await refuse(`{ ...R } fragment R on Query { viewer ${rest}`)).toBe(TOO_COMPLEX);
    expect(await refuse(`query Other { __typename } query ${deep("nodes { id }")}`)).toBe(TOO_COMPLEX);
  });

  it("are 15 for introspection, whatever it is called, and for nothing beside it", async () => {
    const below = (levels: number): string =>
      `{ types { fields { type { ${"ofType { ".repeat(levels - 5)} name ${"} ".repeat(levels - 5)} } } } }`;
    expect(await ask(`{ __schema ${below(15)} }`)).toBe("200 OK");
    expect(await ask(`{ x: __schema ${below(15)} }`)).toBe("200 OK");
    expect(await refuse(`{ __schema ${below(16)} }`)).toBe(TOO_COMPLEX);
    expect(await refuse(`{ ...F } fragment F on Query { __schema ${below(16)} }`)).toBe(TOO_COMPLEX);
    expect(await refuse(deep("nodes { id }").replace("{ viewer", "{ __schema { __typename } viewer"))).toBe(
      TOO_COMPLEX,
    );
    expect(await refuse(deep("nodes { id }").replace("{ viewer", "{ __schema: viewer"))).toBe(TOO_COMPLEX);
  });
});

describe("5 directives in one place", () => {
  const directives = (count: number): string => times(count, "@include(if: true)");

  it("pass this limit; that one may not come twice is another rule", async () => {
    expect(await ask("{ __typename @include(if: true) @skip(if: false) }")).toBe("200 OK");
    expect(await ask(`{ __typename ${directives(5)} }`)).toBe("400 GRAPHQL_VALIDATION_FAILED");
  });

  it.each([
    ["on a field", `{ __typename ${directives(6)} }`],
    ["that nobody knows", `{ __typename ${times(6, (index) => `@x${index}`)} }`],
    ["on a spread", `{ ...F ${directives(6)} } fragment F on Query { __typename }`],
    ["on an inline fragment", `{ ... ${directives(6)} { __typename } }`],
    ["on an operation", `query ${directives(6)} { __typename }`],
    ["on a fragment", `{ ...F } fragment F on Query ${directives(6)} { __typename }`],
    [
      "on a variable",
      `query($a: Int ${directives(6)}) { viewer { repositories(first: $a) { totalCount } } }`,
    ],
  ])("and one are refused: %s", async (_name, document) => {
    expect(await refuse(document)).toBe(TOO_COMPLEX);
  });
});

describe("a cost of 10,000", () => {
  /** 1 for each field, times `first` above it: 2 + 100 * 99 and whatever stands beside. */
  const list = "repositories(first: 100) { nodes { " + aliases(98, "id") + " } }";
  const exactly = (beside: number): string => `{ viewer { ${list} ${aliases(beside)} } }`;

  it("passes", async () => {
    expect(await ask(exactly(98))).toBe("200 OK");
  });

  it("and one is refused", async () => {
    expect(await refuse(exactly(99))).toBe(TOO_COMPLEX);
  });

  it("is counted through aliases, duplicates and fragments alike", async () => {
    const half = (name: string): string =>
      `${name}: repositories(first: 100) { nodes { ${aliases(50, "id")} } }`;
    expect(await ask(`{ viewer { ${half("a")} } }`)).toBe("200 OK");
    expect(await refuse(`{ viewer { ${half("a")} ${half("b")} } }`)).toBe(TOO_COMPLEX);
    expect(await refuse(`{ viewer { ${half("a")} ${half("a")} } }`)).toBe(TOO_COMPLEX);
    expect(await refuse(`{ viewer { ${half("a")} ... { ${half("b")} } } }`)).toBe(TOO_COMPLEX);
    expect(await refuse(`{ viewer { ...F } b: viewer { ...F } } fragment F on Viewer { ${half("a")} }`)).toBe(
      TOO_COMPLEX,
    );
  });

  it("multiplies lists in lists, with 50 where first is left out or null", async () => {
    const nested = (outer: string, inner: string, variables = ""): string =>
      `query${variables} { viewer { organizations${outer} { nodes { organization {
         repositories${inner} { nodes { id } } } } } } }`;
    expect(await ask(nested("(first: 40)", "(first: 100)"))).toBe("200 OK");
    expect(await refuse(nested("(first: 100)", "(first: 100)"))).toBe(TOO_COMPLEX);
    expect(await ask(nested("", "(first: 90)"))).toBe("200 OK");
    expect(await refuse(nested("", "(first: 100)"))).toBe(TOO_COMPLEX);
    expect(await refuse(nested("(first: null)", "(first: 100)"))).toBe(TOO_COMPLEX);
    expect(await refuse(nested("(first: 100)", "(first: $m)", "($m: Int = 100)"))).toBe(TOO_COMPLEX);
    expect(await refuse(nested("(first: 100)", "(first: $n)", "($n: Int)"), { n: 100 })).toBe(TOO_COMPLEX);
  });

  it("is counted anew for other variables of a document that passed before", async () => {
    const document = `query($n: Int) { viewer { repositories(first: $n) { nodes { ${aliases(99, "id")} } } } }`;
    expect(await ask(document, { n: 10 })).toBe("200 OK");
    expect(await ask(document)).toBe("200 OK");
    expect(await refuse(document, { n: 100 })).toBe(TOO_COMPLEX);
    expect(await ask(document, { n: 99 })).toBe("200 OK");

    const optional = `query($all: Boolean!) { viewer { ...F @include(if: $all) __typename } }
      fragment F on Viewer { repositories(first: 100) { nodes { ${aliases(100, "id")} } } }`;
    expect(await ask(optional, { all: false })).toBe("200 OK");
    expect(await refuse(optional, { all: true })).toBe(TOO_COMPLEX);
  });

  it("does not grow with a first that no list takes: that is the field's to refuse", async () => {
    for (const first of [0, -1, 101, 2_000_000_000]) {
      const document = `{ viewer { account { tokens(first: ${first}) { nodes { id } } } } }`;
      expect(await ask(document)).toBe("200 BAD_USER_INPUT");
    }
  });

  it("is that of the operation that was asked for", async () => {
    const both = `query Cheap { __typename } query Dear ${exactly(99)}`;
    const named = async (operationName: string): Promise<number> => {
      const response = await fetch(`${test.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${test.adminSecret}` },
        body: JSON.stringify({ query: both, operationName }),
      });
      return response.status;
    };
    expect([await named("Cheap"), await named("Dear"), await named("Cheap")]).toEqual([200, 400, 200]);
  });
});

describe("documents that grow when they are read", () => {
  it("are refused before they do: fragments that double at each level", async () => {
    const doubling = (levels: number, type: string, inner: (next: string) => string): string =>
      `{ ...F0 } ${times(levels, (index) => `fragment F${index} on ${type} { ${inner(`...F${index + 1}`)} }`)}
       fragment F${levels} on ${type} { __typename }`;
    expect(await refuse(doubling(300, "Query", (next) => `${next} ${next}`))).toBe(TOO_COMPLEX);
    expect(await refuse(doubling(40, "Query", (next) => `${next} ... { ${next} }`))).toBe(TOO_COMPLEX);
    expect(await refuse(doubling(60, "Query", (next) => `a: viewer { ${next} } b: viewer { ${next} }`))).toBe(
      TOO_COMPLEX,
    );
    const chain = doubling(
      3,
      "Organization",
      (next) => `a: repositories(first: 30) { nodes { organization { ${next} } } }`,
    ).replace("{ ...F0 }", '{ organization(slug: "gh/a") { ...F0 } }');
    expect(await refuse(chain)).toBe(TOO_COMPLEX);
  });

  it("are refused, not followed, when fragments go in a circle", async () => {
    const invalid = "400 GRAPHQL_VALIDATION_FAILED";
    expect(await refuse("{ ...F } fragment F on Query { ...F }")).toBe(invalid);
    expect(
      await refuse("{ ...F } fragment F on Query { __typename ...G } fragment G on Query { ...F }"),
    ).toBe(invalid);
    expect(
      await refuse(
        "{ viewer { ...F } } fragment F on Viewer { account { ...G } } fragment G on Account { login ...G }",
      ),
    ).toBe(invalid);
    const circle = times(200, (index) => `fragment F${index} on Query { ...F${(index + 1) % 200} }`);
    expect(await refuse(`{ ...F0 } ${circle}`)).toBe(invalid);
  });

  it("are refused when their fields would have to be compared half a million times", async () => {
    expect(await refuse(`{ ${times(100, `viewer { ${times(35, "__typename")} }`)} }`)).toBe(TOO_COMPLEX);
  });
});

describe("many operations in one document", () => {
  const many = times(500, (index) => `query q${index} { __typename }`);

  it("are answered one at a time", async () => {
    const response = await fetch(`${test.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${test.adminSecret}` },
      body: JSON.stringify({ query: many, operationName: "q499" }),
    });
    expect([response.status, await response.json()]).toEqual([200, { data: { __typename: "Query" } }]);
  });

  it("are none when none is named", async () => {
    expect(await refuse(many)).toBe("400 OPERATION_RESOLUTION_FAILURE");
  });
});

describe("a refused document", () => {
  it("has changed nothing: none of its mutations ran", async () => {
    const count = async (): Promise<unknown> => (await test.rows("SELECT count(*) AS total FROM token"))[0];
    const before = await count();
    const make = 'createAccountToken(input: { label: "x" }) { secret }';
    const dear = `b: createAccountToken(input: { label: "x" }) { token { account { tokens(first: 100) { nodes {
      account { organizations(first: 100) { totalCount nodes { role } } } } } } } }`;
    for (const document of [
      `mutation { a: ${make} ${aliases(100)} }`,
      `mutation { a: ${make} ${dear} }`,
      `mutation { a: ${make} c: __typename ${times(6, "@skip(if: false)")} }`,
      `mutation { a: ${make} } query Other { a: __typename(x: [${times(4000, "1")}]) }`,
    ]) {
      expect(await refuse(document)).toBe(TOO_COMPLEX);
    }
    expect(await count()).toEqual(before);
  });

  it("is refused alike to anonymous callers, once they are let in at all", async () => {
    const nobody = test.client(null);
    for (const document of [`{ ${aliases(101)} }`, `{ __typename ${times(6, "@x")} }`]) {
      expect(outcome(await nobody.send(document))).toBe(TOO_COMPLEX);
    }
    expect(outcome(await nobody.send(`{ viewer { token { ${aliases(101)} } } }`))).toBe(
      "401 UNAUTHENTICATED",
    );
  });

  it("is told why in words of its own, without a name out of it", async () => {
    const { text } = await fresh.client.send(`{ ${aliases(101, "__typename", "n4me")} }`);
    expect(JSON.parse(text)).toEqual({
      errors: [
        {
          message: "the document has more than 100 fields in a selection",
          extensions: { code: "QUERY_TOO_COMPLEX" },
        },
      ],
    });
  });
});

describe("variables that do not fit", () => {
  it("are not looked at beyond the twentieth fault, however many there are", () => {
    const document = parse("query($i: [VerifyTokenInput!]!) { verifyTokens(inputs: $i) { code } }");
    let looked = 0;
    const inputs = new Proxy(Array<number>(100_000).fill(1), {
      get(target, key) {
        if (typeof key === "string" && /^\d+$/.test(key)) looked += 1;
        return Reflect.get(target, key) as unknown;
      },
    });
    const [operation] = document.definitions as [OperationDefinitionNode];
    const { faults } = coerceVariables(createSchema(), document, operation, { i: inputs });
    expect([faults?.length, looked]).toEqual([20, 20]);
  });
});

describe("lists of values", () => {
  it("may name one many times, and are taken for one", async () => {
    const states = Array<string>(33_000).fill("ACTIVE");
    const actions = Array<string>(33_000).fill("TOKEN_CREATED");
    const document = `query($states: [TokenState!], $actions: [AuditAction!]) {
      viewer { account { tokens(states: $states) { totalCount } } }
      auditEvents(first: 1, actions: $actions) { nodes { action } }
    }`;
    expect(await ask(document, { states, actions })).toBe("200 OK");
  });
});

describe("what has to fit, fits", () => {
  const tokenFields = `id kind scope label hint state createdAt expiresAt lastUsedAt imported
    repository { id slug name } account { id login } createdBy { id login name } createdByToken { id label hint }
    replaces { id } replacedBy { id } revokedAt revokedBy { login } revokeReason`;

  it("the full introspection query, with all that it can ask for", async () => {
    for (const everything of [true, false]) {
      const document = getIntrospectionQuery({
        descriptions: everything,
        specifiedByUrl: everything,
        directiveIsRepeatable: everything,
        schemaDescription: everything,
        inputValueDeprecation: everything,
        oneOf: everything,
      });
      expect(await ask(document)).toBe("200 OK");
      expect(outcome(await test.client(null).send(document))).toBe("200 OK");
    }
  });

  it("1000 repository tokens at once, with every useful field", async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `r${index}`);
    await test.repositories(names.map((name) => `gh/bulk/${name}`));
    const { createRepositoryTokens: made } = await test.admin.must<{
      createRepositoryTokens: { tokens: { secret: string; token: { repository: { name: string } } }[] };
    }>(
      `mutation($input: CreateRepositoryTokensInput!) {
        createRepositoryTokens(input: $input) { tokens { secret token { ${tokenFields} } } }
      }`,
      { input: { organization: "gh/bulk", repositories: names, scope: "READ_ONLY", label: "ci" } },
    );
    expect(made.tokens.map(({ token }) => token.repository.name)).toEqual(names);
  });

  it("100 verifications, as a list and as aliases, with every useful field", async () => {
    const fields = `valid code scope expiresAt token { ${tokenFields} } account { id login name kind }
      repository { id slug name viewerScope status }`;
    const good = await test.repositoryToken(await test.repository());
    const inputs = Array.from({ length: 100 }, () => ({ secret: good.secret }));
    const list = await test.admin.must<{ verifyTokens: { valid: boolean }[] }>(
      `query($inputs: [VerifyTokenInput!]!) { verifyTokens(inputs: $inputs) { ${fields} } }`,
      { inputs },
    );
    expect(list.verifyTokens.filter(({ valid }) => valid)).toHaveLength(100);
    const each = await test.admin.must<Record<string, { code: string }>>(
      `query($input: VerifyTokenInput!) { ${times(100, (index) => `v${index}: verifyToken(input: $input) { ...V }`)} }
       fragment V on TokenVerification { ${fields} }`,
      { input: inputs[0] },
    );
    expect(Object.values(each).filter(({ code }) => code === "VALID")).toHaveLength(100);
  });

  it("a page of 100 tokens, builds, members or audit events, with every useful field", async () => {
    const page = (field: string, fields: string): string =>
      `{ organization(slug: "gh/bulk") { ${field}(first: 100) {
         totalCount pageInfo { hasNextPage endCursor } nodes { ${fields} } } } }`;
    expect(await ask(page("tokens", tokenFields))).toBe("200 OK");
    expect(
      await ask(page("repositories", "id slug name viewerScope status description defaultBranch createdAt")),
    ).toBe("200 OK");
    expect(await ask(page("members", "role account { id login name kind }"))).toBe("200 OK");
    expect(
      await ask(
        page(
          "auditEvents",
          `id at action requestId actor { id login } actorToken { id label hint } account { id login }
           organization { id slug } repository { id slug } token { id label hint } scope role reason ip userAgent`,
        ),
      ),
    ).toBe("200 OK");
  });
});

describe("whatever was refused above", () => {
  it("was no use of the token presented", async () => {
    await test.app.services.recorder.flush();
    const { node } = await test.admin.must<{ node: object }>(
      "query($id: ID!) { node(id: $id) { ... on Token { lastUsedAt } } }",
      { id: fresh.id },
    );
    expect(node).toEqual({ lastUsedAt: null });
  });
});
