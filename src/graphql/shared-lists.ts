import type { GraphQLObjectType, GraphQLSchema } from "graphql";
import { getNamedType, isObjectType } from "graphql";
import type { Authority } from "../services/authority";
import type { Connection } from "../services/page";
import type { Context } from "./context";

type List = Connection<unknown> | null;

/**
 * Reads a list once for all fields of a request that ask for the same one, and counts it once for all of its pages. A
 * document within the limits may name five thousand lists: they are read one after another, with a turn of the event
 * loop in between, so that other requests need not wait for all of them.
 */
export function shareLists(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isObjectType(type) && !type.name.startsWith("__")) shareListsOf(type);
  }
}

function shareListsOf(type: GraphQLObjectType): void {
  for (const field of Object.values(type.getFields())) {
    const { name, resolve } = field;
    if (resolve === undefined || !getNamedType(field.type).name.endsWith("Connection")) continue;
    field.resolve = (source: { readonly id?: number } | undefined, args: object, context: Context, info) => {
      const lists = listsOf(context.caller.authority);
      const given = withoutRepetitions(args);
      const { first, after, ...filter } = given;
      const list = `${type.name} ${source?.id ?? ""} ${name} ${JSON.stringify(filter)}`;
      const part = `${list} ${JSON.stringify([first, after])}`;
      return lists.once(part, async () => {
        const found = (await resolve(source, given, context, info)) as List;
        return (
          found && {
            page: () => lists.once(`${part} page`, () => found.page()),
            total: () => lists.once(`${list} total`, () => found.total()),
          }
        );
      });
    };
  }
}

const distinct = new WeakMap<readonly unknown[], readonly unknown[]>();

/**
 * Names every state and action once. A variable of a megabyte may say one a hundred thousand times, and be named by
 * each field: all of them are given the same array, which is gone through for the first alone.
 */
function withoutRepetitions(args: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]: [string, unknown]) => {
      if (!Array.isArray(value)) return [name, value];
      const known = distinct.get(value) ?? [...new Set<unknown>(value)];
      distinct.set(value, known);
      return [name, known];
    }),
  );
}

/** What was read with one authority: a mutation brings a new one, and with it all is read anew. */
class Lists {
  private readonly known = new Map<string, Promise<unknown>>();
  private turn: Promise<void> = Promise.resolve();

  once<T>(key: string, read: () => Promise<T>): Promise<T> {
    let found = this.known.get(key) as Promise<T> | undefined;
    if (found === undefined) {
      this.turn = this.turn.then(() => new Promise(setImmediate));
      found = this.turn.then(read);
      this.known.set(key, found);
    }
    return found;
  }
}

const byAuthority = new WeakMap<Authority, Lists>();

function listsOf(authority: Authority): Lists {
  let lists = byAuthority.get(authority);
  if (lists === undefined) byAuthority.set(authority, (lists = new Lists()));
  return lists;
}
