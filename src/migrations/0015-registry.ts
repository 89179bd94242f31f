import { type Kysely, sql } from 'kysely';
import type { Migration } from './migration.ts';

export const registryMigration: Migration = {
  name: '0015-registry',
  up: async (db) => {
    await versionsInPlaceOfNumbers(db);
    await db.schema
      .createTable('registry_flake')
      .addColumn('organisation', 'text', (column) => column.notNull())
      .addColumn('flake', 'text', (column) => column.notNull())
      .addColumn('organisation_key', 'text', (column) => column.notNull())
      .addColumn('flake_key', 'text', (column) => column.notNull())
      .addColumn('visibility', 'text', (column) => column.notNull())
      .addColumn('description', 'text')
      .addColumn('labels', 'text', (column) => column.notNull())
      .addColumn('changed_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('registry_flake_pk', ['organisation_key', 'flake_key'])
      .execute();
    await db.schema
      .createTable('release_note')
      .addColumn('release_uuid', 'text', (column) => column.primaryKey())
      .addColumn('description', 'text')
      .addColumn('readme', 'text')
      .addColumn('repository', 'text')
      .addColumn('subdirectory', 'text')
      .addColumn('spdx_identifier', 'text')
      .addColumn('mirrored', 'integer', (column) => column.notNull())
      .addColumn('outputs', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('release_upload')
      .addColumn('uuid', 'text', (column) => column.primaryKey())
      .addColumn('secret_hash', 'text', (column) => column.notNull())
      .addColumn('organisation', 'text', (column) => column.notNull())
      .addColumn('flake', 'text', (column) => column.notNull())
      .addColumn('version', 'text', (column) => column.notNull())
      .addColumn('size_bytes', 'bigint', (column) => column.notNull())
      .addColumn('sha256', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('expires_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('release_upload_expiry').on('release_upload').column('expires_at').execute();
  },
};

/**
 * A commit may be uploaded as several versions (a tag, a rolling one), and two branches count alike: what is unique is the
 * version, and of a channel the commit. Neither engine can drop what 0007 said, so the table is written anew.
 */
async function versionsInPlaceOfNumbers(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable('release').renameTo('release_by_number').execute();
  await db.schema
    .createTable('release')
    .addColumn('uuid', 'text', (column) => column.primaryKey())
    .addColumn('organisation', 'text', (column) => column.notNull())
    .addColumn('flake', 'text', (column) => column.notNull())
    .addColumn('organisation_key', 'text', (column) => column.notNull())
    .addColumn('flake_key', 'text', (column) => column.notNull())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('version_key', 'text', (column) => column.notNull())
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
    .execute();
  const kept = sql.raw(
    'uuid, organisation, flake, organisation_key, flake_key, channel, version, commit_id, tree_id, commit_count, last_modified, nar_hash, size_bytes, sha256, published_at, yanked_at, yanked_reason',
  );
  // Until now every version was `0.1.N+rev-…`.
  await sql`insert into release (${kept}, version_key) select ${kept}, '0.1.' || commit_count from release_by_number`.execute(
    db,
  );
  await db.schema.dropTable('release_by_number').execute();
  await db.schema
    .createIndex('release_version')
    .unique()
    .on('release')
    .columns(['organisation_key', 'flake_key', 'version_key'])
    .execute();
  await db.schema
    .createIndex('release_commit')
    .on('release')
    .columns(['organisation_key', 'flake_key', 'commit_id'])
    .execute();
}
