import type { Kysely } from 'kysely';

/** One forward-only step of the schema; runs in a transaction on SQLite and on PostgreSQL alike. */
export interface Migration {
  readonly name: string;
  readonly up: (db: Kysely<never>, dialect: 'sqlite' | 'postgres') => Promise<void>;
}
