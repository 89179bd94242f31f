import type { Migration } from './migration.ts';

/** What is known to a few before it is public, apart from everything that others read. */
export const embargoesMigration: Migration = {
  name: '0035-embargoes',
  up: async (db, dialect) => {
    const sqlite = dialect === 'sqlite';
    await db.schema
      .createTable('embargo')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('report', 'text', (column) => column.notNull())
      .addColumn('opened_at', 'bigint', (column) => column.notNull())
      .addColumn('opened_by', 'text', (column) => column.notNull())
      .addColumn('ends_at', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .addColumn('ended_how', 'text')
      .addColumn('ended_by', 'text')
      .addColumn('ended_reason', 'text')
      .addColumn('disclosed_at', 'bigint')
      .addColumn('advisory_id', 'text')
      .addColumn('watched', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('embargo_person')
      .addColumn('embargo_id', 'text', (column) => column.notNull())
      .addColumn('person', 'text', (column) => column.notNull())
      .addColumn('let_in_at', 'bigint', (column) => column.notNull())
      .addColumn('let_in_by', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('embargo_person_pk', ['person', 'embargo_id'])
      .execute();
    await db.schema
      .createTable('embargo_event')
      .addColumn('id', sqlite ? 'integer' : 'bigserial', (column) =>
        sqlite ? column.primaryKey().autoIncrement() : column.primaryKey(),
      )
      .addColumn('embargo_id', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('embargo_event_embargo').on('embargo_event').columns(['embargo_id', 'id']).execute();
    await db.schema
      .createTable('embargo_notice')
      .addColumn('id', sqlite ? 'integer' : 'bigserial', (column) =>
        sqlite ? column.primaryKey().autoIncrement() : column.primaryKey(),
      )
      .addColumn('embargo_id', 'text', (column) => column.notNull())
      .addColumn('person', 'text', (column) => column.notNull())
      .addColumn('made_at', 'bigint', (column) => column.notNull())
      .addColumn('due_at', 'bigint', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .execute();
    await db.schema.createIndex('embargo_notice_due').on('embargo_notice').columns(['ended_at', 'due_at']).execute();
  },
};
