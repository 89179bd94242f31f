import type { Migration } from './migration.ts';

export const closuresMigration: Migration = {
  name: '0030-closures',
  up: async (db) => {
    // What a consumer says it runs. Each upload stays as one row; the packages are kept of the current one.
    await db.schema
      .createTable('consumer_closure')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('consumer_id', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('source', 'text')
      .addColumn('packages', 'integer', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('uploaded_at', 'bigint', (column) => column.notNull())
      .addColumn('uploaded_by', 'text')
      .addColumn('seen_at', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .addColumn('reason', 'text')
      .addColumn('raw', 'text')
      .execute();
    await db.schema
      .createIndex('consumer_closure_consumer')
      .on('consumer_closure')
      .columns(['consumer_id', 'state'])
      .execute();
    await db.schema
      .createTable('consumer_package')
      .addColumn('closure_id', 'text', (column) => column.notNull())
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('version', 'text')
      .addColumn('places', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('consumer_package_pk', ['closure_id', 'position'])
      .execute();
    await db.schema
      .createIndex('consumer_package_name')
      .on('consumer_package')
      .columns(['name', 'closure_id'])
      .execute();
  },
};
