import { type GraphQLObjectType, isIntrospectionType, isObjectType } from "graphql";
import { rules } from "../../src/domain/rules";
import { createSchema } from "../../src/graphql/schema";

const schema = createSchema();
/** Those of type-graphql take four parameters; ours never ask for the last. */
const isDirect = (coordinate: string): boolean => {
  const [type = "", field = ""] = coordinate.split(".");
  const resolve = (schema.getType(type) as GraphQLObjectType).getFields()[field]?.resolve;
  return resolve !== undefined && resolve.length < 4;
};

describe("fields that are resolved past type-graphql", () => {
  it("have no rule that type-graphql is to ask", () => {
    const ruled = Object.keys(rules).filter((name) => !name.includes("("));
    expect(ruled.length).toBeGreaterThan(40);
    // Its service asks.
    expect(ruled.filter(isDirect)).toEqual(["Token.handover"]);
  });

  it("have no arguments, and are none of queries and mutations", () => {
    const types = Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .filter((type) => !isIntrospectionType(type));
    const direct = types.flatMap((type) =>
      Object.values(type.getFields()).filter(({ name }) => isDirect(`${type.name}.${name}`)),
    );
    expect(direct.length).toBeGreaterThan(100);
    expect(direct.filter(({ args }) => args.length > 0)).toEqual([]);
    for (const type of [schema.getQueryType(), schema.getMutationType()])
      expect(direct.filter((field) => type?.getFields()[field.name] === field)).toEqual([]);
  });

  it("are those that lists have most of", () => {
    for (const coordinate of ["Repository.id", "Repository.slug", "Repository.viewerScope", "Token.state"])
      expect(`${coordinate} ${isDirect(coordinate)}`).toBe(`${coordinate} true`);
  });
});
