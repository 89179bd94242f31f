import type { Migration } from './migration.ts';

/**
 * Who may do what with the flakes of an organisation: all of them, or one. And of cached paths what others say in their
 * narinfo, and how they are compressed where the name does not tell.
 */
export const grantsMigration: Migration = {
  name: '0029-grants',
  up: async (db) => {
    await db.schema
      .createTable('account_grant')
      .addColumn('organisation_key', 'text', (column) => column.notNull())
      // Empty: every flake of the organisation, also those that come.
      .addColumn('flake_key', 'text', (column) => column.notNull())
      .addColumn('person', 'text', (column) => column.notNull())
      .addColumn('organisation', 'text', (column) => column.notNull())
      .addColumn('flake', 'text')
      .addColumn('role', 'text', (column) => column.notNull())
      .addColumn('granted_at', 'bigint', (column) => column.notNull())
      .addColumn('granted_by', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('account_grant_pk', ['organisation_key', 'flake_key', 'person'])
      .execute();
    await db.schema.createIndex('account_grant_person').on('account_grant').column('person').execute();
    await db.schema.alterTable('cache_path').addColumn('more', 'text').execute();
    await db.schema.alterTable('cache_path').addColumn('compression', 'text').execute();
    await db.schema.alterTable('cache_nar').addColumn('compression', 'text').execute();
  },
};
