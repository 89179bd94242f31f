import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** What changed last is read without the rest; by advisory, since that is what is told to the world. */
export const changedMigration: Migration = {
  name: '0024-changed',
  up: async (db, dialect) => {
    await db.schema
      .alterTable('finding')
      .addColumn('changed_at', 'bigint', (column) => column.notNull().defaultTo(0))
      .execute();
    const latest = sql.raw(dialect === 'sqlite' ? 'max' : 'greatest');
    await sql`update finding set changed_at = ${latest}(opened_at, coalesce(fixed_at, 0), coalesce(released_at, 0))`.execute(
      db,
    );
    for (const filter of [null, 'channel', 'state', 'band'] as const)
      await db.schema
        .createIndex(filter === null ? 'finding_changed' : `finding_changed_of_${filter}`)
        .on('finding')
        .columns([...(filter === null ? [] : [filter]), 'changed_at', 'advisory_id'])
        .execute();
    await sql`create index finding_breached on finding (breached_at, advisory_id) where breached_at is not null`.execute(
      db,
    );
  },
};
