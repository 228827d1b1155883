import { ApolloServer, HeaderMap } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { Context } from "./context";
import { DocumentStore } from "./document-store";
import { formatError } from "./format-error";
import { createGate, type Introspection } from "./gate";
import { limits } from "./limits";
import { createSchema } from "./schema";

/** A GraphQL request as HTTP brought it: the body is parsed, the headers are lower-case. */
export interface GraphQLHttpRequest {
  readonly method: "GET" | "POST";
  readonly headers: Iterable<readonly [string, string]>;
  /** With its question mark; empty for POST. */
  readonly search: string;
  readonly body: unknown;
}

export interface GraphQLHttpAnswer {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  readonly body: string;
}

export interface GraphQLEngine {
  handle(request: GraphQLHttpRequest, context: Context): Promise<GraphQLHttpAnswer>;
  stop(): Promise<void>;
}

interface EngineOptions {
  readonly introspection: Introspection;
  readonly onFailure: (error: unknown, requestId: string) => void;
}

const DOCUMENTS_BYTES = 16 * 1024 * 1024;

const silent = { debug: noop, info: noop, warn: noop, error: noop };
function noop(): void {
  return undefined;
}

/** Apollo Server with everything set by hand that would otherwise follow NODE_ENV or the environment. */
export async function startGraphQL(options: EngineOptions): Promise<GraphQLEngine> {
  const schema = createSchema();
  const server = new ApolloServer<Context>({
    schema,
    plugins: [
      createGate({ ...options, schema }),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
    formatError,
    // The gate validates, in the order that is promised. It never lets an invalid document through.
    dangerouslyDisableValidation: true,
    parseOptions: { maxTokens: limits.tokens },
    introspection: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    documentStore: new DocumentStore(DOCUMENTS_BYTES),
    csrfPrevention: true,
    status400ForVariableCoercionErrors: true,
    stopOnTerminationSignals: false,
    nodeEnv: "production",
    logger: silent,
  });
  await server.start();
  return {
    async handle(request, context) {
      const answer = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method,
          headers: new HeaderMap(request.headers as Iterable<[string, string]>),
          search: request.search,
          body: request.body,
        },
        context: () => Promise.resolve(context),
      });
      return {
        status: answer.status ?? 200,
        headers: answer.headers,
        body: answer.body.kind === "complete" ? answer.body.string : "",
      };
    },
    stop: () => server.stop(),
  };
}
