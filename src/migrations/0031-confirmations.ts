import type { Migration } from './migration.ts';

/**
 * Whether an address agreed to what it is sent: `confirm_by` is null where nothing is waited for, which holds for all that is
 * there. And how often addresses were written to that had not agreed.
 */
export const confirmationsMigration: Migration = {
  name: '0031-confirmations',
  up: async (db) => {
    await db.schema.alterTable('alert_subscription').addColumn('confirm_by', 'bigint').execute();
    await db.schema.alterTable('alert_subscription').addColumn('confirmed_at', 'bigint').execute();
    await db.schema
      .createTable('alert_confirmation')
      .addColumn('token_hash', 'text', (column) => column.primaryKey())
      .addColumn('subscription_id', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('alert_confirmation_subscription')
      .on('alert_confirmation')
      .column('subscription_id')
      .execute();
    await db.schema
      .createTable('alert_uninvited')
      .addColumn('mailbox', 'text', (column) => column.notNull())
      .addColumn('caused_by', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('alert_uninvited_at').on('alert_uninvited').column('at').execute();
  },
};
