import type { ApolloServerPlugin, GraphQLRequestListener, GraphQLResponse } from "@apollo/server";
import { HeaderMap } from "@apollo/server";
import {
  type DocumentNode,
  getOperationAST,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from "graphql";
import { AppError, unauthenticated } from "../errors";
import type { Context, ParsedRequest } from "./context";
import { rootFieldsOf, validateDocument } from "./document";
import { answerTo, isExpected, originalOf } from "./format-error";
import { mayBeReplay, refuseKey, retryInput } from "./idempotency";
import { checkShape, CostLimit } from "./limits";
import { type Admitted, runOperation } from "./operation";
import { coerceVariables } from "./variables";

export type Introspection = "on" | "authenticated" | "off";

interface GateOptions {
  readonly schema: GraphQLSchema;
  readonly introspection: Introspection;
  /** Told of every error that is nobody's but ours. */
  readonly onFailure: (error: unknown, requestId: string) => void;
}

type Answer = GraphQLResponse<Record<string, unknown>>;

const isSchemaField = (field: string): boolean => field === "__schema" || field === "__type";
const isVerification = (field: string): boolean => field === "verifyToken" || field === "verifyTokens";
const fixed: readonly GraphQLFormattedError[] = [
  { message: "the document is not valid", extensions: { code: "GRAPHQL_VALIDATION_FAILED" } },
];

export interface OperationGate {
  /** Stands in Apollo's way, for the operations of documents that it parses. */
  readonly plugin: ApolloServerPlugin<Context>;
  /** The same for an operation of a document that was parsed before: Apollo has nothing to do for it. */
  answer(request: ParsedRequest): Promise<Answer>;
}

/**
 * Everything that refuses a parsed operation before it runs, in the order of the product's promise (Apollo's own
 * validation is switched off: it would speak before anonymous callers are sent away, and in words that echo). What
 * passes counts as a use of the token presented, and runs.
 */
export function createGate(options: GateOptions): OperationGate {
  const gate = new Gate(options);
  const done = Promise.resolve();
  const report = (errors: readonly GraphQLError[], requestId: string): void => {
    for (const error of errors) {
      const original = originalOf(error);
      if (!isExpected(error)) error.extensions.requestId = requestId;
      else if (!(original instanceof AppError) || original.cause === undefined) continue;
      options.onFailure(original, requestId);
    }
  };
  const run = async (request: ParsedRequest): Promise<Answer> => {
    const { services, caller } = request.contextValue;
    let admitted: Admitted;
    try {
      admitted = await gate.pass(request);
      if (caller.retry !== null) await services.startRetry(caller.retry, retryInput(request));
      if (!caller.replayOnly) await services.verification.recordUse(caller);
    } catch (error) {
      caller.retry?.end();
      if (error instanceof Refusal) return error.response;
      if (error instanceof AppError) return refused(error.httpStatus, [answerTo(error)]).response;
      throw error;
    }
    return runOperation(request, admitted, report);
  };
  const end = (response: Answer, { caller }: Context): void => {
    caller.retry?.end();
    if (isRateLimited(response)) response.http.status = 429;
  };
  const listener: GraphQLRequestListener<Context> = {
    responseForOperation: run,
    didEncounterErrors({ errors, contextValue }) {
      report(errors, contextValue.caller.origin.requestId);
      return done;
    },
    willSendResponse({ response, contextValue }) {
      end(response, contextValue);
      return done;
    },
  };
  const started = Promise.resolve(listener);
  return {
    plugin: { requestDidStart: () => started },
    async answer(request) {
      const response = await run(request);
      end(response, request.contextValue);
      return response;
    },
  };
}

/** Whether guesses were too many and nothing else came of the whole operation. */
function isRateLimited({ body }: Answer): boolean {
  if (body.kind !== "single") return false;
  const { data, errors = [] } = body.singleResult;
  if (errors.length === 0) return false;
  const nothing = data === undefined || data === null || Object.values(data).every((value) => value === null);
  return nothing && errors.every((error) => error.extensions?.code === "RATE_LIMITED");
}

class Gate {
  /** Faults of a document; looked for once, however often it comes. */
  private readonly known = new WeakMap<DocumentNode, readonly GraphQLFormattedError[]>();
  private readonly roots = new WeakMap<OperationDefinitionNode, readonly string[]>();
  private readonly introspection: Introspection;
  private readonly costs: CostLimit;

  constructor({ introspection, schema }: GateOptions) {
    this.introspection = introspection;
    this.costs = new CostLimit(schema);
  }

  /** Throws the refusal; resolves when the operation may run. */
  async pass(request: ParsedRequest): Promise<Admitted> {
    const { document, contextValue } = request;
    const anonymous = contextValue.caller.authority.actor.kind === "anonymous";
    const operation = getOperationAST(document, request.request.operationName) ?? null;
    const roots = operationsToJudge(document, operation, anonymous).flatMap((one) =>
      this.rootsOf(document, one),
    );

    if (request.request.http?.method === "GET" && roots.some(isVerification)) {
      throw refused(
        405,
        [answerTo(new AppError("BAD_REQUEST", "verifications go over POST"))],
        [["allow", "POST"]],
      );
    }
    await this.count(contextValue, roots);
    const { services, caller } = contextValue;
    if (caller.replayOnly && !mayBeReplay(roots)) await services.verification.refuseReuse(caller);
    if (anonymous && roots.some((field) => !this.isForEverybody(field))) {
      throw unauthenticated("authentication required");
    }
    if (this.introspection === "off" && roots.some(isSchemaField)) {
      throw new AppError("INTROSPECTION_DISABLED", "introspection is disabled");
    }
    const faults = this.faultsOf(request);
    if (faults.length > 0) throw refused(400, anonymous ? fixed : faults);
    if (operation === null) {
      throw new AppError(
        "OPERATION_RESOLUTION_FAILURE",
        "there is no such operation: name one of the document's",
      );
    }
    refuseKey(caller, roots);
    const variables = request.request.variables ?? {};
    const { faults: wrong, values } = coerceVariables(request.schema, document, operation, variables);
    if (wrong !== null) throw refused(400, wrong);
    this.costs.check(document, operation, variables);
    return { operation, values };
  }

  /** Each root field is a guess, but a verifier's verifications: of those only the wrong ones, when they are known. */
  private async count({ services, caller }: Context, roots: readonly string[]): Promise<void> {
    const verifications = roots.filter(isVerification).length;
    const free = verifications > 0 && services.isVerifier(caller) ? verifications : 0;
    await services.rates.count(caller.subject, Math.max(roots.length, 1) - free);
  }

  private isForEverybody(field: string): boolean {
    return (
      field === "__typename" ||
      field === "reportLeakedToken" ||
      (this.introspection === "on" && isSchemaField(field))
    );
  }

  private rootsOf(document: DocumentNode, operation: OperationDefinitionNode): readonly string[] {
    let roots = this.roots.get(operation);
    if (roots === undefined) this.roots.set(operation, (roots = rootFieldsOf(document, operation)));
    return roots;
  }

  private faultsOf({ document, schema }: ParsedRequest): readonly GraphQLFormattedError[] {
    let faults = this.known.get(document);
    if (faults === undefined) {
      checkShape(document);
      faults = validateDocument(schema, document);
      this.known.set(document, faults);
    }
    return faults;
  }
}

/**
 * The operation that was asked for; all of them where that is not clear, and for anonymous callers: all are validated,
 * so one that does not run would tell real names from invented ones.
 */
function operationsToJudge(
  document: DocumentNode,
  operation: OperationDefinitionNode | null,
  anonymous: boolean,
): OperationDefinitionNode[] {
  if (operation !== null && !anonymous) return [operation];
  return document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
}

/** A refusal as it is answered, where an error of ours does not say it all. */
class Refusal extends Error {
  constructor(readonly response: Answer) {
    super("refused");
  }
}

function refused(
  status: number,
  errors: readonly GraphQLFormattedError[],
  headers: readonly [string, string][] = [],
): Refusal {
  return new Refusal({
    http: { status, headers: new HeaderMap(headers) },
    body: { kind: "single", singleResult: { errors } },
  });
}
