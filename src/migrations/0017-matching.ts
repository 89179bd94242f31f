import type { Migration } from './migration.ts';

/** A newer algorithm runs in the shadow: what it would change waits beside the matches until a person adopts it. */
export const shadowMigration: Migration = {
  name: '0017-matching',
  up: async (db) => {
    await db.schema.alterTable('matching_run').addColumn('newer_algorithm', 'integer').execute();
    await db.schema.alterTable('matching_run').addColumn('compared_at', 'bigint').execute();
    await db.schema.alterTable('matching_run').addColumn('advisory_change', 'bigint').execute();
    await db.schema
      .createTable('matching_difference')
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('attr', 'text', (column) => column.notNull())
      .addColumn('advisory_id', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('route', 'text', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('matching_difference_pk', ['channel', 'attr', 'advisory_id'])
      .execute();
  },
};
