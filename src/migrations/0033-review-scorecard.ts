import type { Migration } from './migration.ts';

export const reviewScorecardMigration: Migration = {
  name: '0033-review-scorecard',
  up: async (db) => {
    await db.schema
      .createTable('review_scorecard')
      .addColumn('repository', 'text', (column) => column.notNull())
      .addColumn('scanned_at', 'bigint', (column) => column.notNull())
      .addColumn('score', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('review_scorecard_pk', ['repository', 'scanned_at'])
      .execute();
  },
};
