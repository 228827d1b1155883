import {
  astFromValue,
  buildSchema,
  getNamedType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isSpecifiedScalarType,
  print,
} from "graphql";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (path: string): GraphQLSchema => buildSchema(readFileSync(join(__dirname, path), "utf8"));
const contract = read("../data/contract.graphql");
const schema = read("../../schema.graphql");

const defaultOf = ({ defaultValue, type }: GraphQLArgument | GraphQLInputField): string => {
  const node = defaultValue === undefined ? null : astFromValue(defaultValue, type);
  return node ? ` = ${print(node)}` : "";
};
const inputLine = (name: string, input: GraphQLArgument | GraphQLInputField): string =>
  `${name}: ${String(input.type)}${defaultOf(input)}`;

/** Everything that a client can rely on, a line for each: `Token.label: String!`, `Viewer.organizations(first:): Int = 50`. */
function linesOf(type: GraphQLNamedType): string[] {
  const lines = [`${type.name} is a ${type.constructor.name}`];
  if (isEnumType(type)) lines.push(...type.getValues().map(({ name }) => `${type.name}.${name}`));
  if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields()))
      lines.push(inputLine(`${type.name}.${field.name}`, field));
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    lines.push(...type.getInterfaces().map(({ name }) => `${type.name} implements ${name}`));
    for (const field of Object.values(type.getFields())) {
      const name = `${type.name}.${field.name}`;
      lines.push(
        `${name}: ${String(field.type)}`,
        ...field.args.map((arg) => inputLine(`${name}(${arg.name}:)`, arg)),
      );
    }
  }
  return lines;
}

const ownTypes = (of: GraphQLSchema): GraphQLNamedType[] =>
  Object.values(of.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));
const promised = ownTypes(contract).flatMap(linesOf);
const given = new Set(ownTypes(schema).flatMap(linesOf));

describe("the contract", () => {
  it("is kept: names, types, nullability, arguments and defaults", () => {
    expect(promised.length).toBeGreaterThan(500);
    expect(promised.filter((line) => !given.has(line))).toEqual([]);
  });

  it("is not narrowed by what the schema adds to it: no added argument or field of an input is required", () => {
    const required = ownTypes(schema).flatMap((type) => {
      const known = contract.getType(type.name);
      if (isInputObjectType(type) && isInputObjectType(known)) {
        return Object.values(type.getFields())
          .filter((field) => isRequiredInputField(field) && !(field.name in known.getFields()))
          .map((field) => `${type.name}.${field.name}`);
      }
      if (!isObjectType(type) || !isObjectType(known)) return [];
      return Object.values(type.getFields()).flatMap((field) =>
        field.args
          .filter((arg) => isRequiredArgument(arg))
          .filter((arg) => !known.getFields()[field.name]?.args.some(({ name }) => name === arg.name))
          .filter(() => field.name in known.getFields())
          .map((arg) => `${type.name}.${field.name}(${arg.name}:)`),
      );
    });
    expect(required).toEqual([]);
  });
});

describe("the schema", () => {
  it("has a null to give for every mutation, so that a failing one never takes a secret of its sibling along", () => {
    const fields = Object.values(schema.getMutationType()!.getFields());
    expect(fields.filter((field) => String(field.type).endsWith("!")).map(({ name }) => name)).toEqual([]);
  });

  it("gives every list at the root, and of an object, as a connection", () => {
    const plain = ["Account", "Organization", "Repository", "Viewer", "Query"].flatMap((name) => {
      const type = schema.getType(name);
      if (!isObjectType(type)) return [name];
      return Object.values(type.getFields())
        .filter((field) => String(field.type).startsWith("["))
        .map((field) => `${name}.${field.name}`);
    });
    expect(plain).toEqual(["Query.verifyTokens"]);
  });

  it("pages every connection alike", () => {
    const connections = ownTypes(schema).flatMap((type) =>
      isObjectType(type)
        ? Object.values(type.getFields()).filter((field) =>
            getNamedType(field.type).name.endsWith("Connection"),
          )
        : [],
    );
    expect(connections.length).toBeGreaterThan(15);
    for (const { args } of connections) {
      const lines = args.map((arg) => inputLine(arg.name, arg));
      expect(lines).toEqual(expect.arrayContaining(["first: Int = 50", "after: String"]));
      expect(lines.filter((line) => /^(last|before|offset|skip|page)\b/.test(line))).toEqual([]);
    }
  });
});
