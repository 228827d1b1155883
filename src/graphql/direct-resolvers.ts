import type { GraphQLFieldResolver, GraphQLSchema } from "graphql";
import { isObjectType } from "graphql";
import { getMetadataStorage } from "type-graphql";
import type { Context } from "./context";

type Storage = ReturnType<typeof getMetadataStorage>;
type Field = NonNullable<Storage["objectTypes"][number]["fields"]>[number];
type Method = Storage["fieldResolvers"][number];
type Param = NonNullable<Method["params"]>[number];
type Resolve = GraphQLFieldResolver<Record<string, unknown>, Context>;

/**
 * Fields that need nothing of type-graphql get resolvers that do nothing else: no rule, no middleware, no argument, but
 * a property, or a method of the object and the context. For every call type-graphql puts the parameters in order anew,
 * and wraps what it calls: half of the memory that a list of fifty repositories takes (docs/performance.md).
 */
export function resolveDirectly(schema: GraphQLSchema): void {
  const { objectTypes, fieldResolvers } = getMetadataStorage();
  for (const { name, target, fields = [] } of objectTypes) {
    const type = schema.getType(name);
    if (!isObjectType(type)) continue;
    for (const field of fields) {
      const made = type.getFields()[field.schemaName];
      if (made === undefined || field.target !== target || !isFree(field)) continue;
      const methods = fieldResolvers.filter(
        (one) => one.getObjectType?.() === target && one.methodName === field.name,
      );
      const [method] = methods;
      if (methods.length > 1 || (method !== undefined && !isFree(method))) continue;
      made.resolve = (method === undefined ? propertyOf(field.name) : callTo(method)) ?? made.resolve;
    }
  }
}

const isFree = ({ roles, middlewares = [] }: Pick<Field | Method, "roles" | "middlewares">): boolean =>
  roles === undefined && middlewares.length === 0;

const propertyOf =
  (name: string): Resolve =>
  (source) =>
    source[name];

type Read = (source: unknown, context: Context) => unknown;

/** Null where the method is one of the object's own, or takes anything else. */
function callTo({ kind, target, methodName, params = [] }: Method): Resolve | null {
  const [first, second, ...more] = [...params].sort((a, b) => a.index - b.index).map(readOf);
  if (kind !== "external" || first === null || second === null || more.length > 0) return null;
  const resolvers = new (target as new () => Record<string, (...values: unknown[]) => unknown>)();
  const call = resolvers[methodName]?.bind(resolvers);
  if (call === undefined) return null;
  if (first === undefined) return () => call();
  if (second === undefined) return (source, _args, context) => call(first(source, context));
  return (source, _args, context) => call(first(source, context), second(source, context));
}

function readOf(param: Param): Read | null {
  if (param.kind === "context") {
    const name = param.propertyName as keyof Context | undefined;
    return name === undefined ? (_source, context) => context : (_source, context) => context[name];
  }
  // Of a class an instance would be made.
  const isPlain = param.kind === "root" && param.propertyName === undefined && param.getType === undefined;
  return isPlain ? (source) => source : null;
}
