import type { Migration } from './migration.ts';

export const matchingMigration: Migration = {
  name: '0005-matching',
  up: async (db, dialect) => {
    const sqlite = dialect === 'sqlite';
    await db.schema
      .createTable('matching_match')
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('attr', 'text', (column) => column.notNull())
      .addColumn('advisory_id', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('route', 'text', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('change', 'bigint', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('matching_match_pk', ['channel', 'attr', 'advisory_id'])
      .execute();
    await db.schema.createIndex('matching_match_advisory').on('matching_match').column('advisory_id').execute();
    await db.schema.createIndex('matching_match_change').on('matching_match').column('change').execute();
    await db.schema
      .createTable('matching_mapping')
      .addColumn('id', sqlite ? 'integer' : 'bigserial', (column) =>
        sqlite ? column.primaryKey().autoIncrement() : column.primaryKey(),
      )
      .addColumn('pname', 'text', (column) => column.notNull())
      .addColumn('vendor', 'text', (column) => column.notNull())
      .addColumn('product', 'text', (column) => column.notNull())
      .addColumn('verdict', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('author', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addUniqueConstraint('matching_mapping_pair', ['pname', 'vendor', 'product'])
      .execute();
    await db.schema
      .createTable('matching_run')
      .addColumn('channel', 'text', (column) => column.primaryKey())
      .addColumn('evaluation_id', 'text', (column) => column.notNull())
      .addColumn('algorithm', 'integer', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
