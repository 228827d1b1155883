import type { Failure } from "../api/failure";

/** What the server says of one field, for below that field. */
export const fieldFault = (failure: Failure | null, field: string): string | undefined =>
  failure?.details.field === field ? failure.message : undefined;
