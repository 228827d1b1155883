interface Kept<V> {
  readonly value: V;
  /** Of the object that it is of. */
  readonly about: number;
  readonly moment: number;
}

/** Some megabytes. */
const MOST = 10_000;

/**
 * What was read a moment ago, each of one object (its number), until something is written that may make it untrue:
 * `drop` is called before that write is acknowledged.
 */
export class Memory<V> {
  private readonly kept = new Map<string, Kept<V>>();
  /** The keys in the order that they go. A new iterator would have to step over all that are gone already. */
  private oldest = this.kept.keys();
  /** Objects of which nothing holds that was kept before that moment. */
  private readonly dropped = new Map<number, number>();
  private writes = 0;

  /** `isCurrent`: whether news of what others write arrives. When not, nothing is taken from memory. */
  constructor(private readonly isCurrent: () => boolean) {}

  /** To be taken before anything is read for what is then kept. */
  get moment(): number {
    return this.writes;
  }

  get(key: string): V | undefined {
    const kept = this.isCurrent() ? this.kept.get(key) : undefined;
    if (kept === undefined) return undefined;
    const { value, about, moment } = kept;
    return this.dropped.size > 0 && moment < (this.dropped.get(about) ?? 0) ? undefined : value;
  }

  /** Kept, unless something was written since `moment`: then it may have been read before. Keys must be short. */
  keep(moment: number, key: string, about: number, value: V): void {
    if (moment !== this.writes || !this.isCurrent()) return;
    // Those that came first go first: to put each in front that is asked for again would cost more than to read it again.
    if (this.kept.size >= MOST) this.kept.delete(this.oldest.next().value ?? "");
    this.kept.set(key, { value, about, moment });
  }

  /** Of these objects; null: everything. */
  drop(about: readonly number[] | null = null): void {
    this.writes += 1;
    if (about === null || this.dropped.size + about.length > MOST) {
      this.kept.clear();
      this.oldest = this.kept.keys();
      this.dropped.clear();
    } else for (const id of about) this.dropped.set(id, this.writes);
  }
}
