import type { Migration } from './migration.ts';

export const reviewFactsMigration: Migration = {
  name: '0028-review-facts',
  up: async (db) => {
    // Why a step could not be examined; JSON.
    await db.schema.alterTable('review').addColumn('trouble', 'text').execute();
    await db.schema
      .createTable('review_tag')
      .addColumn('repository', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('commit_id', 'text', (column) => column.notNull())
      .addColumn('signer', 'text')
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('review_tag_pk', ['repository', 'name', 'commit_id'])
      .execute();
    await db.schema
      .createTable('review_allowed_file')
      .addColumn('sha256', 'text', (column) => column.primaryKey())
      .addColumn('until_at', 'bigint', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('by', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
