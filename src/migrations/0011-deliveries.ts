import type { Migration } from './migration.ts';

export const deliveriesMigration: Migration = {
  name: '0011-deliveries',
  up: async (db) => {
    await db.schema
      .createTable('alert_subscription')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('subscriber', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('stop_token', 'text', (column) => column.notNull().unique())
      .addColumn('since', 'bigint', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addColumn('stopped_at', 'bigint')
      .addColumn('stopped_by', 'text')
      .execute();
    await db.schema
      .createTable('alert_told')
      .addColumn('subscription_id', 'text', (column) => column.notNull())
      .addColumn('topic', 'text', (column) => column.notNull())
      .addColumn('level', 'integer', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('alert_told_pk', ['topic', 'subscription_id'])
      .execute();
    await db.schema
      .createTable('alert_message')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('alert_delivery')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('subscription_id', 'text')
      .addColumn('message_id', 'text', (column) => column.notNull())
      .addColumn('target', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('due_at', 'bigint', (column) => column.notNull())
      .addColumn('attempts', 'integer', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .addColumn('detail', 'text')
      .execute();
    await db.schema
      .createIndex('alert_delivery_due')
      .on('alert_delivery')
      .columns(['state', 'target', 'due_at'])
      .execute();
    await db.schema
      .createIndex('alert_delivery_subscription')
      .on('alert_delivery')
      .columns(['subscription_id', 'state'])
      .execute();
    await db.schema
      .createTable('alert_attempt')
      .addColumn('delivery_id', 'text', (column) => column.notNull())
      .addColumn('attempt', 'integer', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('took_ms', 'integer', (column) => column.notNull())
      .addColumn('outcome', 'text', (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('alert_attempt_pk', ['delivery_id', 'attempt'])
      .execute();
    await db.schema
      .createTable('alert_target')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('failures', 'integer', (column) => column.notNull())
      .addColumn('closed_until', 'bigint', (column) => column.notNull())
      .addColumn('disabled_at', 'bigint')
      .addColumn('last_sent_at', 'bigint')
      .addColumn('last_failed_at', 'bigint')
      .addColumn('last_error', 'text')
      .execute();
  },
};
