import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from "graphql";
import type { Answer } from "../support/client";
import { type Bad, Baselines, fieldOf, type Leaf, leaves, schema } from "../support/inputs";
import { TestApp } from "../support/kit";

/** Stands in every bad value: it must come back nowhere. */
const M = "Mk7marker";
const MEGABYTE = M.repeat(Math.floor(1_000_000 / M.length));

let test: TestApp;
let baselines: Baselines;
beforeAll(async () => {
  test = await TestApp.start({
    env: {
      RATE_LIMIT_PER_MINUTE: "0",
      MAX_TOKENS_PER_ACCOUNT: "100000",
      MAX_TOKENS_PER_REPOSITORY: "100000",
    },
  });
  baselines = await Baselines.prepare(test);
});
afterAll(() => test.close());

/** What a text can be that is hardly ever meant. */
const texts: Readonly<Record<string, string>> = {
  empty: "",
  spaces: "   ",
  "a megabyte": MEGABYTE,
  "a zero byte": `${M}\0${M}`,
  "a bell": `${M}\u0007${M}`,
  "an escape sequence": `${M}\u001b[31m${M}`,
  "a line break": `${M}\n${M}`,
  "a line separator": `${M}\u2028${M}`,
  "a control character of the second block": `${M}\u0085${M}`,
  "a first half of a surrogate pair": `${M}\ud800${M}`,
  "a second half of a surrogate pair": `\udc00${M}`,
  emoji: `${M} 🔑👩‍👩‍👧`,
  SQL: `${M}' OR 1=1; --`,
  "a path": `../../${M}`,
  "a template": `\${${M}} {{${M}}} %s`,
  markup: `<script>${M}</script>`,
};
const printable = ["emoji", "SQL", "a path", "a template", "markup"];

interface Kind {
  /** What the refusal says is allowed; without one a text is never a bad one: there is just nothing of that name. */
  readonly allowed?: RegExp;
  /** Of the texts above, those that are taken; all others are refused. */
  readonly takes: readonly string[];
  /** The outcome of a text that names nothing, where there is no bound. */
  readonly missing?: "NOT_FOUND" | "OK";
  /** At the bounds: taken, and no longer taken. */
  readonly good?: () => readonly string[];
  readonly bad?: readonly string[];
}

let serial = 0;
const unique = (length: number): string => String((serial += 1)).padStart(length, "z0");
const line = (least: 0 | 1, most: number): Kind => ({
  allowed: new RegExp(`^must be ${least} to ${most} characters without control characters$`),
  takes: least === 0 ? ["empty", "spaces", ...printable] : printable,
  good: () => ["x", "x".repeat(most), "🔑".repeat(most), `  ${"x".repeat(most)}  `],
  bad: ["x".repeat(most + 1), "🔑".repeat(most + 1)],
});
const badNames = ["", ".", "..", "a b", "a:b", "ä", "a".repeat(101), "a%2e", "a\\b"];
const reference: Kind = { takes: [], missing: "NOT_FOUND" };
const lookup: Kind = { takes: [], missing: "OK" };

