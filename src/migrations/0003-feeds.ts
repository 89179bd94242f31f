import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const feedsMigration: Migration = {
  name: '0003-feeds',
  up: async (db, dialect) => {
    const sqlite = dialect === 'sqlite';
    await db.schema
      .createTable('feed_counter')
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('record', 'bigint', (column) => column.notNull())
      .addColumn('pack', 'bigint', (column) => column.notNull())
      .addColumn('change', 'bigint', (column) => column.notNull())
      .execute();
    await sql`insert into feed_counter (id, record, pack, change) values (1, 0, 0, 0)`.execute(db);
    await db.schema
      .createTable('feed_source')
      .addColumn('source', 'text', (column) => column.primaryKey())
      .addColumn('run', 'bigint', (column) => column.notNull())
      .addColumn('location', 'text', (column) => column.notNull())
      .addColumn('cursor', 'text')
      .addColumn('attempt_at', 'bigint', (column) => column.notNull())
      .addColumn('success_at', 'bigint')
      .addColumn('change_at', 'bigint')
      .addColumn('failure', 'text')
      .addColumn('failures', 'integer', (column) => column.notNull())
      .addColumn('incident', 'text')
      .addColumn('records', 'bigint', (column) => column.notNull())
      .addColumn('pending_added', 'bigint', (column) => column.notNull())
      .addColumn('pending_changed', 'bigint', (column) => column.notNull())
      .addColumn('latencies', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('feed_record')
      .addColumn('id', 'bigint', (column) => column.primaryKey())
      .addColumn('source', 'text', (column) => column.notNull())
      .addColumn('record_id', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('published_at', 'bigint')
      .addColumn('modified_at', 'bigint')
      .addColumn('first_seen_at', 'bigint', (column) => column.notNull())
      .addColumn('meaning_digest', 'text', (column) => column.notNull())
      .addColumn('raw_digest', 'text', (column) => column.notNull())
      .addColumn('raw_pack', 'bigint', (column) => column.notNull())
      .addColumn('raw_offset', 'integer', (column) => column.notNull())
      .addColumn('raw_length', 'integer', (column) => column.notNull())
      .addColumn('change', 'bigint', (column) => column.notNull())
      .addColumn('missing_since', 'bigint')
      .addUniqueConstraint('feed_record_name', ['source', 'record_id'])
      .execute();
    await db.schema.createIndex('feed_record_change').on('feed_record').column('change').execute();
    await db.schema
      .createTable('feed_body')
      .addColumn('record_id', 'bigint', (column) => column.primaryKey())
      .addColumn('body', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('feed_pack')
      .addColumn('id', 'bigint', (column) => column.primaryKey())
      .addColumn('content', 'bytea', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('feed_product')
      .addColumn('id', sqlite ? 'integer' : 'bigserial', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull().unique())
      .addColumn('identity', 'text')
      .addColumn('key', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('feed_product_key').on('feed_product').column('key').execute();
    // Narrow and in the order in which it is read: a table that is its own index.
    const affected = db.schema
      .createTable('feed_affected')
      .addColumn('product_id', 'bigint', (column) => column.notNull())
      .addColumn('record_id', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('feed_affected_pk', ['product_id', 'record_id']);
    await (sqlite ? affected.modifyEnd(sql`without rowid,`) : affected).execute();
    await db.schema.createIndex('feed_affected_record').on('feed_affected').column('record_id').execute();
    await db.schema
      .createTable('feed_score')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('source', 'text', (column) => column.notNull())
      .addColumn('epss', 'text', (column) => column.notNull())
      .addColumn('raw', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('feed_quarantine')
      .addColumn('source', 'text', (column) => column.notNull())
      .addColumn('record_id', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .addColumn('raw', 'bytea', (column) => column.notNull())
      .addPrimaryKeyConstraint('feed_quarantine_pk', ['source', 'record_id'])
      .execute();
  },
};
