import type { Migration } from './migration.ts';

export const coverageRequestsMigration: Migration = {
  name: '0016-coverage-requests',
  up: async (db) => {
    await db.schema
      .createTable('coverage_request')
      .addColumn('package', 'text', (column) => column.notNull())
      .addColumn('requester', 'text', (column) => column.notNull())
      .addColumn('version', 'text')
      .addColumn('attr', 'text')
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('asked_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('coverage_request_pk', ['package', 'requester'])
      .execute();
    await db.schema
      .createTable('coverage_decision')
      .addColumn('package', 'text', (column) => column.primaryKey())
      .addColumn('answer', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('decided_by', 'text', (column) => column.notNull())
      .addColumn('decided_at', 'bigint', (column) => column.notNull())
      .execute();
    // Who may replace or remove a lock that came over the network; null for those that an operator registered.
    await db.schema.alterTable('consumer').addColumn('registered_by', 'text').execute();
  },
};