const kinds = {
  label: line(1, 100),
  name: line(1, 100),
  branch: line(1, 255),
  description: line(0, 1000),
  reason: line(0, 200),
  search: line(0, 200),
  newLogin: {
    allowed: /^must be 1 to 39 letters, digits and single inner hyphens$/,
    takes: [],
    good: () => [unique(1), unique(39), `A-${unique(3)}-b`],
    bad: ["a".repeat(40), "-a", "a-", "a--b", "a_b", "a.b", "a b", "ä", "🔑", "а", "@a", "a/b"],
  },
  newOrganization: {
    allowed: /^must be provider\/name; providers: gh, ghe, gl, gle, bb, bbe; the name must be 1 to 100 of /,
    takes: [],
    good: () => [`gh/${unique(100)}`, `bbe/A.b_c-${unique(3)}`],
    bad: [
      "gh",
      "gh/",
      "/a",
      "xx/a",
      "gh/a/b",
      "gh//a",
      " gh/a",
      "gh/a ",
      ...badNames.map((name) => `gh/${name}`),
    ],
  },
  newRepository: {
    allowed:
      /^must be provider\/organization\/name; providers: gh, ghe, gl, gle, bb, bbe; each name must be 1 to 100 of /,
    takes: [],
    good: () => [`gh/inputs/${unique(100)}`, `gh/inputs/A.b_c-${unique(3)}`],
    bad: [
      ...["gh/inputs", "gh/inputs/", "xx/inputs/a", "gh/inputs/a/b", "gh//a", "gh/../a", " gh/inputs/a"],
      ...badNames.map((name) => `gh/inputs/${name}`),
    ],
  },
  newName: {
    allowed: /^must be 1 to 100 of A-Z a-z 0-9 \. _ -, not \. or \.\.$/,
    takes: [],
    good: () => ["REPO", "repo"],
    bad: [...badNames, "a/b"],
  },
  commit: {
    allowed: /^must be 7 to 64 hexadecimal digits$/,
    takes: [],
    good: () => ["abcdef0", "ABCDEF0", "0".repeat(64)],
    bad: ["abcdef", "0".repeat(65), "abcdefg", "0xabcdef", " abcdef0"],
  },
  url: {
    allowed: /^must be an http or https URL of at most 2000 characters$/,
    takes: [],
    good: () => ["http://a", "HTTPS://example.com/a?b=c#d", `https://example.com/${"a".repeat(1980)}`],
    bad: [
      ...[
        "a",
        "//example.com",
        "ftp://example.com",
        "javascript:alert(1)",
        "data:,x",
        "file:///etc/passwd",
        "http://",
      ],
      ...["https:// example.com", " https://example.com", `https://example.com/${"a".repeat(1981)}`],
    ],
  },
  digest: {
    allowed: /^must be 64 hexadecimal digits$/,
    takes: [],
    good: () => ["ab".repeat(32), "CD".repeat(32)],
    bad: ["a".repeat(63), "a".repeat(65), `${"a".repeat(63)}g`, `0x${"a".repeat(62)}`, ` ${"a".repeat(64)}`],
  },
  leftOut: { allowed: /^must be left out for a repository token$/, takes: [] },
  cursor: { allowed: /^must be a cursor of this list$/, takes: [] },
  secret: { takes: Object.keys(texts) },
  reference,
  lookup,
} satisfies Record<string, Kind>;

