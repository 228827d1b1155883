import fc from "fast-check";
import {
  buildSchema,
  execute,
  getOperationAST,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
  parse,
} from "graphql";
import { compileOperation } from "../../src/graphql/execution/compile-operation";
import { CompiledOperations } from "../../src/graphql/execution/compiled-operations";

const schema = withResolvers(
  buildSchema(`
    interface Named { name: String! }
    enum Color { RED GREEN }
    type Leaf implements Named { name: String! color: Color size(times: Int = 2, of: Color): Int }
    type Branch implements Named { name: String! leaf: Leaf! leaves: [Leaf!] named: [Named] branch: Branch must: Branch! }
    type Query { branch: Branch sure: Branch! leaves: [Leaf]! echo(text: String = "none", list: [Int!], color: Color): String }
  `),
);

/** What a field gives: by the field's name from its source, which is made up by the property. */
function withResolvers(made: GraphQLSchema): GraphQLSchema {
  const read: GraphQLFieldResolver<Source | undefined, Run> = (source, _args, run, { fieldName }) => {
    const given = (source ?? run.source)[fieldName];
    if (given instanceof Later && !run.atOnce) return given.arrive();
    const value = given instanceof Later ? given.value : given;
    if (value instanceof Error) throw value;
    return value;
  };
  for (const type of Object.values(made.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    for (const field of Object.values(type.getFields())) field.resolve = read;
  }
  const { size } = (made.getType("Leaf") as GraphQLObjectType).getFields();
  const echo = made.getQueryType()?.getFields().echo;
  if (size) size.resolve = (_source, { times }: { times?: number }) => times;
  if (echo) echo.resolve = (_source, args) => JSON.stringify(args);
  return made;
}

type Source = Readonly<Record<string, unknown>>;
interface Run {
  readonly source: Source;
  /** Whether nothing is waited for. */
  readonly atOnce: boolean;
}

/** A value that comes later, or an error. */
class Later {
  constructor(readonly value: unknown) {}

  arrive(): Promise<unknown> {
    return this.value instanceof Error ? Promise.reject(this.value) : Promise.resolve(this.value);
  }
}

interface Answer {
  readonly data: unknown;
  readonly errors: string[];
}

async function both(text: string, source: object, variables = {}): Promise<{ ours: Answer; theirs: Answer }> {
  const document = parse(text);
  const operation = getOperationAST(document);
  const query = operation && compileOperation(schema, document, operation);
  if (!query) throw new Error("it is not compiled");
  const ours = await query({ source, atOnce: false }, variables);
  // At once: it leaves rejections that nobody handles where a sibling fails before.
  const contextValue = { source, atOnce: true };
  const theirs = await execute({ schema, document, contextValue, variableValues: variables });
  const shown = (result: typeof theirs): Answer => ({
    data: JSON.parse(JSON.stringify(result.data ?? null)) as unknown,
    errors: (result.errors ?? []).map(({ path }) => (path ?? []).join(".")),
  });
  return { ours: shown(ours), theirs: shown(theirs) };
}

const failed = new Error("failed");
const maybe = (value: fc.Arbitrary<unknown>, isLater: fc.Arbitrary<boolean>): fc.Arbitrary<unknown> => {
  const found = fc.oneof(
    { weight: 6, arbitrary: value },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, failed) },
  );
  return fc.tuple(found, isLater).map(([one, later]) => (later ? new Later(one) : one));
};

