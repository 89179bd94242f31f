import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** What the robot proposes and people decide: records that were taken back, risks that are borne for a while. And the facts of a case in one text. */
export const decisionsMigration: Migration = {
  name: '0025-decisions',
  up: async (db) => {
    await db.schema.alterTable('finding').addColumn('rejection', 'text').execute();
    await db.schema.alterTable('finding_clock').addColumn('packed', 'text').execute();
    await db.schema.alterTable('finding_clock').addColumn('packed_upto', 'bigint').execute();
    await db.schema.alterTable('finding').addColumn('risk_asked', 'text').execute();
    await db.schema.alterTable('finding').addColumn('risk_accepted', 'text').execute();
    await db.schema.alterTable('finding').addColumn('risk_look_at', 'bigint').execute();
    await sql`create index finding_risk_asked on finding (id) where risk_asked is not null`.execute(db);
    await sql`create index finding_risk_look on finding (risk_look_at) where risk_look_at is not null`.execute(db);
    await sql`create index finding_rejection on finding (id) where rejection is not null`.execute(db);
  },
};
