import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const triageMigration: Migration = {
  name: '0012-triage',
  up: async (db) => {
    for (const [column, type] of [
      ['claimed_by', 'text'],
      ['claim_until', 'bigint'],
      ['next_update_at', 'bigint'],
      ['verdict_by', 'text'],
      ['fix_tree', 'text'],
      ['lowering', 'text'],
    ] as const) {
      await db.schema.alterTable('finding').addColumn(column, type).execute();
    }
    await db.schema
      .alterTable('finding')
      .addColumn('stage', 'text', (column) => column.notNull().defaultTo('matched'))
      .execute();
    // What was decided before there were stages stands where its state puts it.
    await sql`update finding set stage = case
      when state = 'fixed' and released_at is null then 'staged'
      when state = 'fixed' then 'released'
      when state = 'not_affected' and verdict is null then 'dismissed'
      when state = 'not_affected' then 'not_affected'
      when state = 'retracted' then 'void'
      else 'matched' end`.execute(db);
    // The queue in its order, and the work item that a row belongs to; only over what is somebody's work.
    await sql`create index finding_queue on finding (breach_at, risk_hundredths desc, id)
      where state in ('open', 'under_investigation')`.execute(db);
    await sql`create index finding_queue_item on finding (attr, channel, version, breach_at, risk_hundredths desc, id)
      where state in ('open', 'under_investigation')`.execute(db);
    await sql`create index finding_queue_stage on finding (stage, breach_at, risk_hundredths desc, id)
      where state in ('open', 'under_investigation')`.execute(db);
    await sql`create index finding_queue_claim on finding (claimed_by, breach_at, risk_hundredths desc, id)
      where state in ('open', 'under_investigation') and claimed_by is not null`.execute(db);
    await sql`create index finding_claim on finding (claim_until) where claim_until is not null`.execute(db);
    await sql`create index finding_next_update on finding (next_update_at) where next_update_at is not null`.execute(
      db,
    );
    await sql`create index finding_verdict_waiting on finding_verdict (proposed_at) where ended_at is null`.execute(db);
    await sql`create index finding_lowering on finding (id) where lowering is not null`.execute(db);
    await db.schema
      .createTable('finding_signature')
      .addColumn('finding_id', 'bigint', (column) => column.notNull())
      .addColumn('content', 'text', (column) => column.notNull())
      .addColumn('person', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('finding_signature_pk', ['finding_id', 'content', 'person'])
      .execute();
    await db.schema
      .createTable('finding_import')
      .addColumn('digest', 'text', (column) => column.primaryKey())
      .addColumn('source', 'text', (column) => column.notNull())
      .addColumn('entry', 'text', (column) => column.notNull())
      .addColumn('outcome', 'text', (column) => column.notNull())
      .addColumn('detail', 'text', (column) => column.notNull())
      .addColumn('imported_by', 'text', (column) => column.notNull())
      .addColumn('imported_at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
