import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** What is proposed and decided: records that were taken back, risks that are borne for a while. What is foreseen. And a case's facts in one text. */
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
    await db.schema.alterTable('finding').addColumn('fix_kind', 'text').execute();
    await db.schema.alterTable('finding').addColumn('likely_late_since', 'bigint').execute();
    await sql`create index finding_likely_late on finding (id) where likely_late_since is not null`.execute(db);
    await db.schema
      .createTable('finding_forecast')
      .addColumn('finding_id', 'bigint', (column) => column.notNull())
      .addColumn('stage', 'text', (column) => column.notNull())
      .addColumn('made_at', 'bigint', (column) => column.notNull())
      .addColumn('done_by', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('finding_forecast_pk', ['finding_id', 'stage'])
      .execute();
    await db.schema.alterTable('finding').addColumn('rechecked_at', 'bigint').execute();
    await sql`create index finding_recheck on finding (id)
      where stage = 'dismissed' and rechecked_at is null and id % 20 = 0`.execute(db);
    await sql`create index finding_rejection on finding (id) where rejection is not null`.execute(db);
  },
};
