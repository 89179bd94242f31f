import type { Migration } from './migration.ts';

export const accountsMigration: Migration = {
  name: '0010-accounts',
  up: async (db, dialect) => {
    const sqlite = dialect === 'sqlite';
    const counter = sqlite ? 'integer' : 'bigserial';
    await db.schema
      .createTable('account_person')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('roles', 'text', (column) => column.notNull())
      .addColumn('email', 'text')
      .addColumn('mailbox', 'text', (column) => column.unique())
      .addColumn('identity', 'text', (column) => column.unique())
      .addColumn('added_at', 'bigint', (column) => column.notNull())
      .addColumn('removed_at', 'bigint')
      .execute();
    await db.schema
      .createTable('account_change')
      .addColumn('id', counter, (column) => (sqlite ? column.primaryKey().autoIncrement() : column.primaryKey()))
      .addColumn('content', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('proposed_by', 'text', (column) => column.notNull())
      .addColumn('proposed_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('outcome', 'text')
      .addColumn('decided_by', 'text')
      .addColumn('decided_at', 'bigint')
      .execute();
    await db.schema.createIndex('account_change_content').on('account_change').column('content').execute();
    await db.schema
      .createTable('account_token')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('secret_hash', 'text', (column) => column.notNull())
      .addColumn('label', 'text', (column) => column.notNull())
      .addColumn('person', 'text')
      .addColumn('workload', 'text')
      .addColumn('organisation', 'text')
      .addColumn('flake', 'text')
      .addColumn('scopes', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('revoked_at', 'bigint')
      .addColumn('last_used_at', 'bigint')
      .execute();
    await db.schema.createIndex('account_token_person').on('account_token').column('person').execute();
    await db.schema
      .createTable('account_session')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('secret_hash', 'text', (column) => column.notNull())
      .addColumn('person', 'text', (column) => column.notNull())
      .addColumn('token_id', 'text')
      .addColumn('scopes', 'text', (column) => column.notNull())
      .addColumn('agent', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .execute();
    await db.schema.createIndex('account_session_person').on('account_session').column('person').execute();
    await db.schema
      .createTable('account_closure')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('secret_hash', 'text', (column) => column.notNull())
      .addColumn('store_path', 'text', (column) => column.notNull())
      .addColumn('issued_to', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('account_closure_expiry').on('account_closure').column('expires_at').execute();
  },
};
