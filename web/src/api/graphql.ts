import { initGraphQLTada, type TadaDocumentNode } from "gql.tada";
import type { introspection } from "./introspection";

/** Operations of the console: their variables and answers are typed by schema.graphql, which `npm run build` checks them against. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { DateTime: string };
}>();

export type Document<Data, Variables> = TadaDocumentNode<Data, Variables>;
