import type { Migration } from './migration.ts';

export const consumersMigration: Migration = {
  name: '0008-consumers',
  up: async (db) => {
    await db.schema
      .createTable('consumer')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull().unique())
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('consumer_input')
      .addColumn('consumer_id', 'text', (column) => column.notNull())
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('input', 'text', (column) => column.notNull())
      .addColumn('release_uuid', 'text', (column) => column.notNull())
      .addColumn('version', 'text', (column) => column.notNull())
      .addColumn('organisation', 'text', (column) => column.notNull())
      .addColumn('flake', 'text', (column) => column.notNull())
      .addColumn('requirement', 'text')
      .addPrimaryKeyConstraint('consumer_input_pk', ['consumer_id', 'position'])
      .execute();
  },
};
