import type { Migration } from './migration.ts';

export const seriesMigration: Migration = {
  name: '0018-series',
  up: async (db, dialect) => {
    const sqlite = dialect === 'sqlite';
    await db.schema
      .createTable('series_patch')
      .addColumn('id', sqlite ? 'integer' : 'bigserial', (column) =>
        sqlite ? column.primaryKey().autoIncrement() : column.primaryKey(),
      )
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('commit_id', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('author', 'text', (column) => column.notNull())
      .addColumn('facts', 'text', (column) => column.notNull())
      .addColumn('added_at', 'bigint', (column) => column.notNull())
      .addColumn('dropped_at', 'bigint')
      .addColumn('proof', 'text')
      .addUniqueConstraint('series_patch_commit', ['channel', 'commit_id'])
      .execute();
    await db.schema
      .createTable('series_conflict')
      .addColumn('channel', 'text', (column) => column.primaryKey())
      .addColumn('patch_id', 'bigint', (column) => column.notNull())
      .addColumn('onto', 'text', (column) => column.notNull())
      .addColumn('upstream', 'text', (column) => column.notNull())
      .addColumn('paths', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
