/** A refusal in the server's words, or that there was no answer at all. */
export class Failure extends Error {
  override readonly name = "Failure";

  constructor(
    /** One of the server's codes, or UNREACHABLE. */
    readonly code: string,
    message: string,
    readonly details: {
      /** The field of the input that is at fault. */
      readonly field?: string;
      readonly requiredScope?: string;
      readonly grantedScope?: string | null;
      readonly requestId?: string;
    } = {},
  ) {
    super(message);
  }

  /** Whether the change may have been made all the same: the same request, with the same key, finds out. */
  get isUncertain(): boolean {
    return ["UNREACHABLE", "UNAVAILABLE", "UNKNOWN_OUTCOME", "IDEMPOTENCY_IN_PROGRESS"].includes(this.code);
  }
}

export const toFailure = (error: unknown): Failure =>
  error instanceof Failure
    ? error
    : new Failure("INTERNAL", error instanceof Error ? error.message : "failed");
