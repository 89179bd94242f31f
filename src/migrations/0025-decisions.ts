import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** What the robot proposes and people decide: records that were taken back. And the facts of a case in one text. */
export const decisionsMigration: Migration = {
  name: '0025-decisions',
  up: async (db) => {
    await db.schema.alterTable('finding').addColumn('rejection', 'text').execute();
    await db.schema.alterTable('finding_clock').addColumn('packed', 'text').execute();
    await db.schema.alterTable('finding_clock').addColumn('packed_upto', 'bigint').execute();
    await sql`create index finding_rejection on finding (id) where rejection is not null`.execute(db);
  },
};
