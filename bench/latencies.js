"use strict";

const BUCKETS_A_MS = 100;
const MOST_MS = 10_000;

/** How long answers took, to a hundredth of a millisecond: counted, not kept, so that looking costs nothing. */
class Latencies {
  count = 0;
  slowestMs = 0;
  buckets = new Uint32Array(MOST_MS * BUCKETS_A_MS);

  add(ms) {
    this.count += 1;
    if (ms > this.slowestMs) this.slowestMs = ms;
    this.buckets[Math.min(Math.floor(ms * BUCKETS_A_MS), this.buckets.length - 1)] += 1;
  }

  quantile(share) {
    let left = Math.ceil(this.count * share);
    return (this.buckets.findIndex((count) => (left -= count) <= 0) + 1) / BUCKETS_A_MS;
  }

  summary(elapsedMs) {
    return {
      count: this.count,
      perSecond: (this.count / elapsedMs) * 1000,
      p50Ms: this.quantile(0.5),
      p99Ms: this.quantile(0.99),
      slowestMs: this.slowestMs,
    };
  }
}

module.exports = { Latencies };
