import type { Migration } from './migration.ts';

export const changesMigration: Migration = {
  name: '0006-changes',
  up: async (db, dialect) => {
    const sqlite = dialect === 'sqlite';
    await db.schema
      .createTable('channel_change')
      .addColumn('id', sqlite ? 'integer' : 'bigserial', (column) =>
        sqlite ? column.primaryKey().autoIncrement() : column.primaryKey(),
      )
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('previous_id', 'bigint', (column) => column.notNull())
      .addColumn('from_commit', 'text')
      .addColumn('to_commit', 'text', (column) => column.notNull())
      .addColumn('how', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('commit_count', 'integer', (column) => column.notNull())
      .addColumn('commits', 'text', (column) => column.notNull())
      .addColumn('path_count', 'integer', (column) => column.notNull())
      .addColumn('paths', 'text', (column) => column.notNull())
      .addUniqueConstraint('channel_change_previous', ['channel', 'previous_id'])
      .execute();
    await db.schema.createIndex('channel_change_to').on('channel_change').columns(['channel', 'to_commit']).execute();
    await db.schema
      .createTable('channel_effects')
      .addColumn('change_id', 'bigint', (column) => column.primaryKey())
      .addColumn('before_evaluation', 'text')
      .addColumn('after_evaluation', 'text', (column) => column.notNull())
      .addColumn('effects', 'text', (column) => column.notNull())
      .execute();
  },
};
