import type { EntityManager } from "typeorm";
import type { Rollback } from "../domain/epoch";

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
   * Has `listener` called behind every write that may have ended a right, or changed a build: this instance's before
   * `write` resolves or rejects, others' when the news arrives.
   */
  onWrite(listener: WriteListener): void;
  /** Whether the news of others' writes arrives: false, and nothing that was read before may be used. */
  readonly hearsOthers: boolean;
  /** Removes what was deleted from the files too, as far as the database lets it. False: not yet, it was in use. */
  scrub(): Promise<boolean>;
  /**
   * Resolves when the database answers, its migrations are done and its epoch is written down; rejects otherwise.
   */
  check(): Promise<void>;
  /** Whether this is the database that it was, or a backup of it that was restored. */
  readonly epoch: EpochGuard;
  close(): Promise<void>;
}

/**
 * What was read before may no longer be so: of these tokens (null: of anything), and of the builds of these
 * repositories.
 */
export type WriteListener = (tokenIds: readonly number[] | null, builtIds: readonly number[]) => void;

export interface WriteOptions {
  /** The work neither ends nor lowers what anyone may do: it adds rows, or counts. A backup may do without it. */
  readonly endsNoRight?: boolean;
  /** The tokens whose rows, and no others, the work changes. It may add to them until it is done. */
  readonly changesOnly?: readonly number[] | null;
  /** The repositories whose builds the work changes, if it changes nothing else. It may add to them until it is done. */
  readonly reportsOn?: readonly number[];
}

export interface EpochGuard {
  /** Why the database may be a restored one; null: it is not. Until `settle` nothing is to be served from it. */
  readonly rollback: Rollback | null;
  /** What to tell the operator of that. */
  readonly refusal: string;
  /** Whether another instance has settled it meanwhile: asked in the transaction that ends the tokens of the backup. */
  isSettled(tx: Tx): Promise<boolean>;
  /** Takes the database as it is for the latest, whatever was written down. Resolves when that is on the disk. */
  settle(): Promise<void>;
}

export interface DatabaseOptions {
  readonly hooks?: DatabaseHooks;
  /** Where the epoch of a PostgreSQL database is written down; null: nowhere. SQLite's lies beside the file. */
  readonly epochFile?: string | null;
  /** Told when the epoch could not be written down: it is tried again, and nothing else fails. */
  readonly onEpochFailure?: (error: unknown) => void;
}

/** Where tests step in. */
export interface DatabaseHooks {
  beforeCommit?(): Promise<void> | void;
}
