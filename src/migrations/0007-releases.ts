import type { Migration } from './migration.ts';

export const releasesMigration: Migration = {
  name: '0007-releases',
  up: async (db) => {
    await db.schema
      .createTable('release')
      .addColumn('uuid', 'text', (column) => column.primaryKey())
      .addColumn('organisation', 'text', (column) => column.notNull())
      .addColumn('flake', 'text', (column) => column.notNull())
      .addColumn('organisation_key', 'text', (column) => column.notNull())
      .addColumn('flake_key', 'text', (column) => column.notNull())
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('version', 'text', (column) => column.notNull())
      .addColumn('commit_id', 'text', (column) => column.notNull())
      .addColumn('tree_id', 'text', (column) => column.notNull())
      .addColumn('commit_count', 'integer', (column) => column.notNull())
      .addColumn('last_modified', 'bigint', (column) => column.notNull())
      .addColumn('nar_hash', 'text', (column) => column.notNull())
      .addColumn('size_bytes', 'bigint', (column) => column.notNull())
      .addColumn('sha256', 'text', (column) => column.notNull())
      .addColumn('published_at', 'bigint', (column) => column.notNull())
      .addColumn('yanked_at', 'bigint')
      .addColumn('yanked_reason', 'text')
      // The number is the version: a second release with the same one would resolve by chance.
      .addUniqueConstraint('release_number', ['organisation_key', 'flake_key', 'commit_count'])
      .addUniqueConstraint('release_commit', ['organisation_key', 'flake_key', 'commit_id'])
      .execute();
    await db.schema
      .createTable('release_fix')
      .addColumn('release_uuid', 'text', (column) => column.notNull())
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('advisory_id', 'text', (column) => column.notNull())
      .addColumn('attr', 'text', (column) => column.notNull())
      .addColumn('from_version', 'text', (column) => column.notNull())
      .addColumn('to_version', 'text', (column) => column.notNull())
      .addColumn('band', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('release_fix_pk', ['release_uuid', 'position'])
      .execute();
    await db.schema
      .createTable('release_attempt')
      .addColumn('uuid', 'text', (column) => column.primaryKey())
      .addColumn('organisation_key', 'text', (column) => column.notNull())
      .addColumn('flake_key', 'text', (column) => column.notNull())
      .addColumn('commit_id', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
