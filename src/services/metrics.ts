import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { VerificationCode } from "../domain/verdict";

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const GAUGE_AGE_MS = 60_000;

/** What the server counts, for Prometheus. Every label has a closed set of values: nothing that callers write. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly verifications = new Counter({
    name: "tokenward_verifications_total",
    help: "Verifications by outcome, those of this server's own requests included",
    labelNames: ["code"] as const,
    registers: [this.registry],
  });
  /** Verifications that are not in their counter yet: it takes its time to find the place of a label. */
  private readonly tally = new Map<VerificationCode, number>();
  private readonly reuses = new Counter({
    name: "tokenward_reused_secrets_total",
    help: "Secrets that were rotated out and presented again",
    registers: [this.registry],
  });
  private readonly mutations = new Counter({
    name: "tokenward_mutations_total",
    help: "Mutation fields that ran, by name and outcome",
    labelNames: ["mutation", "outcome"] as const,
    registers: [this.registry],
  });
  private readonly requests = new Histogram({
    name: "tokenward_http_request_duration_seconds",
    help: "Answered requests by method, route and class of status",
    labelNames: ["method", "route", "status"] as const,
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly operations = new Histogram({
    name: "tokenward_mutation_duration_seconds",
    help: "Mutation fields from start to commit",
    labelNames: ["mutation"] as const,
    buckets: SECONDS,
    registers: [this.registry],
  });

  /** `countLive`: how many tokens are accepted now, by kind. Asked for at most once a minute. */
  constructor(countLive: () => Promise<Readonly<Record<string, number>>>) {
    collectDefaultMetrics({ register: this.registry });
    let countedAt = -Infinity;
    new Gauge({
      name: "tokenward_live_tokens",
      help: "Tokens that are accepted, by kind; right within a minute",
      labelNames: ["kind"] as const,
      registers: [this.registry],
      async collect() {
        if (performance.now() - countedAt < GAUGE_AGE_MS) return;
        countedAt = performance.now();
        try {
          for (const [kind, count] of Object.entries(await countLive())) this.set({ kind }, count);
        } catch {
          // The last counts stay: while the database is away the other numbers are needed most.
          countedAt = -Infinity;
        }
      },
    });
  }

  verified(code: VerificationCode): void {
    this.tally.set(code, (this.tally.get(code) ?? 0) + 1);
  }

  reused(): void {
    this.reuses.inc();
  }

  /** `mutation`: a field of the schema, never a caller's text. */
  mutated(mutation: string, outcome: "done" | "refused" | "failed", seconds: number): void {
    this.mutations.inc({ mutation, outcome });
    this.operations.observe({ mutation }, seconds);
  }

  /** `route`: the pattern, never the path. */
  answered(method: string, route: string, status: number, seconds: number): void {
    this.requests.observe({ method, route, status: `${Math.floor(status / 100)}xx` }, seconds);
  }

  /** The text that Prometheus reads, and its content type. */
  async page(): Promise<{ readonly type: string; readonly text: string }> {
    for (const [code, count] of this.tally) this.verifications.inc({ code }, count);
    this.tally.clear();
    return { type: this.registry.contentType, text: await this.registry.metrics() };
  }
}
