import type { Kysely, Transaction } from 'kysely';

export { insertRows } from './insert-rows.ts';
export { rowNumber } from './row-number.ts';

/**
 * A database that holds (at least) the tables of `Tables`. Reads go straight to the engine; every change goes through
 * `write`, one transaction at a time over all processes, committed to stable storage before the promise resolves.
 *
 * Portable subset: TEXT (ordered by its bytes), INTEGER (64 bit; always returned as number), bytes as Uint8Array, no
 * JSON operators, no booleans (0 or 1), no streaming. At most 32,000 parameters a statement; a few hundred rows an insert.
 */
export interface Database<Tables> {
  readonly read: Kysely<Tables>;
  /** Runs `work` in one transaction. No network or long waiting inside, and no other `write`. A throw rolls everything back. */
  readonly write: <Result>(work: (trx: Transaction<Tables>) => Promise<Result>) => Promise<Result>;
  readonly dialect: 'sqlite' | 'postgres';
  readonly close: () => Promise<void>;
}
