import type { Kysely, Transaction } from 'kysely';

/**
 * A database that holds (at least) the tables of `Tables`. Reads go straight to the engine; every change goes through
 * `write`, one transaction at a time, committed to stable storage before the promise resolves.
 *
 * Portable subset: TEXT, INTEGER (64 bit; always returned as number), no JSON operators, no booleans (0 or 1).
 */
export interface Database<Tables> {
  readonly read: Kysely<Tables>;
  /** Runs `work` in one transaction. No network or long waiting inside. A throw rolls everything back. */
  readonly write: <Result>(work: (trx: Transaction<Tables>) => Promise<Result>) => Promise<Result>;
  readonly dialect: 'sqlite' | 'postgres';
  readonly close: () => Promise<void>;
}
