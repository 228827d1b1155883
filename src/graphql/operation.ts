import { type GraphQLResponse, HeaderMap } from "@apollo/server";
import {
  execute,
  type GraphQLError,
  type GraphQLFormattedError,
  type OperationDefinitionNode,
} from "graphql";
import { AppError } from "../errors";
import { CompiledOperations } from "./execution/compiled-operations";
import type { ParsedRequest } from "./context";
import { answerTo, formatError } from "./format-error";
import type { Variables } from "./variables";

type Data = Record<string, unknown> | null;
type Answer = GraphQLResponse<Record<string, unknown>>;

/** What is to run, and its variables as resolvers get them. */
export interface Admitted {
  readonly operation: OperationDefinitionNode;
  readonly values: Variables;
}

const noHeaders = new HeaderMap();
const compiled = new CompiledOperations();

/**
 * Runs an operation that was let through. Apollo would do it the same way, and would look meanwhile for listeners that
 * there are not and for clients that take an answer in parts, which nobody may ask for (docs/performance.md).
 * `report`: told of the errors before they are answered.
 */
export async function runOperation(
  { request, schema, document, contextValue }: ParsedRequest,
  { operation, values }: Admitted,
  report: (errors: readonly GraphQLError[], requestId: string) => void,
): Promise<Answer> {
  const run = compiled.of(schema, document, operation);
  const { data, errors } =
    run !== null
      ? await run(contextValue, values)
      : await execute({
          schema,
          document,
          contextValue,
          variableValues: request.variables,
          operationName: request.operationName,
        });
  if (errors === undefined) return answer(undefined, undefined, data);
  // Nothing ran, because a variable was refused that the gate had let through.
  if (data === undefined)
    return answer(400, [answerTo(new AppError("BAD_USER_INPUT", "a variable does not fit its type"))]);
  report(errors, contextValue.caller.origin.requestId);
  return answer(
    undefined,
    errors.map((error) => formatError(error, error)),
    data,
  );
}

function answer(
  status: number | undefined,
  errors: readonly GraphQLFormattedError[] | undefined,
  data?: Data,
): Answer {
  return { http: { status, headers: noHeaders }, body: { kind: "single", singleResult: { data, errors } } };
}
