import type { Migration } from './migration.ts';

export const attainmentMigration: Migration = {
  name: '0013-attainment',
  up: async (db, dialect) => {
    const sqlite = dialect === 'sqlite';
    for (const column of ['responded_at', 'response_breached_at']) {
      await db.schema.alterTable('finding').addColumn(column, 'bigint').execute();
    }
    await db.schema
      .createTable('finding_clock')
      .addColumn('finding_id', 'bigint', (column) => column.primaryKey())
      .addColumn('figures', 'text', (column) => column.notNull())
      .addColumn('response_due_at', 'bigint')
      .addColumn('response_told_at', 'bigint')
      .addColumn('remediation_due_at', 'bigint')
      .addColumn('remediation_told_at', 'bigint')
      .addColumn('paged_for_at', 'bigint')
      .addColumn('next_alert_at', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('finding_clock_next').on('finding_clock').column('next_alert_at').execute();
    await db.schema
      .createTable('sla_page')
      .addColumn('id', sqlite ? 'integer' : 'bigserial', (column) =>
        sqlite ? column.primaryKey().autoIncrement() : column.primaryKey(),
      )
      .addColumn('finding_id', 'bigint', (column) => column.notNull())
      .addColumn('clock', 'text', (column) => column.notNull())
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('band', 'text', (column) => column.notNull())
      .addColumn('opened_at', 'bigint', (column) => column.notNull())
      .addColumn('step', 'integer', (column) => column.notNull())
      .addColumn('person', 'text')
      .addColumn('asked_at', 'bigint', (column) => column.notNull())
      .addColumn('answer_by', 'bigint', (column) => column.notNull())
      .addColumn('acknowledged_at', 'bigint')
      .addColumn('acknowledged_by', 'text')
      .execute();
    await db.schema.createIndex('sla_page_waiting').on('sla_page').columns(['acknowledged_at', 'answer_by']).execute();
    await db.schema.createIndex('sla_page_finding').on('sla_page').column('finding_id').execute();
  },
};
