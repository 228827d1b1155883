import { buildSchema, execute, type GraphQLSchema, parse } from "graphql";
import { cutLongLists } from "../../src/graphql/long-lists";
import { TestApp } from "../support/kit";

/** A schema whose fields answer with the arguments that their resolvers got. */
function echoing(): GraphQLSchema {
  const schema = buildSchema(`
    input Item { name: String }
    input ItemsInput { items: [Item!]!, names: [String!], item: Item, count: Int = 7 }
    type Query {
      direct(items: [Item!]!, names: [String!]): String
      nested(input: ItemsInput!): String
    }
    type Mutation { nested(input: ItemsInput!): String }
  `);
  for (const type of [schema.getQueryType()!, schema.getMutationType()!]) {
    for (const field of Object.values(type.getFields()))
      field.resolve = (_source, args) => JSON.stringify(args);
  }
  cutLongLists(schema);
  return schema;
}

async function got(
  operation: "query" | "mutation",
  field: "direct" | "nested",
  value: object,
): Promise<unknown> {
  const [definition, use] =
    field === "nested"
      ? ["$input: ItemsInput!", "input: $input"]
      : ["$items: [Item!]!, $names: [String!]", "items: $items, names: $names"];
  const { data, errors } = await execute({
    schema: echoing(),
    document: parse(`${operation}(${definition}) { ${field}(${use}) }`),
    variableValues: field === "nested" ? { input: value } : (value as Record<string, unknown>),
  });
  expect(errors).toBeUndefined();
  return JSON.parse(String(data?.[field]));
}

const items = (count: number): object[] =>
  Array.from({ length: count }, (_, index) => ({ name: `n${index}` }));
const names = (count: number): string[] => items(count).map((_, index) => `n${index}`);

describe("a list of objects in an argument", () => {
  it("comes as it is up to 1000 items, and with one more when there are more", async () => {
    expect(await got("query", "direct", { items: items(1000) })).toEqual({ items: items(1000) });
    expect(await got("query", "direct", { items: items(1001) })).toEqual({ items: items(1001) });
    expect(await got("query", "direct", { items: items(50_000) })).toEqual({ items: items(1001) });
  });

  it("is cut in an input too, of queries and mutations, and nothing beside it", async () => {
    for (const operation of ["query", "mutation"] as const) {
      const input = { items: items(5000), names: names(5000), item: { name: "x" } };
      expect(await got(operation, "nested", input)).toEqual({
        input: { items: items(1001), names: names(5000), item: { name: "x" }, count: 7 },
      });
    }
  });

  it("is refused as too long, as often as it is named, and none of it is looked at", async () => {
    const test = await TestApp.start();
    try {
      const aliases = Array.from(
        { length: 100 },
        (_, index) => `v${index}: verifyTokens(inputs: $inputs) { code }`,
      );
      const { data, errors, status } = await test.admin.send(
        `query($inputs: [VerifyTokenInput!]!) { ${aliases.join(" ")} }`,
        { inputs: Array.from({ length: 20_000 }, () => ({ secret: "x" })) },
      );
      expect([status, new Set(Object.values(data ?? {}))]).toEqual([200, new Set([null])]);
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(Array(100).fill("LIMIT_EXCEEDED"));

      const repositories = Array.from({ length: 1001 }, (_, index) => ({ slug: `gh/long/r${index}` }));
      const refused = await test.admin.send(
        "mutation($input: ImportRepositoriesInput!) { importRepositories(input: $input) { createdCount } }",
        { input: { repositories } },
      );
      expect(refused.errors[0]?.extensions).toEqual({ code: "LIMIT_EXCEEDED", field: "repositories" });
      expect(await test.rows("SELECT id FROM repository")).toEqual([]);
    } finally {
      await test.close();
    }
  });
});
