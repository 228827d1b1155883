import {
  buildClientSchema,
  getIntrospectionQuery,
  type GraphQLSchema,
  type IntrospectionQuery,
} from "graphql";
import { useEffect, useState } from "react";
import { post } from "./post";

/** What the server tells the holder of a token of its schema; null: nothing yet, or nothing at all. */
export function useSchema(secret: string | null): GraphQLSchema | null {
  const [told, setTold] = useState<{
    readonly secret: string | null;
    readonly schema: GraphQLSchema | null;
  }>();
  useEffect(() => {
    const asking = new AbortController();
    introspect(secret, asking.signal).then(
      (schema) => {
        setTold({ secret, schema });
      },
      () => undefined,
    );
    return () => {
      asking.abort();
    };
  }, [secret]);
  return told?.secret === secret ? told.schema : null;
}

async function introspect(secret: string | null, signal: AbortSignal): Promise<GraphQLSchema | null> {
  const answer = await post(secret, { query: getIntrospectionQuery() }, { signal });
  const { data } = answer as { readonly data?: IntrospectionQuery | null };
  return data ? buildClientSchema(data) : null;
}
