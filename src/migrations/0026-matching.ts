import type { Migration } from './migration.ts';

/** What the commits that fix vulnerabilities change, as read from their forges; and what people took on that no record ends. */
export const learnedMigration: Migration = {
  name: '0026-matching',
  up: async (db) => {
    await db.schema
      .createTable('matching_fix')
      .addColumn('commit_id', 'text', (column) => column.notNull())
      .addColumn('url', 'text', (column) => column.notNull())
      .addColumn('changes', 'text')
      .addColumn('failure', 'text')
      .addColumn('read_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('matching_fix_pk', ['commit_id', 'url'])
      .execute();
    await db.schema
      .createTable('matching_taken')
      .addColumn('attr', 'text', (column) => column.notNull())
      .addColumn('advisory_id', 'text', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('matching_taken_pk', ['attr', 'advisory_id'])
      .execute();
  },
};
