import type { Migration } from './migration.ts';

/** What two people decide is more than people: the terms of the promise, keys, and releases that go out too early. */
export const twoPeopleMigration: Migration = {
  name: '0034-two-people',
  up: async (db, dialect) => {
    const sqlite = dialect === 'sqlite';
    // Until now it was about people only; of those the name stands in the body.
    await db.schema
      .alterTable('account_change')
      .addColumn('matter', 'text', (column) => column.notNull().defaultTo('people'))
      .execute();
    await db.schema
      .alterTable('account_change')
      .addColumn('subject', 'text', (column) => column.notNull().defaultTo(''))
      .execute();
    await db.schema
      .createTable('finding_terms')
      .addColumn('id', sqlite ? 'integer' : 'bigserial', (column) =>
        sqlite ? column.primaryKey().autoIncrement() : column.primaryKey(),
      )
      .addColumn('content', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('basis', 'text', (column) => column.notNull())
      .addColumn('proposed_by', 'text')
      .addColumn('taken_by', 'text', (column) => column.notNull())
      .addColumn('taken_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.alterTable('release_coverage').addColumn('exception_approved_by', 'text').execute();
  },
};
