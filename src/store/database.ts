import type { EntityManager } from "typeorm";

export type DatabaseLocation =
  | { readonly kind: "sqlite"; readonly path: string }
  /** With a password, mostly: never logged, never shown. */
  | { readonly kind: "postgres"; readonly url: string };

/** Runs queries. What it reads is committed, unless it is a transaction reading its own writes. */
export type Reader = EntityManager;

declare const writing: unique symbol;
/** A transaction under way. Only `Database.write` makes one, so nothing is written outside of one. */
export type Tx = EntityManager & { readonly [writing]: true };

export interface Database {
  readonly reader: Reader;
  /**
   * Runs `work` in a transaction of its own: all of it is durable when this resolves, none of it is there when this
   * rejects. Rejects with UNAVAILABLE when the database cannot write.
   */
  write<T>(work: (tx: Tx) => Promise<T>, options?: WriteOptions): Promise<T>;
  /**
   * Has `listener` called behind every write that may have ended a right: this instance's before `write` resolves or
   * rejects, others' when the news arrives. What was read before may no longer be so; of these tokens alone, where any
   * are named.
   */
  onWrite(listener: (tokenIds: readonly number[] | null) => void): void;
  /** Whether the news of others' writes arrives: false, and nothing that was read before may be used. */
  readonly hearsOthers: boolean;
  /** Removes what was deleted from the files too, as far as the database lets it. False: not yet, it was in use. */
  scrub(): Promise<boolean>;
  /** Resolves when the database answers and its migrations are done; rejects otherwise. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface WriteOptions {
  /** The work adds rows, and neither ends nor lowers what anyone may do. */
  readonly endsNoRight?: boolean;
  /** The tokens whose rows, and no others, the work changes. It may add to them until it is done. */
  readonly changesOnly?: readonly number[] | null;
}

/** Where tests step in. */
export interface DatabaseHooks {
  beforeCommit?(): Promise<void> | void;
}