// What every text and id of the schema is. The arguments that all lists have are not repeated.
const kindOf: Readonly<Record<string, keyof typeof kinds>> = {
  "Mutation.cancelHandover(input.id)": "reference",
  "Mutation.createAccount(input.login)": "newLogin",
  "Mutation.createAccount(input.name)": "name",
  "Mutation.createAccountToken(input.account)": "reference",
  "Mutation.createAccountToken(input.label)": "label",
  "Mutation.createOrganization(input.slug)": "newOrganization",
  "Mutation.createRepository(input.defaultBranch)": "branch",
  "Mutation.createRepository(input.description)": "description",
  "Mutation.createRepository(input.slug)": "newRepository",
  "Mutation.createRepositoryToken(input.label)": "label",
  "Mutation.createRepositoryToken(input.repository)": "reference",
  "Mutation.createRepositoryTokens(input.label)": "label",
  "Mutation.createRepositoryTokens(input.organization)": "reference",
  "Mutation.createRepositoryTokens(input.repositories)": "reference",
  "Mutation.deleteRepository(input.slug)": "reference",
  "Mutation.finishHandover(input.id)": "reference",
  "Mutation.importRepositories(input.repositories.0.defaultBranch)": "branch",
  "Mutation.importRepositories(input.repositories.0.description)": "description",
  "Mutation.importRepositories(input.repositories.0.slug)": "newRepository",
  "Mutation.importTokens(input.tokens.0.account)": "leftOut",
  "Mutation.importTokens(input.tokens.0.label)": "label",
  "Mutation.importTokens(input.tokens.0.repository)": "reference",
  "Mutation.importTokens(input.tokens.0.sha256)": "digest",
  "Mutation.removeCollaborator(input.login)": "reference",
  "Mutation.removeCollaborator(input.repository)": "reference",
  "Mutation.removeMembership(input.login)": "reference",
  "Mutation.removeMembership(input.organization)": "reference",
  "Mutation.renameRepository(input.name)": "newName",
  "Mutation.renameRepository(input.slug)": "reference",
  "Mutation.reportBuild(input.branch)": "branch",
  "Mutation.reportBuild(input.commit)": "commit",
  "Mutation.reportBuild(input.repository)": "reference",
  "Mutation.reportBuild(input.url)": "url",
  "Mutation.reportLeakedToken(input.secret)": "secret",
  "Mutation.reportLeakedToken(input.url)": "url",
  "Mutation.resumeAccount(input.login)": "reference",
  "Mutation.revokeToken(input.id)": "reference",
  "Mutation.revokeToken(input.reason)": "reason",
  "Mutation.revokeTokens(input.account)": "reference",
  "Mutation.revokeTokens(input.ids)": "reference",
  "Mutation.revokeTokens(input.organization)": "reference",
  "Mutation.revokeTokens(input.reason)": "reason",
  "Mutation.revokeTokens(input.repository)": "reference",
  "Mutation.rotateToken(input.id)": "reference",
  "Mutation.rotateToken(input.label)": "label",
  "Mutation.rotateTokens(input.account)": "reference",
  "Mutation.rotateTokens(input.ids)": "reference",
  "Mutation.rotateTokens(input.organization)": "reference",
  "Mutation.rotateTokens(input.repository)": "reference",
  "Mutation.setCollaborator(input.login)": "reference",
  "Mutation.setCollaborator(input.repository)": "reference",
  "Mutation.setMembership(input.login)": "reference",
  "Mutation.setMembership(input.organization)": "reference",
  "Mutation.suspendAccount(input.login)": "reference",
  "Mutation.suspendAccount(input.reason)": "reason",
  "Mutation.updateAccount(input.login)": "reference",
  "Mutation.updateAccount(input.name)": "name",
  "Mutation.updateRepository(input.defaultBranch)": "branch",
  "Mutation.updateRepository(input.description)": "description",
  "Mutation.updateRepository(input.slug)": "reference",
  "Organization.repositories(query)": "search",
  "Organization.tokens(createdBy)": "lookup",
  "Query.account(login)": "lookup",
  "Query.accounts(query)": "search",
  "Query.node(id)": "lookup",
  "Query.organization(slug)": "lookup",
  "Query.organizations(query)": "search",
  "Query.repository(slug)": "lookup",
  "Query.verifyToken(input.repository)": "lookup",
  "Query.verifyToken(input.secret)": "secret",
  "Query.verifyTokens(inputs.0.repository)": "lookup",
  "Query.verifyTokens(inputs.0.secret)": "secret",
  "Repository.builds(branch)": "branch",
  "Repository.status(branch)": "branch",
  "Repository.tokens(createdBy)": "lookup",
  "Viewer.repositories(query)": "search",
};

const typeName = ({ type }: Leaf): string => getNamedType(type).name;
const isText = (leaf: Leaf): boolean => ["String", "ID"].includes(typeName(leaf));
const isCursor = ({ path }: Leaf): boolean => path.join() === "after";
/** The arguments that many lists have alike: they are read in one place, so a few values each will do. */
const isShared = ({ field, path }: Leaf): boolean => path.length === 1 && !field.startsWith("Query.");
const isList = ({ type }: Leaf): boolean => isListType(getNullableType(type));

/** The same value in both places that it can come from. */
function bothWays(leaf: Leaf, value: unknown): readonly Bad[] {
  const json = JSON.stringify(value);
  return [{ value: isList(leaf) ? [value] : value }, { literal: isList(leaf) ? `[${json}]` : json }];
}

async function ask(leaf: Leaf, bad: Bad): Promise<Answer> {
  const { query, variables } = await baselines.operation(leaf.field, leaf, bad);
  return test.admin.send(query, variables);
}

const codeOf = ({ errors }: Answer): string => errors[0]?.extensions.code ?? "OK";

