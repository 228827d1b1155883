import type { DocumentNode, GraphQLSchema } from "graphql";
import type { Caller } from "../services/caller";
import type { Services } from "../services/services";

/** What every resolver gets. The caller's authority changes with each mutation field: see `Caller.become`. */
export interface Context {
  readonly caller: Caller;
  readonly services: Services;
}

/** One operation of a document that was parsed, as Apollo and our own engine hand it on. */
export interface ParsedRequest {
  readonly request: {
    readonly variables?: Record<string, unknown>;
    readonly operationName?: string;
    /** Apollo's alone; left out: POST. */
    readonly http?: { readonly method: string };
  };
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly contextValue: Context;
}
