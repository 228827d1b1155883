import type { Repository } from "../domain/repository";
import type { RepositoryScope } from "../domain/scope";
import type { Grant } from "../store/grant-store";

/** What an accepted secret stood for, and what it reached of the repository asked for. */
export interface Reach {
  readonly grant: Grant;
  readonly repository: Repository | null;
  readonly scope: RepositoryScope | null;
}

interface Kept {
  readonly reach: Reach;
  readonly moment: number;
}

/** Some ten megabytes. */
const MOST = 10_000;

/**
 * What was accepted a moment ago, so that a token that is verified again costs no query. Everything in it goes with
 * every write that could end a right, before that write is acknowledged. Nothing that was refused is kept: an unknown
 * secret and an ended one, a missing repository and a hidden one cost the same queries each time. Time is not kept
 * either: whether a token has expired is asked of it anew.
 */
export class RecentGrants {
  private readonly kept = new Map<string, Kept>();
  /** Tokens of which nothing holds that was kept before that moment. */
  private readonly dropped = new Map<number, number>();
  private writes = 0;

  /** `isCurrent`: whether news of what others write arrives. When not, nothing is taken from memory. */
  constructor(private readonly isCurrent: () => boolean) {}

  /** To be taken before anything is read for what is then kept. */
  get moment(): number {
    return this.writes;
  }

  get(key: string): Reach | undefined {
    const kept = this.isCurrent() ? this.kept.get(key) : undefined;
    if (kept === undefined) return undefined;
    const { reach, moment } = kept;
    return moment < (this.dropped.get(reach.grant.token.id) ?? 0) ? undefined : reach;
  }

  /** Kept, unless something was written since `moment`: then it may have been read before. */
  keep(moment: number, key: string, reach: Reach): void {
    if (moment !== this.writes) return;
    // Those that came first go first: to put each in front that is asked for again would cost more than to read it again.
    const [oldest] = this.kept.size >= MOST ? this.kept.keys() : [];
    if (oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(key, { reach, moment });
  }

  /** Of these tokens; null: everything. */
  drop(tokenIds: readonly number[] | null = null): void {
    this.writes += 1;
    if (tokenIds === null || this.dropped.size + tokenIds.length > MOST) {
      this.kept.clear();
      this.dropped.clear();
    } else for (const id of tokenIds) this.dropped.set(id, this.writes);
  }
}
