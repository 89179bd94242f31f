import type { Migration } from './migration.ts';

export const scoreChangesMigration: Migration = {
  name: '0039-score-changes',
  up: async (db) => {
    await db.schema
      .alterTable('feed_counter')
      .addColumn('score', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
