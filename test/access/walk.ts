import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  buildSchema,
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
} from "graphql";
import type { Sel } from "./oracle";
import type { Args } from "./values";

/** The schema as it was emitted from the classes and committed: the walk takes every field of it. */
export const schema: GraphQLSchema = buildSchema(
  readFileSync(join(__dirname, "..", "..", "schema.graphql"), "utf8"),
);

export function objectType(name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`${name} is no type of object`);
  return type;
}

/** Every coordinate of the schema: `Type.field`. */
export function coordinates(of: GraphQLSchema = schema): string[] {
  return Object.values(of.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .filter((type) => !type.name.startsWith("__"))
    .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
}

/** A question at the root that leads to objects of a type. */
export interface Entry {
  readonly label: string;
  readonly field: string;
  readonly args: Args;
  readonly type: string;
  /** How many types far the ways from it are gone: all four from one object of each kind. */
  readonly depth: number;
}

/** The fields of Query, and where each leads to: node(id) to every type that implements Node. */
export function rootFields(): Pick<Entry, "field" | "type">[] {
  return Object.values(objectType("Query").getFields()).flatMap(({ name: field, type }) => {
    const named = getNamedType(type);
    const types = isInterfaceType(named) ? schema.getPossibleTypes(named) : [named];
    return types.map((one) => ({ field, type: one.name.replace("Connection", "") }));
  });
}

/** Every list of the schema: where it stands, and what it lists. */
export function listTypes(): Step[] {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  return types.flatMap(({ name }) => stepsFrom(name)).filter((step) => step.isList);
}

/** A step from a type to another, through a list or not. */
export interface Step {
  readonly field: string;
  readonly on: string;
  readonly type: string;
  readonly isList: boolean;
}

function stepsFrom(type: string): Step[] {
  return Object.values(objectType(type).getFields()).flatMap((field) => stepOver(type, field) ?? []);
}

function stepOver(on: string, field: GraphQLField<unknown, unknown>): Step | null {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return null;
  // What is told of a token's uses leads to no other object.
  if (type.name.startsWith("TokenUsage") || type.name === "TokenHandover") return null;
  const isList = type.name.endsWith("Connection");
  return { field: field.name, on, type: isList ? type.name.replace("Connection", "") : type.name, isList };
}

/** Every way from the root by so many types, the one that the root field leads to included. */
export function waysOf({ field, type }: Pick<Entry, "field" | "type">, depth: number): Step[][] {
  const first = stepOver("Query", objectType("Query").getFields()[field]!);
  let ways: Step[][] = [[first ?? { field, on: "Query", type, isList: false }]];
  for (let at = 1; at < depth; at += 1)
    ways = ways.flatMap((way) => stepsFrom(way.at(-1)!.type).map((step) => [...way, step]));
  return ways;
}

export const styles = [
  "plain",
  "aliases",
  "inline fragments",
  "named fragments",
  "nested fragments",
  "interface fragments",
  "include and skip",
  "variables",
  "twice",
  "edges",
] as const;
export type Style = (typeof styles)[number];

/** How many of each list are asked for, by how many lists there are on the way. */
const MOST: readonly number[] = [12, 12, 4, 3, 2];
const STATES = ["ACTIVE", "RETIRING", "ROTATED", "EXPIRED", "REVOKED"];

/** `viewer.organizations.organization` */
export const nameOf = (way: readonly Step[]): string => way.map((step) => step.field).join(".");

/** A way as a field of Query, with everything of the type at its end. */
export function fieldFor(way: readonly Step[], entryArgs: Args, rootKey: string, style: Style): Sel {
  const first = MOST[way.filter((step) => step.isList).length]!;
  let inner = everythingOf(way.at(-1)!.type, style, way.length);
  for (let at = way.length - 1; at >= 0; at -= 1) {
    const step = way[at]!;
    const key = at === 0 ? rootKey : keyOf(step.field, style);
    const args = {
      ...(at === 0 ? entryArgs : {}),
      ...argsFor(step, first, style),
      ...towards(step, way.slice(at + 1)),
    };
    inner = [over(step, key, args, inner, style, way.length)];
  }
  return inner[0]!;
}

function argsFor({ field, isList, on }: Step, first: number, style: Style): Args {
  if (!isList) return {};
  const every = field === "tokens" && style !== "plain" && style !== "twice" ? { states: STATES } : {};
  const least =
    on === "Viewer" && field === "repositories" && style === "variables" ? { minimumScope: "ADMIN" } : {};
  return { first, ...every, ...least };
}

/** Of a list, what has something where the way goes on. */
function towards({ field, isList }: Step, [next, afterNext]: readonly Step[]): Args {
  if (!isList || next === undefined) return {};
  if (field === "tokens" && next.field === "replacedBy") return { states: ["ROTATED"] };
  if (field === "tokens" && next.field === "revokedBy") return { states: ["REVOKED"] };
  if (field !== "auditEvents") return {};
  if (next.field === "token")
    return { actions: afterNext?.field === "revokedBy" ? ["TOKEN_REVOKED"] : ["TOKEN_ROTATED"] };
  if (next.field === "account") return { actions: ["ACCOUNT_UPDATED", "COLLABORATOR_SET", "MEMBERSHIP_SET"] };
  return next.field === "repository" ? { actions: ["BUILD_REPORTED", "REPOSITORY_UPDATED"] } : {};
}

const keyOf = (field: string, style: Style): string => (style === "aliases" ? `my_${field}` : field);

/** A way is at most as deep as a document may be: lists are opened by their edges only where there is room. */
function over(step: Step, key: string, args: Args, inner: readonly Sel[], style: Style, depth: number): Sel {
  const { field, on, type, isList } = step;
  const plain = { field, key, args, on, asked: false };
  if (!isList) return { ...plain, type, children: inner };
  const list = `${type}Connection`;
  const one = { args: {}, asked: false };
  const opened: Sel =
    style === "edges" && depth <= 2
      ? {
          ...{ ...one, field: "edges", key: "edges", on: list, type: `${type}Edge` },
          children: [{ ...one, field: "node", key: "node", on: `${type}Edge`, type, children: inner }],
        }
      : { ...one, field: "nodes", key: keyOf("nodes", style), on: list, type, children: inner };
  return { ...plain, type: list, children: [opened] };
}

/** All fields of a type; of those that lead on, as much as shows whether they do. */
export function everythingOf(type: string, style: Style, depth = 1): Sel[] {
  return Object.values(objectType(type).getFields()).map((field): Sel => {
    const step = stepOver(type, field);
    const plain = { field: field.name, key: keyOf(field.name, style), on: type, asked: true };
    if (step === null) return { ...plain, args: {}, ...told(field, style) };
    const args = argsFor(step, 2, style);
    if (!step.isList) return { ...plain, args, type: step.type, children: glimpse(step.type, style) };
    return { ...plain, args, type: `${step.type}Connection`, children: list(step.type, style, depth) };
  });
}

/** What a field that leads to no other object tells: a value, or values in a type of their own. */
function told(field: GraphQLField<unknown, unknown>, style: Style): Pick<Sel, "type" | "children"> {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return { type: null, children: [] };
  const children = Object.values(type.getFields()).map((inner): Sel => {
    const plain = { field: inner.name, key: keyOf(inner.name, style), on: type.name, asked: true };
    return { ...plain, args: {}, ...told(inner, style) };
  });
  return { type: type.name, children };
}

/** All of what a mutation answers, and all fields of the objects in it. */
export function answerOf(payload: string, style: Style): Sel[] {
  return Object.values(objectType(payload).getFields()).map((field): Sel => {
    const step = stepOver(payload, field);
    const plain = { field: field.name, key: keyOf(field.name, style), args: {}, on: payload, asked: true };
    if (step === null) return { ...plain, type: null, children: [] };
    const inner = step.type.endsWith("Payload") ? answerOf(step.type, style) : everythingOf(step.type, style);
    return { ...plain, type: step.type, children: inner };
  });
}

function glimpse(type: string, style: Style): Sel[] {
  const field = "id" in objectType(type).getFields() ? "id" : type === "Membership" ? "role" : "scope";
  return ["__typename", field].map((name) => ({
    ...{ field: name, key: keyOf(name, style), args: {}, on: type, type: null, children: [], asked: false },
  }));
}

function list(type: string, style: Style, depth: number): Sel[] {
  const on = `${type}Connection`;
  const leaf = (field: string, within: string, asked = true): Sel => ({
    ...{ field, key: keyOf(field, style), args: {}, on: within, type: null, children: [], asked },
  });
  const held = (field: string, of: string, within: string, children: readonly Sel[]): Sel => ({
    ...leaf(field, within),
    type: of,
    children,
  });
  const nodes = held("nodes", type, on, glimpse(type, style));
  if (style !== "edges" || depth > 2) return [leaf("totalCount", on), nodes];
  const page = ["hasNextPage", "hasPreviousPage", "startCursor", "endCursor"];
  return [
    nodes,
    held("edges", `${type}Edge`, on, [
      leaf("cursor", `${type}Edge`),
      held("node", type, `${type}Edge`, glimpse(type, style)),
    ]),
    held(
      "pageInfo",
      "PageInfo",
      on,
      page.map((field) => leaf(field, "PageInfo")),
    ),
    leaf("__typename", on, false),
    leaf("totalCount", on),
  ];
}
