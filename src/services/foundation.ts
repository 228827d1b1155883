import type { Database } from "../store/database";
import type { ImportedSecrets } from "./imported-secrets";
import type { Metrics } from "./metrics";
import type { RunningRetries } from "./retry";
import type { RateLimits } from "./rate-limits";
import type { Recent } from "./recent";
import type { UsageRecorder } from "./usage-recorder";

/** The maximums that the operator sets. */
export interface Limits {
  readonly maxTokensPerAccount: number;
  readonly maxTokensPerRepository: number;
  /** In milliseconds; Infinity: none. */
  readonly maxTokenLifetimeMs: number;
  /** How long an unused successor is waited for, in milliseconds. */
  readonly handoverDeadlineMs: number;
}

/** What every service stands on. */
export interface Foundation {
  readonly database: Database;
  readonly limits: Limits;
  readonly rates: RateLimits;
  readonly metrics: Metrics;
  readonly imported: ImportedSecrets;
  readonly recent: Recent;
  readonly usage: UsageRecorder;
  readonly running: RunningRetries;
  /** Milliseconds since 1970; never runs backwards. */
  readonly now: () => number;
}
