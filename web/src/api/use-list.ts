import { useLocation, useSearchParams } from "react-router";
import type { Failure } from "./failure";
import type { Document } from "./graphql";
import { useAnswer } from "./use-answer";

const PAGE_SIZE = 25;

/** A list as the API pages it. Each operation asks for these fields. */
export interface Connection<Node> {
  readonly nodes: readonly Node[];
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** One page of a list. */
export interface List<Node> {
  /** Undefined until it is there. */
  readonly nodes: readonly Node[] | undefined;
  readonly totalCount: number;
  readonly failure: Failure | null;
  /** Whether another page is on its way while this one is shown. */
  readonly isTurning: boolean;
  /** Undefined: there is none. */
  readonly toNext: (() => void) | undefined;
  readonly toPrevious: (() => void) | undefined;
  readonly retry: () => void;
}

interface Paging {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/**
 * A list of the API, a page at a time. The page is part of the address, so the back button and a reload find it.
 *
 * @param document an operation with the variables `first` and `after`
 * @param pick finds the list in the answer; where it is null, the list failed: refused, or hidden
 * @param name of the address's parameter, where a page of the console has several lists
 */
export function useList<Data, Variables extends Paging, Node>(
  document: Document<Data, Variables>,
  variables: Omit<NoInfer<Variables>, "first" | "after">,
  pick: (data: NoInfer<Data>) => Connection<Node> | null | undefined,
  name = "after",
): List<Node> {
  const { after, trail, turnTo } = useCursor(name);
  const answer = useAnswer(document, variables as Variables, {
    needs: pick,
    page: { first: PAGE_SIZE, after },
  });
  const connection = answer.data === undefined ? undefined : pick(answer.data);
  const { hasNextPage = false, endCursor = null } = connection?.pageInfo ?? {};
  const before = trail.at(-1) ?? null;
  return {
    nodes: connection?.nodes,
    totalCount: connection?.totalCount ?? 0,
    failure: answer.error,
    isTurning: answer.isPlaceholderData,
    toNext: hasNextPage
      ? () => {
          turnTo(endCursor, [...trail, after]);
        }
      : undefined,
    toPrevious:
      after === null
        ? undefined
        : () => {
            turnTo(before, trail.slice(0, -1));
          },
    retry: () => void answer.refetch(),
  };
}

type Trail = readonly (string | null)[];

/** Where in a list the address is, and the way that led there (a link from elsewhere has none: back is the first page). */
function useCursor(name: string): {
  after: string | null;
  trail: Trail;
  readonly turnTo: (after: string | null, trail: Trail) => void;
} {
  const [search, setSearch] = useSearchParams();
  const state = useLocation().state as Readonly<Record<string, Trail>> | null;
  return {
    after: search.get(name),
    trail: state?.[name] ?? [],
    turnTo(after, trail) {
      setSearch(
        (current) => {
          if (after === null) current.delete(name);
          else current.set(name, after);
          return current;
        },
        { state: { ...state, [name]: trail } },
      );
    },
  };
}
