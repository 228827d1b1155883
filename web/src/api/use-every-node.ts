import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSession, type Session } from "../session/session";
import { toFailure, type Failure } from "./failure";
import type { Document } from "./graphql";
import { textOf } from "./send";
import type { Connection } from "./use-list";

/** The most that the server gives at once. */
const PAGE_SIZE = 100;

export interface Paging {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

interface Walk<Data, Variables, Node> {
  readonly document: Document<Data, Variables>;
  readonly variables: Omit<Variables, "first" | "after">;
  /** Finds the list in the answer; null: it is not for this person. */
  readonly pick: (data: Data) => Connection<Node> | null | undefined;
  readonly signal?: AbortSignal;
  /** Told how many there are so far. */
  readonly onProgress?: (count: number) => void;
}

/** Every node of a list, page after page. */
export async function everyNode<Data, Variables extends Paging, Node>(
  ask: Session["ask"],
  { document, variables, pick, signal, onProgress }: Walk<Data, Variables, Node>,
): Promise<Node[]> {
  const nodes: Node[] = [];
  for (let after: string | null | undefined = null; after !== undefined;) {
    const page = { ...variables, first: PAGE_SIZE, after } as Variables;
    const list: Connection<Node> | null | undefined = pick(await ask(document, page, { signal }));
    nodes.push(...(list?.nodes ?? []));
    onProgress?.(nodes.length);
    after = list?.pageInfo.hasNextPage === true ? list.pageInfo.endCursor : undefined;
  }
  return nodes;
}

export interface EveryNode<Node> {
  /** Undefined until all are there. */
  readonly nodes: readonly Node[] | undefined;
  /** How many are there so far. */
  readonly count: number;
  readonly failure: Failure | null;
  readonly retry: () => void;
}

/** Every node of a list, read once: for what is done to all of them. Tables show pages, see `useList`. */
export function useEveryNode<Data, Variables extends Paging, Node>(
  document: Document<Data, Variables>,
  variables: Omit<NoInfer<Variables>, "first" | "after">,
  pick: (data: NoInfer<Data>) => Connection<Node> | null | undefined,
  enabled: boolean,
): EveryNode<Node> {
  const { ask } = useSession();
  const [count, setCount] = useState(0);
  const { data, error, refetch } = useQuery<Node[], Failure>({
    queryKey: ["every node", textOf(document), variables],
    queryFn: async ({ signal }) => {
      try {
        return await everyNode(ask, { document, variables, pick, signal, onProgress: setCount });
      } catch (failure) {
        throw toFailure(failure);
      }
    },
    enabled,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  return { nodes: data, count, failure: error, retry: () => void refetch() };
}