function sources(isLater: fc.Arbitrary<boolean>): fc.Arbitrary<object> {
  const { source } = fc.letrec<{ source: object; leaf: object; branch: object }>((tie) => {
    const one = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => maybe(value, isLater);
    const name = one(fc.constantFrom<unknown>("a", "b"));
    const list = (item: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
      one(
        fc.array(fc.oneof({ weight: 5, arbitrary: item }, { weight: 1, arbitrary: fc.constant(null) }), {
          maxLength: 3,
        }),
      );
    return {
      leaf: fc.record({
        __typename: fc.constant("Leaf"),
        name,
        color: one(fc.constantFrom<unknown>("RED", "GREEN", "no colour")),
      }),
      branch: fc.record({
        __typename: fc.constant("Branch"),
        name,
        leaf: one(tie("leaf")),
        leaves: list(tie("leaf")),
        named: list(fc.oneof({ depthSize: "small" }, tie("leaf"), tie("branch"))),
        branch: one(fc.oneof({ depthSize: "small" }, fc.constant(null), tie("branch"))),
        must: one(fc.oneof({ depthSize: "small" }, fc.constant(null), tie("branch"))),
      }),
      source: fc.record({ branch: one(tie("branch")), sure: one(tie("branch")), leaves: list(tie("leaf")) }),
    };
  });
  return source;
}

const QUERY = `
  query All { branch { ...Whole again: branch { ...Whole } } sure { __typename leaf { name } } leaves { name color size } }
  fragment Whole on Branch {
    name
    leaf { name ...on Named { other: name } ...on Branch { never: name } }
    leaf { color }
    leaves { name }
    named { __typename name ...on Leaf { color } ...on Branch { leaf { name } } }
    must { name }
  }`;

describe("a compiled operation", () => {
  it("answers what graphql-js answers, whatever the resolvers give at once", async () => {
    await fc.assert(
      fc.asyncProperty(sources(fc.constant(false)), async (source) => {
        const { ours, theirs } = await both(QUERY, source);
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 1000 },
    );
  });

  it("answers the same data when values come later, each error in it told once", async () => {
    await fc.assert(
      fc.asyncProperty(sources(fc.boolean()), async (source) => {
        const { ours, theirs } = await both(QUERY, source);
        expect(ours.data).toEqual(theirs.data);
        expect(ours.errors.length === 0).toBe(theirs.errors.length === 0);
        expect(new Set(ours.errors).size).toBe(ours.errors.length);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ["{ echo }", {}],
    ['{ echo(text: "written", color: GREEN, list: [1, 2]) }', {}],
    ["{ echo(list: 3, text: null) }", {}],
    ["query($text: String) { echo(text: $text) }", {}],
    ["query($text: String) { echo(text: $text) }", { text: null }],
    [
      "query($list: [Int!], $one: Int!) { a: echo(list: $list) b: echo(list: [$one, 2]) }",
      { list: [1], one: 5 },
    ],
    ["query($color: Color = RED) { echo(color: $color) }", { color: "GREEN" }],
  ])("gives the resolvers the arguments of %s", async (text, variables) => {
    const { ours, theirs } = await both(text, {}, variables);
    expect(ours).toEqual(theirs);
    expect(ours.errors).toEqual([]);
  });

  it("works out once what a fragment asks for in a thousand places", async () => {
    const LEVELS = 11;
    const fragments = Array.from(
      { length: LEVELS },
      (_, level) =>
        `fragment F${level} on Branch { a: branch { ...F${level + 1} } b: branch { ...F${level + 1} } }`,
    );
    const document = parse(
      `{ branch { ...F0 } } ${fragments.join(" ")} fragment F${LEVELS} on Branch { name }`,
    );
    const branch: Record<string, unknown> = { name: "again" };
    branch.branch = branch;
    const looks = jest.spyOn(schema.getType("Branch") as GraphQLObjectType, "getFields");
    const { data } = await compileOperation(schema, document, getOperationAST(document)!)!(
      { source: { branch }, atOnce: true },
      {},
    );
    expect(looks.mock.calls.length).toBeLessThan(10 * LEVELS);
    looks.mockRestore();
    expect(JSON.stringify(data).match(/again/g)).toHaveLength(2 ** LEVELS);
  });

  it.each([
    "mutation { first { name } may second { name } }",
    "mutation { first { name } must second { name } }",
  ])("does the fields of %s one after another, none behind a null that takes everything", async (text) => {
    const done: string[] = [];
    const step =
      (name: string, value: unknown): (() => Promise<unknown>) =>
      async () => {
        done.push(`${name} begins`);
        await new Promise(setImmediate);
        done.push(`${name} ends`);
        return value;
      };
    const thing = { name: step("a name", "x") };
    const changing = buildSchema(`
      type Thing { name: String }
      type Query { nothing: Int }
      type Mutation { first: Thing may: Int must: Int! second: Thing }
    `);
    const rootValue = {
      first: step("first", thing),
      may: step("may", null),
      must: step("must", null),
      second: step("second", thing),
    };
    for (const field of Object.values(changing.getMutationType()!.getFields()))
      field.resolve = () => rootValue[field.name as keyof typeof rootValue]();
    const document = parse(text);
    const theirs = await execute({ schema: changing, document });
    const inTurn = done.splice(0);
    const ours = await compileOperation(changing, document, getOperationAST(document)!)!({}, {});
    expect(done).toEqual(inTurn);
    expect(JSON.parse(JSON.stringify(ours.data))).toEqual(JSON.parse(JSON.stringify(theirs.data)));
    expect(ours.errors?.map(({ path }) => path)).toEqual(theirs.errors?.map(({ path }) => path));
  });

  it.each([
    ["introspection", "{ __schema { description } }"],
    ["a directive", "query($no: Boolean!) { echo @skip(if: $no) }"],
    ["a name that means something in an object", "{ __proto__: echo }"],
  ])("leaves %s to graphql-js", (_what, text) => {
    const document = parse(text);
    const operation = getOperationAST(document);
    expect(operation && compileOperation(schema, document, operation)).toBeNull();
  });
});

describe("compiled operations", () => {
  it("are kept until they are too many fields together, whatever the length of their documents", () => {
    const FIELDS = 100;
    const fragment = `fragment All on Query { ${Array.from({ length: FIELDS }, (_, n) => `e${n}: echo`).join(" ")} }`;
    const document = parse(
      `${Array.from({ length: 250 }, (_, n) => `query Q${n} { ...All }`).join(" ")} ${fragment}`,
    );
    const operations = new CompiledOperations();
    const compiled = (name: string) => operations.of(schema, document, getOperationAST(document, name)!);
    const first = compiled("Q0");
    expect(compiled("Q0")).toBe(first);
    for (let n = 1; n < 199; n++) compiled(`Q${n}`);
    expect(compiled("Q0")).toBe(first);
    for (let n = 199; n < 250; n++) compiled(`Q${n}`);
    expect(compiled("Q0")).not.toBe(first);
  });
});
