import type { Migration } from './migration.ts';

export const coveredHistoryMigration: Migration = {
  name: '0021-covered-history',
  up: async (db, dialect) => {
    const sqlite = dialect === 'sqlite';
    await db.schema.alterTable('catalog_covered').addColumn('asked_by', 'text').execute();
    await db.schema.alterTable('catalog_covered').addColumn('tiers', 'text').execute();
    await db.schema
      .createTable('catalog_coverage_notice')
      .addColumn('id', sqlite ? 'integer' : 'bigserial', (column) =>
        sqlite ? column.primaryKey().autoIncrement() : column.primaryKey(),
      )
      .addColumn('attr', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('proposed_by', 'text', (column) => column.notNull())
      .addColumn('proposed_at', 'bigint', (column) => column.notNull())
      .addColumn('approved_by', 'text')
      .addColumn('approved_at', 'bigint')
      .addColumn('ends_at', 'bigint')
      .addColumn('outcome', 'text')
      .execute();
    await db.schema
      .createIndex('catalog_coverage_notice_attr')
      .on('catalog_coverage_notice')
      .columns(['attr', 'outcome'])
      .execute();
  },
};
