import type { GraphQLSchema } from "graphql";

/** No list of inputs may be longer: the services refuse the thousand-and-first item. */
const MOST = 1000;

/**
 * Cuts lists of objects in arguments behind the item that shows that they are too many. Each field that names a variable
 * gets its value made into objects of its own: a list of a megabyte, named a hundred times, would take minutes.
 */
export function cutLongLists(schema: GraphQLSchema): void {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      const { resolve } = field;
      if (resolve === undefined) continue;
      // A list is an argument, or a field of the one that is called input.
      field.resolve = (source, args: unknown, context, info): unknown =>
        resolve(source, cut(args, 2), context, info);
    }
  }
}

/** Whether a list that stands at most so many levels deep in it is to be cut. */
function isTooLong(value: unknown, levels: number): boolean {
  if (Array.isArray(value)) return value.length > MOST && typeof value[0] === "object";
  if (levels === 0 || typeof value !== "object" || value === null || value instanceof Date) return false;
  for (const name in value) {
    if (isTooLong((value as Readonly<Record<string, unknown>>)[name], levels - 1)) return true;
  }
  return false;
}

/** What stands at most so many levels deep in it, cut. */
function cut(value: unknown, levels: number): unknown {
  if (!isTooLong(value, levels)) return value;
  if (Array.isArray(value)) return value.slice(0, MOST + 1);
  const entries = Object.entries(value as object);
  return Object.fromEntries(entries.map(([name, inside]) => [name, cut(inside, levels - 1)]));
}
