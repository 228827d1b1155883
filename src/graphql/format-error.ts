import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { AppError, type ErrorCode } from "../errors";
import { limits } from "./limits";

/** An error as it is answered: the message is ours, so that it never holds a value, a suggestion or a stack. */
export function answerTo(error: AppError): GraphQLFormattedError {
  const { field, requiredScope, grantedScope } = error.details;
  return {
    message: error.message,
    extensions: {
      code: error.code,
      ...(field === undefined ? {} : { field }),
      ...(requiredScope === undefined ? {} : { requiredScope, grantedScope }),
    },
  };
}

// What Apollo itself refuses, before and beside us, under our codes and in our words.
const apolloCodes: Readonly<Record<string, { code: ErrorCode; message: string }>> = {
  GRAPHQL_PARSE_FAILED: { code: "GRAPHQL_PARSE_FAILED", message: "the document is not GraphQL" },
  GRAPHQL_VALIDATION_FAILED: { code: "GRAPHQL_VALIDATION_FAILED", message: "the document is not valid" },
  OPERATION_RESOLUTION_FAILURE: {
    code: "OPERATION_RESOLUTION_FAILURE",
    message: "there is no such operation",
  },
  BAD_USER_INPUT: { code: "BAD_USER_INPUT", message: "a variable does not fit its type" },
  BAD_REQUEST: { code: "BAD_REQUEST", message: "not a GraphQL request" },
  PERSISTED_QUERY_NOT_SUPPORTED: { code: "BAD_REQUEST", message: "persisted queries are not supported" },
  PERSISTED_QUERY_NOT_FOUND: { code: "BAD_REQUEST", message: "persisted queries are not supported" },
};

/** Whether an error is one that callers may be told of; every other is ours, and is logged instead. */
export function isExpected(error: unknown): boolean {
  return originalOf(error) instanceof AppError || apolloCodeOf(error) !== undefined;
}

/** Apollo's `formatError`: an allow-list of codes and messages. `requestId` was put there by the error plugin. */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { locations, path } = formatted;
  const place = { ...(locations && { locations }), ...(path && { path }) };
  const original = originalOf(error);
  if (original instanceof AppError) {
    const { message, extensions } = answerTo(original);
    return { message, ...place, extensions };
  }
  if (isTooLong(error)) {
    return {
      message: `the document has more than ${limits.tokens} tokens`,
      extensions: { code: "QUERY_TOO_COMPLEX" },
    };
  }
  const known = apolloCodes[apolloCodeOf(error) ?? ""];
  if (known !== undefined) return { message: known.message, ...place, extensions: { code: known.code } };
  const requestId: unknown = error instanceof GraphQLError ? error.extensions.requestId : undefined;
  return { message: "internal error", ...place, extensions: { code: "INTERNAL_SERVER_ERROR", requestId } };
}

/** The parser stops at its limit with a syntax error of its own. */
function isTooLong(error: unknown): boolean {
  return error instanceof GraphQLError && error.message.startsWith("Syntax Error: Document contains more t");
}

export function originalOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? error.originalError : error;
}

function apolloCodeOf(error: unknown): string | undefined {
  // Only what Apollo made itself: a resolver's error has an original.
  if (!(error instanceof GraphQLError) || !(typeof error.extensions.code === "string")) return undefined;
  return error.extensions.code in apolloCodes ? error.extensions.code : undefined;
}
