import { LRUCache } from "lru-cache";
import type { Repository } from "../domain/repository";
import type { RepositoryScope } from "../domain/scope";
import type { Grant } from "../store/grant-store";

/** What an accepted secret stood for, and what it reached of the repository asked for. */
export interface Reach {
  readonly grant: Grant;
  readonly repository: Repository | null;
  readonly scope: RepositoryScope | null;
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
  private readonly kept = new LRUCache<string, Reach>({ max: MOST });
  private writes = 0;

  /** To be taken before anything is read for what is then kept. */
  get moment(): number {
    return this.writes;
  }

  get(key: string): Reach | undefined {
    return this.kept.get(key);
  }

  /** Kept, unless something was written since `moment`: then it may have been read before. */
  keep(moment: number, key: string, reach: Reach): void {
    if (moment === this.writes) this.kept.set(key, reach);
  }

  drop(): void {
    this.writes += 1;
    this.kept.clear();
  }
}
