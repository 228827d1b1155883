import { ApolloServer, HeaderMap } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { GraphQLSchema } from "graphql";
import type { Context } from "./context";
import { DocumentStore } from "./document-store";
import { formatError } from "./format-error";
import { createGate, type Introspection, type OperationGate } from "./gate";
import { limits } from "./limits";
import { createSchema } from "./schema";

/** The one operation of a POST: a JSON object that was looked through already. */
export interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
}

/** A GET as it came: headers in lower case, the query string with its question mark. */
export interface GetRequest {
  readonly headers: Iterable<readonly [string, string]>;
  readonly search: string;
}

export interface GraphQLHttpAnswer {
  readonly status: number;
  readonly headers: Iterable<readonly [string, string]>;
  readonly body: string;
}

export interface GraphQLEngine {
  post(operation: Operation, context: Context): Promise<GraphQLHttpAnswer>;
  get(request: GetRequest, context: Context): Promise<GraphQLHttpAnswer>;
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
const createApollo = (
  schema: GraphQLSchema,
  gate: OperationGate,
  documents: DocumentStore,
): ApolloServer<Context> =>
  new ApolloServer<Context>({
    schema,
    plugins: [
      gate.plugin,
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
    documentStore: documents,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    nodeEnv: "production",
    logger: silent,
  });

/** Apollo takes what has to be parsed; an operation whose document is known goes to the gate at once. */
export async function startGraphQL(options: EngineOptions): Promise<GraphQLEngine> {
  const schema = createSchema();
  const gate = createGate({ ...options, schema });
  const documents = new DocumentStore(DOCUMENTS_BYTES);
  const server = createApollo(schema, gate, documents);
  await server.start();
  return {
    async post(operation, context) {
      const document = documents.find(operation.query);
      const { body, http } =
        document === undefined
          ? await server.executeOperation(operation, { contextValue: context })
          : await gate.answer({ request: operation, schema, document, contextValue: context });
      if (body.kind !== "single") throw new Error("an answer came in parts, which nobody asked for");
      const { errors, data, extensions } = body.singleResult;
      return {
        status: http.status ?? 200,
        headers: http.headers,
        body: `${JSON.stringify({ errors, data, extensions })}\n`,
      };
    },
    async get({ headers, search }, context) {
      const answer = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: "GET",
          headers: new HeaderMap(headers as Iterable<[string, string]>),
          search,
          body: undefined,
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
