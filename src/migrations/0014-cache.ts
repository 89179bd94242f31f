import type { Migration } from './migration.ts';

export const cacheMigration: Migration = {
  name: '0014-cache',
  up: async (db) => {
    await db.schema
      .createTable('cache_path')
      .addColumn('cache', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('nar_hash', 'text', (column) => column.notNull())
      .addColumn('nar_size', 'bigint', (column) => column.notNull())
      .addColumn('refs', 'text', (column) => column.notNull())
      .addColumn('deriver', 'text')
      .addColumn('content_address', 'text')
      .addColumn('signatures', 'text', (column) => column.notNull())
      .addColumn('file', 'text', (column) => column.notNull())
      .addColumn('file_size', 'bigint', (column) => column.notNull())
      .addColumn('added_at', 'bigint', (column) => column.notNull())
      .addColumn('added_by', 'text', (column) => column.notNull())
      .addColumn('removed_at', 'bigint')
      .addPrimaryKeyConstraint('cache_path_pk', ['hash', 'cache'])
      .execute();
    await db.schema.createIndex('cache_path_file').on('cache_path').columns(['file', 'cache']).execute();
    await db.schema
      .createTable('cache_nar')
      .addColumn('cache', 'text', (column) => column.notNull())
      .addColumn('file', 'text', (column) => column.notNull())
      .addColumn('blob', 'text', (column) => column.notNull())
      .addColumn('file_size', 'bigint', (column) => column.notNull())
      .addColumn('nar_hash', 'text', (column) => column.notNull())
      .addColumn('nar_size', 'bigint', (column) => column.notNull())
      .addColumn('received_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('cache_nar_pk', ['file', 'cache'])
      .execute();
    await db.schema
      .createTable('cache_upload')
      .addColumn('blob', 'text', (column) => column.primaryKey())
      .addColumn('cache', 'text', (column) => column.notNull())
      .addColumn('started_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('cache_side')
      .addColumn('cache', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('blob', 'text', (column) => column.notNull())
      .addColumn('size_bytes', 'bigint', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('cache_side_pk', ['kind', 'name', 'cache'])
      .execute();
    await db.schema
      .createTable('cache_pin')
      .addColumn('cache', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('cache_pin_pk', ['hash', 'cache'])
      .execute();
    await db.schema
      .createTable('cache_key')
      .addColumn('name', 'text', (column) => column.primaryKey())
      .addColumn('public_key', 'text', (column) => column.notNull())
      .addColumn('created_at', 'bigint', (column) => column.notNull())
      .addColumn('created_by', 'text', (column) => column.notNull())
      .addColumn('retired_at', 'bigint')
      .execute();
    await db.schema
      .createTable('release_coverage')
      .addColumn('release_uuid', 'text', (column) => column.notNull())
      .addColumn('system', 'text', (column) => column.notNull())
      .addColumn('wanted', 'integer', (column) => column.notNull())
      .addColumn('present', 'integer', (column) => column.notNull())
      .addColumn('minimum_per_mille', 'integer', (column) => column.notNull())
      .addColumn('exception_reason', 'text')
      .addColumn('exception_by', 'text')
      .addPrimaryKeyConstraint('release_coverage_pk', ['release_uuid', 'system'])
      .execute();
  },
};
