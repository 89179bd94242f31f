import type { Migration } from './migration.ts';

/** What was told of the end of a channel's support; told once for each end and step. */
export const channelNoticesMigration: Migration = {
  name: '0027-channel-notices',
  up: async (db) => {
    await db.schema
      .createTable('channel_notice')
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('ends_at', 'bigint', (column) => column.notNull())
      .addColumn('step', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('channel_notice_pk', ['channel', 'ends_at', 'step'])
      .execute();
  },
};
