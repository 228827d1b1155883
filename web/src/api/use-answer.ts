import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useSession } from "../session/session";
import { toFailure, type Failure } from "./failure";
import type { Document } from "./graphql";
import { textOf } from "./send";

export type Answered<Data> = UseQueryResult<Data, Failure>;

interface Options<Data> {
  readonly enabled?: boolean;
  /** What the answer is of no use without: where it is refused, that is the failure. */
  readonly needs?: (data: Data) => unknown;
  /** Variables that choose a page: until it is there, the one before stays, as long as the other variables do. */
  readonly page?: object;
}

/** The answer to a query, asked again when the window gets the focus and after every change. Never for secrets: it is kept. */
export function useAnswer<Data, Variables>(
  document: Document<Data, Variables>,
  variables: NoInfer<Variables>,
  { enabled = true, needs, page }: Options<NoInfer<Data>> = {},
): Answered<Data> {
  const { ask } = useSession();
  const list = JSON.stringify(variables);
  return useQuery<Data, Failure, Data, readonly [string, string, object?]>({
    queryKey: [textOf(document), list, page],
    queryFn: async ({ signal }) => {
      try {
        return await ask(document, { ...variables, ...page }, { signal, needs });
      } catch (error) {
        throw toFailure(error);
      }
    },
    enabled,
    placeholderData: (before, query) =>
      page !== undefined && query?.queryKey[1] === list ? before : undefined,
  });
}
