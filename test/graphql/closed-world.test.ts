import "reflect-metadata";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, extendSchema, parse } from "graphql";
import { Field } from "type-graphql";
import { AccountObject } from "../../src/graphql/account/account.object";
import { findUnruled } from "../../src/graphql/closed-world";
import { createSchema } from "../../src/graphql/schema";

describe("the closed world", () => {
  const schema = buildSchema(readFileSync(join(__dirname, "..", "..", "schema.graphql"), "utf8"));
  const unruledWith = (text: string): string[] => findUnruled(extendSchema(schema, parse(text)));

  it("holds for the schema as it is", () => {
    expect(findUnruled(schema)).toEqual([]);
  });

  it.each([
    ["a query", "extend type Query { digests: [String!] }", "Query.digests"],
    ["a mutation", "extend type Mutation { stealToken(id: ID!): Token }", "Mutation.stealToken"],
    ["a field of a type that has public fields", "extend type Token { digest: String }", "Token.digest"],
    [
      "a field of a type that has ruled fields",
      "extend type Repository { secret: String }",
      "Repository.secret",
    ],
    [
      "a field whose name is public elsewhere",
      "extend type AuditEvent { login: String }",
      "AuditEvent.login",
    ],
    ["a type", "type Vault { key: String } extend type Query { viewerVault: Vault }", "Vault.key"],
    ["an interface", "interface Secretive { secret: String }", "Secretive.secret"],
    [
      "a subscription",
      "extend schema { subscription: Events } type Events { tokens: Token }",
      "Events.tokens",
    ],
  ])("names %s without a rule", (_, text, coordinate) => {
    expect(unruledWith(text)).toContain(`${coordinate} has no rule`);
  });

  it("names nothing else for one field too many", () => {
    expect(unruledWith("extend type Token { digest: String }")).toEqual(["Token.digest has no rule"]);
  });

  it("names rules and public fields that the schema no longer has", () => {
    const stale = findUnruled(buildSchema("type Query { viewer: String }"));
    expect(stale).toContain("Mutation.createAccount is not in the schema");
    expect(stale).toContain("Token.label is not in the schema");
  });
});

describe("a schema with a field that has neither a rule nor a place on the public list", () => {
  it("cannot be made: neither the build nor the server starts with it", () => {
    // Declared as any field is. TypeGraphQL reads the declarations once, so no schema is made in this file before.
    Field(() => String, { nullable: true })(AccountObject.prototype, "passwordHash");
    expect(() => createSchema()).toThrow("the schema is not closed:\nAccount.passwordHash has no rule");
  });
});
