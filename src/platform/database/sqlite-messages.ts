import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';

/** What the writing thread is asked, one at a time; it answers each in order. */
export type WriterRequest =
  | { readonly kind: 'begin' | 'commit' | 'rollback' | 'close' }
  | { readonly kind: 'run'; readonly sql: string; readonly parameters: readonly SQLInputValue[] };

export interface StatementResult {
  readonly rows: readonly Readonly<Record<string, SQLOutputValue>>[];
  /** Null for a statement that returns rows. */
  readonly changes: number | null;
}

export type WriterReply =
  | ({ readonly kind: 'done' } & StatementResult)
  /** `resultCode` is SQLite's extended code, null when the failure is not SQLite's. */
  | { readonly kind: 'failed'; readonly message: string; readonly resultCode: number | null };
