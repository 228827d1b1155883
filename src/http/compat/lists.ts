import type { FastifyRequest } from "fastify";
import { badInput } from "../../errors";
import type { Connection, PageArgs } from "../../services/page";
import { queryOf } from "../query";

const PAGE = 100;

/** A part of a list as one page: its items, where it goes on (null: nowhere), and how many there are in all. */
export interface Part<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
  readonly total: number;
}

type List<T> = (args: PageArgs) => Promise<Connection<T>>;

/** At most so many items behind a cursor: the lists of the services give a hundred at a time, these clients ask for more. */
export async function gather<T>(list: List<T>, most: number, after: string | null = null): Promise<Part<T>> {
  const items: T[] = [];
  let cursor = after;
  for (;;) {
    const found = await list({ first: Math.min(PAGE, most - items.length), after: cursor });
    const page = await found.page();
    items.push(...page.edges.map((edge) => edge.node));
    cursor = page.hasNextPage ? (page.edges.at(-1)?.cursor ?? null) : null;
    if (cursor === null || items.length >= most) return { items, cursor, total: await found.total() };
  }
}

/** A whole number of the query. BAD_USER_INPUT when it is none, or out of range. */
export function numberOf(
  request: FastifyRequest,
  name: string,
  { fallback, least, most }: { fallback: number; least: number; most: number },
): number {
  const text = queryOf(request, name) ?? "";
  const value = text === "" ? fallback : /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (!(value >= least && value <= most))
    throw badInput(name, `must be a whole number from ${least} to ${most}`);
  return value;
}
