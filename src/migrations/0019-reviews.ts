import type { Migration } from './migration.ts';

export const reviewsMigration: Migration = {
  name: '0019-reviews',
  up: async (db, dialect) => {
    const sqlite = dialect === 'sqlite';
    const counted = (table: string) =>
      db.schema
        .createTable(table)
        .addColumn('id', sqlite ? 'integer' : 'bigserial', (column) =>
          sqlite ? column.primaryKey().autoIncrement() : column.primaryKey(),
        );
    await counted('review')
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('base', 'text')
      .addColumn('candidate', 'text', (column) => column.notNull())
      .addColumn('tree_id', 'text', (column) => column.notNull())
      .addColumn('how', 'text', (column) => column.notNull())
      .addColumn('author', 'text', (column) => column.notNull())
      .addColumn('opened_at', 'bigint', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('examination', 'text')
      .addColumn('decided_at', 'bigint')
      .execute();
    await db.schema.createIndex('review_channel').on('review').columns(['channel', 'state', 'id']).execute();
    await db.schema.createIndex('review_tree').on('review').columns(['channel', 'tree_id']).execute();
    await counted('review_act')
      .addColumn('review_id', 'bigint', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('by', 'text', (column) => column.notNull())
      .addColumn('roles', 'text', (column) => column.notNull())
      .addColumn('tree_id', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('until', 'bigint')
      .execute();
    await db.schema.createIndex('review_act_review').on('review_act').column('review_id').execute();
    await db.schema
      .createTable('review_person')
      .addColumn('review_id', 'bigint', (column) => column.notNull())
      .addColumn('commit_id', 'text', (column) => column.notNull())
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('review_person_pk', ['review_id', 'commit_id', 'account', 'role'])
      .execute();
    await db.schema.createIndex('review_person_account').on('review_person').columns(['account', 'at']).execute();
    await counted('review_window')
      .addColumn('accounts', 'text', (column) => column.notNull())
      .addColumn('from_at', 'bigint', (column) => column.notNull())
      .addColumn('to_at', 'bigint')
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('by', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
