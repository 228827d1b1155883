import type { ObjectLiteral, SelectQueryBuilder } from "typeorm";

/** A part of a list, cut by key: at most `limit` items behind `after` (null: from the beginning). */
export interface Slice<Key> {
  readonly after: Key | null;
  readonly limit: number;
}

/** Newest first, by id: ids grow with time. */
export function newestFirst<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  column: string,
  slice: Slice<number>,
): SelectQueryBuilder<E> {
  if (slice.after !== null) query.andWhere(`${column} < :after`, { after: slice.after });
  return query.orderBy(column, "DESC").limit(slice.limit);
}

interface Parent {
  readonly column: string;
  readonly id: number;
}

/**
 * One parent's, by keys, along the index of parent and keys. Said as a range of that index, not as a parent and an
 * order of keys: for the latter PostgreSQL may walk everybody's rows by key, where it thinks that the parent has many.
 */
export function inOrderOf<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  { column, id }: Parent,
  keys: readonly string[],
  direction: "ASC" | "DESC",
  { after, limit }: Slice<readonly (string | number)[]>,
): SelectQueryBuilder<E> {
  const [beyond, upTo] = direction === "ASC" ? [">", "<="] : ["<", ">="];
  query.andWhere(`${column} ${upTo} :parent`, { parent: id });
  if (after === null) query.andWhere(`${column} ${beyond}= :parent`);
  else {
    const names = after.map((_, place) => `:after${place}`).join(", ");
    const values = Object.fromEntries(after.map((value, place) => [`after${place}`, value]));
    query.andWhere(`(${[column, ...keys].join(", ")}) ${beyond} (:parent, ${names})`, values);
  }
  query.orderBy(column, direction);
  for (const key of keys) query.addOrderBy(key, direction);
  return query.limit(limit);
}

/** The same slice, of keys that are in one piece. */
export const keyed = <Key extends string | number>({ after, limit }: Slice<Key>): Slice<readonly Key[]> => ({
  after: after === null ? null : [after],
  limit,
});

/** By a unique text in byte order. */
export function inKeyOrder<E extends ObjectLiteral>(
  query: SelectQueryBuilder<E>,
  column: string,
  slice: Slice<string>,
): SelectQueryBuilder<E> {
  if (slice.after !== null) query.andWhere(`${column} > :after`, { after: slice.after });
  return query.orderBy(column, "ASC").limit(slice.limit);
}

/** A LIKE pattern (ESCAPE '\') that finds a substring. */
export function substringPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, "\\$&")}%`;
}
