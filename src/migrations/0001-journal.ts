import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const journalMigration: Migration = {
  name: '0001-journal',
  up: async (db, dialect) => {
    const sqlite = dialect === 'sqlite';
    await db.schema
      .createTable('journal_event')
      .addColumn('sequence', sqlite ? 'integer' : 'bigserial', (column) =>
        sqlite ? column.primaryKey().autoIncrement() : column.primaryKey(),
      )
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('subject', 'text', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('payload', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('journal_event_kind').on('journal_event').columns(['kind', 'sequence']).execute();
    await db.schema.createIndex('journal_event_subject').on('journal_event').columns(['subject', 'sequence']).execute();
    for (const statement of sqlite ? refusalsOfSqlite : refusalsOfPostgres) await sql.raw(statement).execute(db);
    await db.schema
      .createTable('journal_cursor')
      .addColumn('reader', 'text', (column) => column.primaryKey())
      .addColumn('sequence', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('job')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('payload', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('attempt', 'integer', (column) => column.notNull())
      .addColumn('run_at', 'bigint', (column) => column.notNull())
      .addColumn('owner', 'text')
      .addColumn('lease_until', 'bigint')
      .addColumn('error', 'text')
      .execute();
    await db.schema.createIndex('job_turn').on('job').columns(['state', 'run_at']).execute();
    await db.schema
      .createIndex('job_waiting')
      .unique()
      .on('job')
      .columns(['kind', 'key'])
      .where(sql.ref('state'), '=', sql.lit('waiting'))
      .execute();
  },
};

/** What happened stays: the journal takes new rows only. */
const refusalsOfSqlite = ['update', 'delete'].map(
  (act) =>
    `create trigger journal_event_no_${act} before ${act} on journal_event begin select raise(abort, 'the journal only grows'); end`,
);

const refusalsOfPostgres = [
  `create function journal_event_refuse() returns trigger language plpgsql as $$ begin raise exception 'the journal only grows'; end $$`,
  `create trigger journal_event_no_change before update or delete or truncate on journal_event
     for each statement execute function journal_event_refuse()`,
];