/** Both at once: the answer is the one that is due, and what was sent is not in it. */
function expectOutcome(answer: Answer, leaf: Leaf, code: string, allowed?: RegExp): void {
  expect(answer.text).not.toContain(M);
  expect({ code: codeOf(answer), errors: answer.errors.length }).toEqual({
    code,
    errors: code === "OK" ? 0 : 1,
  });
  expect(answer.status).toBe(code === "GRAPHQL_PARSE_FAILED" ? 400 : 200);
  if (code !== "BAD_USER_INPUT") return;
  const [error] = answer.errors;
  expect(error!.extensions).toEqual({ code, field: fieldOf(leaf) });
  expect(error!.message.startsWith(`${fieldOf(leaf)}: `)).toBe(true);
  expect(error!.message.slice(fieldOf(leaf).length + 2)).toMatch(allowed!);
}

const kindFor = (leaf: Leaf): Kind => kinds[isCursor(leaf) ? "cursor" : kindOf[leaf.coordinate]!];

describe("every text and id of the schema", () => {
  const named = leaves.filter((leaf) => isText(leaf) && !isCursor(leaf)).map(({ coordinate }) => coordinate);

  it("has a row in the table of this test, and every row is in the schema", () => {
    expect(Object.keys(kindOf).sort()).toEqual([...named].sort());
  });

  it("has good arguments around it: what is refused below is refused for its own sake", async () => {
    for (const field of new Set(leaves.map((leaf) => leaf.field))) {
      const { query, variables } = await baselines.operation(field);
      expect({ field, code: await test.admin.code(query, variables) }).toEqual({ field, code: "OK" });
    }
  });
});

const cases = leaves.map((leaf) => [leaf.coordinate, leaf] as const);

describe("a text that nobody means", () => {
  it.each(cases.filter(([, leaf]) => isText(leaf)))(
    "is taken or refused by the bounds of %s",
    async (_name, leaf) => {
      const kind = kindFor(leaf);
      for (const [name, text] of Object.entries(texts)) {
        const due = kind.takes.includes(name) ? "OK" : (kind.missing ?? "BAD_USER_INPUT");
        for (const bad of bothWays(leaf, text)) {
          // Half a surrogate pair cannot be written in a document.
          const isHalf = bad.literal !== undefined && name.includes("surrogate");
          expectOutcome(await ask(leaf, bad), leaf, isHalf ? "GRAPHQL_PARSE_FAILED" : due, kind.allowed);
        }
      }
      expect(test.log.join("\n")).not.toContain(M);
    },
  );
});

describe("a text at its bounds", () => {
  const bounded = cases.filter(([, leaf]) => isText(leaf) && kindFor(leaf).bad !== undefined);

  it.each(bounded)("is taken up to there, and no further: %s", async (_name, leaf) => {
    const { good, bad = [], allowed } = kindFor(leaf);
    for (const text of good?.() ?? []) {
      // Once each: it may be a name that is taken afterwards.
      expect({ text, code: codeOf(await ask(leaf, { value: text })) }).toEqual({ text, code: "OK" });
    }
    for (const text of bad) {
      for (const one of bothWays(leaf, text))
        expectOutcome(await ask(leaf, one), leaf, "BAD_USER_INPUT", allowed);
    }
  });
});

const literals: Readonly<Record<string, readonly string[]>> = {
  String: ["1", "1.5", "true", M, `{ a: "${M}" }`, `[["${M}"]]`, `["${M}", 1]`],
  ID: ["1.5", "true", M, `{ a: "${M}" }`, `[["${M}"]]`],
  Int: [
    `"${M}"`,
    "1.5",
    "2147483648",
    "-2147483649",
    "99999999999999999999",
    "1e3",
    "true",
    M,
    "{ a: 1 }",
    "[[1]]",
  ],
  Boolean: [`"${M}"`, '"true"', "1", "0", M, "True", "{ a: true }", "[[true]]"],
  DateTime: [
    `"${M}"`,
    '"2026-02-30T00:00:00Z"',
    '"2026-11-22"',
    '""',
    "1795322367",
    "true",
    M,
    `{ a: "${M}" }`,
  ],
  enum: [
    `"${M}"`,
    M,
    '"STATUS"',
    '"ACTIVE"',
    "status",
    "1",
    "true",
    "{ a: ACTIVE }",
    "[[ACTIVE]]",
    "constructor",
  ],
};
const values: Readonly<Record<string, readonly unknown[]>> = {
  String: [1, 1.5, true, { a: M }, [[M]], [M, 1], {}],
  ID: [1.5, true, { a: M }, [[M]], {}],
  Int: [M, "1", 1.5, 2147483648, -2147483649, 1e21, true, { a: 1 }, [[1]], ""],
  Boolean: [M, "true", 1, 0, {}, [[true]], ""],
  DateTime: [M, "2026-02-30T00:00:00Z", "2026-11-22", "", 0, 1795322367000, true, {}, [M, 1]],
  enum: [M, "", "status", " STATUS", 0, 1, true, {}, [["ACTIVE"]], "constructor", "__proto__"],
};

