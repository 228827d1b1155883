import type { Actor } from "../domain/actor";
import type { BuildStatus } from "../domain/build";
import type { Token } from "../domain/token";
import type { Verdict } from "../domain/verdict";
import type { Grant } from "../store/grant-store";
import type { Refusal } from "./admission";
import { Memory } from "./memory";

/** What was found of a secret. */
interface Found {
  /** 0: it is nobody's. */
  readonly tokenId: number;
  /** Why it is not accepted; null: it is. */
  readonly refusal: Refusal | null;
  /** From then on time alone may have made it untrue; milliseconds since 1970. */
  readonly until: number;
}

/** Who acts with a secret. */
export interface Holder extends Found {
  /** Null: it is nobody's. */
  readonly grant: Grant | null;
  readonly actor: Actor;
}

/** What a verification of a secret, for one repository or for none, comes to, if the scope asked for is held. */
export interface Judged extends Found {
  readonly verdict: Verdict;
  /** Where more comes of a use than that it is noted; else null. */
  readonly token: Token | null;
}

/**
 * What was found of secrets a moment ago, so that a token that is presented again costs no query. What was refused is
 * kept apart, so that guesses push out nothing that is good; unknown secrets are kept as ended ones are, so that they take
 * the same time the first time and every other. A missing repository and a hidden one are not kept at all.
 */
class Secrets<F extends Found> {
  private readonly accepted: Memory<F>;
  private readonly refused: Memory<F>;

  constructor(isCurrent: () => boolean) {
    this.accepted = new Memory(isCurrent);
    this.refused = new Memory(isCurrent);
  }

  get moment(): number {
    return this.accepted.moment;
  }

  /** What still holds at that instant. */
  get(key: string, now: number): F | undefined {
    const accepted = this.accepted.get(key);
    if (accepted !== undefined && now < accepted.until) return accepted;
    // Also one that was accepted until it ended: it is refused from memory as soon as any other.
    const refused = this.refused.get(key);
    return refused !== undefined && now < refused.until ? refused : undefined;
  }

  keep(moment: number, key: string, found: F): void {
    const memory = found.refusal === null ? this.accepted : this.refused;
    memory.keep(moment, key, found.tokenId, found);
  }

  drop(tokenIds: readonly number[] | null): void {
    this.accepted.drop(tokenIds);
    this.refused.drop(tokenIds);
  }
}

/** What this instance remembers of what it read, and forgets with every write that could make it untrue. */
export class Recent {
  /** By the digest of a secret. */
  readonly holders: Secrets<Holder>;
  /** By the digest of a secret and what was asked for. */
  readonly verdicts: Secrets<Judged>;
  /** Of repositories that a token sees: by token, slug and branch. */
  readonly statuses: Memory<BuildStatus | null>;

  constructor(isCurrent: () => boolean) {
    this.holders = new Secrets(isCurrent);
    this.verdicts = new Secrets(isCurrent);
    this.statuses = new Memory(isCurrent);
  }

  /** Something was written of these tokens (null: of anything), and of the builds of these repositories. */
  drop(tokenIds: readonly number[] | null, builtIds: readonly number[] = []): void {
    if (tokenIds === null || tokenIds.length > 0) {
      this.holders.drop(tokenIds);
      this.verdicts.drop(tokenIds);
    }
    if (tokenIds === null || builtIds.length > 0) this.statuses.drop(tokenIds === null ? null : builtIds);
  }
}
