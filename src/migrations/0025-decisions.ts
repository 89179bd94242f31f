import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** What the robot proposes and people decide: records that were taken back. */
export const decisionsMigration: Migration = {
  name: '0025-decisions',
  up: async (db) => {
    await db.schema.alterTable('finding').addColumn('rejection', 'text').execute();
    await sql`create index finding_rejection on finding (id) where rejection is not null`.execute(db);
  },
};