describe("a value of another type", () => {
  const few = <T>(leaf: Leaf, all: readonly T[]): readonly T[] => (isShared(leaf) ? all.slice(0, 3) : all);
  const typeOf = (leaf: Leaf): string => (isEnumType(getNamedType(leaf.type)) ? "enum" : typeName(leaf));

  it.each(cases)("is refused in the document of %s", async (_name, leaf) => {
    const more = isNonNullType(leaf.type) ? ["null"] : [];
    for (const literal of [...few(leaf, literals[typeOf(leaf)]!), ...more]) {
      const answer = await ask(leaf, { literal });
      expect({ literal, status: answer.status, code: codeOf(answer) }).toEqual({
        literal,
        status: 400,
        code: "GRAPHQL_VALIDATION_FAILED",
      });
      expect(answer.text).not.toContain(M);
    }
  });

  it.each(cases)("is refused in a variable of %s, under its field", async (_name, leaf) => {
    const more = isNonNullType(leaf.type) ? [null] : [];
    for (const value of [...few(leaf, values[typeOf(leaf)]!), ...more]) {
      const answer = await ask(leaf, { value });
      const [error] = answer.errors;
      expect({ value, status: answer.status, code: codeOf(answer) }).toEqual({
        value,
        status: 400,
        code: "BAD_USER_INPUT",
      });
      expect(`${error!.extensions.field!}.`.startsWith(`${fieldOf(leaf)}.`)).toBe(true);
      expect(error!.message).toMatch(/: must (?:be|not be null)/);
      expect(answer.text).not.toContain(M);
    }
  });

  it.each(cases.filter(([, leaf]) => !isNonNullType(leaf.type)))(
    "is not null: %s, which may be left out",
    async (_name, leaf) => {
      for (const bad of [{ value: null }, { literal: "null" }]) {
        expect(["OK", "BAD_USER_INPUT"]).toContain(codeOf(await ask(leaf, bad)));
      }
    },
  );
});

describe("an input", () => {
  const inputs = leaves.filter(
    (leaf, index) =>
      leaf.path.length > 1 &&
      leaves.findIndex((one) => one.field === leaf.field && one.path.length === leaf.path.length) === index,
  );

  it.each(inputs.map((leaf) => [leaf.field, leaf] as const))(
    "of %s has the fields of its type and no others",
    async (_name, leaf) => {
      const extra: Leaf = { ...leaf, path: [...leaf.path.slice(0, -1), `x${M}`] };
      for (const bad of [{ value: M }, { value: null }, { value: { [M]: M } }]) {
        const answer = await ask(extra, bad);
        expect([answer.status, codeOf(answer)]).toEqual([400, "BAD_USER_INPUT"]);
        expect(answer.errors[0]!.message).toMatch(
          /must be an object with the fields of \w+Input, and no others$/,
        );
        expect(answer.text).not.toContain(M);
      }
      for (const literal of [`"${M}"`, "null", M, "$x"]) {
        const answer = await ask(extra, { literal });
        expect([answer.status, codeOf(answer)]).toEqual([400, "GRAPHQL_VALIDATION_FAILED"]);
        if (literal !== "$x") expect(answer.text).not.toContain(M);
      }
    },
  );

  it("is looked at in every field: all inputs of the schema are among these", () => {
    const found = new Set(inputs.map((leaf) => leaf.field));
    const taking = Object.values({
      ...schema.getQueryType()!.getFields(),
      ...schema.getMutationType()!.getFields(),
    })
      .filter((field) => field.args.some((arg) => isInputObjectType(getNamedType(arg.type))))
      .map(({ name }) => name);
    expect(taking.filter((name) => ![...found].some((field) => field.endsWith(`.${name}`)))).toEqual([]);
  });
});
