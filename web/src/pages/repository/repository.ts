import type { ResultOf } from "gql.tada";
import { useOutletContext } from "react-router";
import type { RepositoryQuery } from "./operations";

/** The repository that a page is about. */
export type Repository = NonNullable<ResultOf<typeof RepositoryQuery>["repository"]>;

export const useRepository = (): Repository => useOutletContext<Repository>();

export const pathOf = (slug: string): string => `/repositories/${slug}`;
