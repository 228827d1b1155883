import type { Database } from "../store/database";

/** The maximums that the operator sets. */
export interface Limits {
  readonly maxTokensPerAccount: number;
  readonly maxTokensPerRepository: number;
  /** In milliseconds; Infinity: none. */
  readonly maxTokenLifetimeMs: number;
}

/** What every service stands on. */
export interface Foundation {
  readonly database: Database;
  readonly limits: Limits;
  /** Milliseconds since 1970; never runs backwards. */
  now(): number;
}
