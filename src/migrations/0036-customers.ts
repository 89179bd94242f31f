import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/**
 * What customers are owed beside fixes: a word on what went wrong where a promise was broken (what was broken before asks
 * for none), and feeds of their own, by the hash of the key in their address.
 */
export const customersMigration: Migration = {
  name: '0036-customers',
  up: async (db) => {
    await db.schema.alterTable('finding').addColumn('review_owed_since', 'bigint').execute();
    await sql`create index finding_review_owed on finding (review_owed_since, id) where review_owed_since is not null`.execute(
      db,
    );
    await db.schema
      .createTable('consumer_feed')
      .addColumn('token_hash', 'text', (column) => column.primaryKey())
      .addColumn('consumer_id', 'text', (column) => column.notNull())
      .addColumn('made_at', 'bigint', (column) => column.notNull())
      .addColumn('made_by', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('consumer_feed_consumer').on('consumer_feed').column('consumer_id').execute();
  },
};
