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
