import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLResponse } from "@apollo/server";
import { HeaderMap } from "@apollo/server";
import {
  type DocumentNode,
  getOperationAST,
  type GraphQLFormattedError,
  Kind,
  type OperationDefinitionNode,
} from "graphql";
import { AppError, unauthenticated } from "../errors";
import type { Context } from "./context";
import { rootFieldsOf, validateDocument } from "./document";
import { answerTo, isExpected, originalOf } from "./format-error";
import { checkVariables } from "./variables";

export type Introspection = "on" | "authenticated" | "off";

interface GateOptions {
  readonly introspection: Introspection;
  /** Told of every error that is nobody's but ours. */
  readonly onFailure: (error: unknown, requestId: string) => void;
}

type Request = GraphQLRequestContext<Context>;
type Parsed = Request & { readonly document: DocumentNode };
type Refusal = GraphQLResponse<Record<string, unknown>>;

const forEverybody: ReadonlySet<string> = new Set(["__typename", "reportLeakedToken"]);
const schemaFields: readonly string[] = ["__schema", "__type"];
const postOnly: readonly string[] = ["verifyToken", "verifyTokens"];
const fixed: readonly GraphQLFormattedError[] = [
  { message: "the document is not valid", extensions: { code: "GRAPHQL_VALIDATION_FAILED" } },
];

/**
 * Everything that refuses a parsed operation before it runs, in the order of the product's promise (Apollo's own
 * validation is switched off: it would speak before anonymous callers are sent away, and in words that echo). What
 * passes counts as a use of the token presented.
 */
export function createGate(options: GateOptions): ApolloServerPlugin<Context> {
  const gate = new Gate(options.introspection);
  return {
    requestDidStart: () =>
      Promise.resolve({
        responseForOperation: (request) => {
          const response = gate.refuse(request);
          if (response === null) {
            const { services, caller } = request.contextValue;
            services.verification.recordUse(caller.authority.actor);
          }
          return Promise.resolve(response);
        },
        didEncounterErrors: ({ errors, contextValue }) => {
          const { requestId } = contextValue.caller.origin;
          for (const error of errors) {
            const original = originalOf(error);
            if (!isExpected(error)) error.extensions.requestId = requestId;
            else if (!(original instanceof AppError) || original.cause === undefined) continue;
            options.onFailure(original, requestId);
          }
          return Promise.resolve();
        },
      }),
  };
}

class Gate {
  /** What a look at a document showed; looked at once, however often it comes. */
  private readonly known = new WeakMap<DocumentNode, readonly GraphQLFormattedError[]>();

  constructor(private readonly introspection: Introspection) {}

  /** The refusal; null: it may run. */
  refuse(request: Parsed): Refusal | null {
    const { document, contextValue } = request;
    const anonymous = contextValue.caller.authority.actor.kind === "anonymous";
    const operation = getOperationAST(document, request.request.operationName) ?? null;
    const roots = new Set(
      operationsToJudge(document, operation).flatMap((one) => [...rootFieldsOf(document, one)]),
    );

    if (request.request.http?.method === "GET" && postOnly.some((field) => roots.has(field))) {
      return refused(
        405,
        [answerTo(new AppError("BAD_REQUEST", "verifications go over POST"))],
        [["allow", "POST"]],
      );
    }
    if (anonymous && [...roots].some((field) => !this.isForEverybody(field))) {
      return refusedBy(unauthenticated("authentication required"));
    }
    if (this.introspection === "off" && schemaFields.some((field) => roots.has(field))) {
      return refusedBy(new AppError("INTROSPECTION_DISABLED", "introspection is disabled"));
    }
    const faults = this.faultsOf(request);
    if (faults.length > 0) return refused(400, anonymous ? fixed : faults);
    if (operation === null) {
      const message = "there is no such operation: name one of the document's";
      return refusedBy(new AppError("OPERATION_RESOLUTION_FAILURE", message));
    }
    const wrong = checkVariables(request.schema, operation, request.request.variables ?? {});
    return wrong.length > 0 ? refused(400, wrong) : null;
  }

  private isForEverybody(field: string): boolean {
    return forEverybody.has(field) || (this.introspection === "on" && schemaFields.includes(field));
  }

  private faultsOf({ document, schema }: Parsed): readonly GraphQLFormattedError[] {
    let faults = this.known.get(document);
    if (faults === undefined) {
      faults = validateDocument(schema, document);
      this.known.set(document, faults);
    }
    return faults;
  }
}

/** The operation that was asked for; all of them where that is not clear. */
function operationsToJudge(
  document: DocumentNode,
  operation: OperationDefinitionNode | null,
): OperationDefinitionNode[] {
  if (operation !== null) return [operation];
  return document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
}

const refusedBy = (error: AppError): Refusal => refused(error.httpStatus, [answerTo(error)]);

function refused(
  status: number,
  errors: readonly GraphQLFormattedError[],
  headers: readonly [string, string][] = [],
): Refusal {
  return {
    http: { status, headers: new HeaderMap(headers) },
    body: { kind: "single", singleResult: { errors } },
  };
}
