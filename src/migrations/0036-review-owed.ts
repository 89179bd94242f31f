import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** A broken promise asks for a word on what went wrong. What was broken before asks for nothing. */
export const reviewOwedMigration: Migration = {
  name: '0036-review-owed',
  up: async (db) => {
    await db.schema.alterTable('finding').addColumn('review_owed_since', 'bigint').execute();
    await sql`create index finding_review_owed on finding (review_owed_since, id) where review_owed_since is not null`.execute(
      db,
    );
  },
};
