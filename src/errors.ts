/** Every code that a caller can be answered with; `http` is the status where nothing ran (wire.md, "Answers"). */
export const errorCodes = {
  UNAUTHENTICATED: { http: 401 },
  FORBIDDEN: { http: 200 },
  NOT_FOUND: { http: 200 },
  BAD_USER_INPUT: { http: 200 },
  CONFLICT: { http: 200 },
  LIMIT_EXCEEDED: { http: 200 },
  RATE_LIMITED: { http: 429 },
  BAD_REQUEST: { http: 400 },
  GRAPHQL_PARSE_FAILED: { http: 400 },
  GRAPHQL_VALIDATION_FAILED: { http: 400 },
  OPERATION_RESOLUTION_FAILURE: { http: 400 },
  INTROSPECTION_DISABLED: { http: 400 },
  QUERY_TOO_COMPLEX: { http: 400 },
  IDEMPOTENCY_MISMATCH: { http: 409 },
  IDEMPOTENCY_IN_PROGRESS: { http: 409 },
  UNAVAILABLE: { http: 503 },
  INTERNAL_SERVER_ERROR: { http: 500 },
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorDetails {
  /** The input field at fault, as a path in the argument: `label`, `repositories.3.slug`. */
  readonly field?: string;
  readonly requiredScope?: string;
  readonly grantedScope?: string | null;
  /** 405: the methods that are taken. */
  readonly allow?: string;
  /** The error attribute of the WWW-Authenticate header (RFC 6750, 3.1), where the code does not say it. */
  readonly bearerError?: "invalid_request";
  /** RATE_LIMITED: how long to wait. */
  readonly retryAfterSeconds?: number;
  /** The HTTP status where it differs from the code's own, and nothing ran. */
  readonly http?: number;
}

/** The one family of errors that reaches a caller. The message is public: it never holds a value that was sent. */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message);
    this.name = "AppError";
  }

  get httpStatus(): number {
    return this.details.http ?? errorCodes[this.code].http;
  }
}

export const unauthenticated = (
  message: "not found" | "token expired" | "authentication required",
): AppError => new AppError("UNAUTHENTICATED", message);

/** Missing and hidden alike: one message, so that both are the same bytes. */
export const notFound = (): AppError => new AppError("NOT_FOUND", "not found");

export const badInput = (field: string, allowed: string): AppError =>
  new AppError("BAD_USER_INPUT", `${field}: ${allowed}`, { field });

export const conflict = (message: string): AppError => new AppError("CONFLICT", message);

export const limitExceeded = (message: string, field?: string): AppError =>
  new AppError("LIMIT_EXCEEDED", message, field === undefined ? {} : { field });
