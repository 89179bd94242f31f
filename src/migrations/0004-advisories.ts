import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const advisoriesMigration: Migration = {
  name: '0004-advisories',
  up: async (db, dialect) => {
    // Narrow tables that are their own index.
    const clustered = sql`without rowid,`;
    const isSqlite = dialect === 'sqlite';
    await db.schema
      .createTable('advisory_progress')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('records', 'bigint', (column) => column.notNull())
      .addColumn('change', 'bigint', (column) => column.notNull())
      .addColumn('pending', 'bigint', (column) => column.notNull())
      .execute();
    await sql`insert into advisory_progress (id, records, change, pending) values (1, 0, 0, 0)`.execute(db);
    await db.schema
      .createTable('advisory')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('sort_at', 'bigint', (column) => column.notNull())
      .addColumn('published_at', 'bigint')
      .addColumn('modified_at', 'bigint')
      .addColumn('band', 'text', (column) => column.notNull())
      .addColumn('score', 'text')
      .addColumn('known_exploited', 'integer', (column) => column.notNull())
      .addColumn('search', 'text', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('change', 'bigint', (column) => column.notNull())
      .addColumn('replaced_by', 'text')
      .execute();
    await db.schema.createIndex('advisory_change').on('advisory').column('change').execute();
    await db.schema.createIndex('advisory_sort').on('advisory').columns(['sort_at', 'id']).execute();
    const alias = db.schema
      .createTable('advisory_alias')
      .addColumn('alias', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('advisory_id', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('advisory_alias_pk', ['alias', 'kind', 'advisory_id']);
    await (isSqlite ? alias.modifyEnd(clustered) : alias).execute();
    await db.schema.createIndex('advisory_alias_advisory').on('advisory_alias').column('advisory_id').execute();
    const member = db.schema
      .createTable('advisory_member')
      .addColumn('advisory_id', 'text', (column) => column.notNull())
      .addColumn('record_key', 'bigint', (column) => column.notNull())
      .addColumn('is_linked', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('advisory_member_pk', ['advisory_id', 'record_key']);
    await (isSqlite ? member.modifyEnd(clustered) : member).execute();
    await db.schema.createIndex('advisory_member_record').on('advisory_member').column('record_key').execute();
    const mention = db.schema
      .createTable('advisory_mention')
      .addColumn('vulnerability_id', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('record_key', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('advisory_mention_pk', ['vulnerability_id', 'kind', 'record_key']);
    await (isSqlite ? mention.modifyEnd(clustered) : mention).execute();
    await db.schema.createIndex('advisory_mention_record').on('advisory_mention').column('record_key').execute();
  },
};
