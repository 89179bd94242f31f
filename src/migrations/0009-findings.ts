import type { Migration } from './migration.ts';

export const findingsMigration: Migration = {
  name: '0009-findings',
  up: async (db, dialect) => {
    const sqlite = dialect === 'sqlite';
    const counter = sqlite ? 'integer' : 'bigserial';
    await db.schema
      .createTable('finding')
      .addColumn('id', counter, (column) => (sqlite ? column.primaryKey().autoIncrement() : column.primaryKey()))
      .addColumn('advisory_id', 'text', (column) => column.notNull())
      .addColumn('attr', 'text', (column) => column.notNull())
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('version', 'text', (column) => column.notNull())
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('band', 'text', (column) => column.notNull())
      .addColumn('score_tenths', 'integer')
      .addColumn('known_exploited', 'integer', (column) => column.notNull())
      .addColumn('epss_millionths', 'integer')
      .addColumn('risk_hundredths', 'integer', (column) => column.notNull())
      .addColumn('disclosed_at', 'bigint', (column) => column.notNull())
      .addColumn('opened_at', 'bigint', (column) => column.notNull())
      .addColumn('fixed_at', 'bigint')
      .addColumn('fixed_version', 'text')
      .addColumn('released_at', 'bigint')
      .addColumn('explanation', 'text', (column) => column.notNull())
      .addColumn('patches', 'text', (column) => column.notNull())
      .addColumn('attributions', 'text', (column) => column.notNull())
      .addColumn('advisory_say', 'text', (column) => column.notNull())
      .addColumn('policy_id', 'text', (column) => column.notNull())
      .addColumn('policy_version', 'integer', (column) => column.notNull())
      .addColumn('start_at', 'bigint', (column) => column.notNull())
      .addColumn('response_due_at', 'bigint')
      .addColumn('remediation_due_at', 'bigint', (column) => column.notNull())
      .addColumn('stopped_at', 'bigint')
      .addColumn('breached_at', 'bigint')
      .addColumn('void_at', 'bigint')
      .addColumn('breach_at', 'bigint', (column) => column.notNull())
      .addColumn('verdict', 'text')
      .addUniqueConstraint('finding_place', ['channel', 'attr', 'advisory_id'])
      .execute();
    await db.schema.createIndex('finding_advisory').on('finding').column('advisory_id').execute();
    // In full, so that counting reads the index alone.
    await db.schema.createIndex('finding_attr').on('finding').columns(['attr', 'state', 'band']).execute();
    // The two orders of the queue; the columns in full, so that a page reads only its own rows.
    for (const [name, columns] of [
      ['finding_by_breach', ['breach_at', 'risk_hundredths desc', 'id']],
      ['finding_by_risk', ['known_exploited desc', 'risk_hundredths desc', 'breach_at', 'id']],
    ] as const) {
      for (const filter of [[], ['state'], ['band']] as const) {
        await db.schema
          .createIndex([name, ...filter].join('_of_'))
          .on('finding')
          .columns([...filter, ...columns])
          .execute();
      }
    }
    await db.schema
      .createTable('finding_fact')
      .addColumn('id', counter, (column) => (sqlite ? column.primaryKey().autoIncrement() : column.primaryKey()))
      .addColumn('finding_id', 'bigint', (column) => column.notNull())
      .addColumn('recorded_at', 'bigint', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('finding_fact_finding').on('finding_fact').column('finding_id').execute();
    await db.schema
      .createTable('finding_attribution')
      .addColumn('finding_id', 'bigint', (column) => column.notNull())
      .addColumn('source', 'text', (column) => column.notNull())
      .addColumn('record_id', 'text', (column) => column.notNull())
      .addColumn('outcome', 'text', (column) => column.notNull())
      .addColumn('since', 'bigint', (column) => column.notNull())
      .addColumn('until', 'bigint')
      .addPrimaryKeyConstraint('finding_attribution_pk', ['finding_id', 'source', 'record_id', 'outcome'])
      .execute();
    await db.schema
      .createTable('finding_verdict')
      .addColumn('finding_id', 'bigint', (column) => column.notNull())
      .addColumn('content', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('proposed_by', 'text', (column) => column.notNull())
      .addColumn('proposed_at', 'bigint', (column) => column.notNull())
      .addColumn('ended_at', 'bigint')
      .addPrimaryKeyConstraint('finding_verdict_pk', ['finding_id', 'content'])
      .execute();
    await db.schema
      .createTable('finding_policy')
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('version', 'integer', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .addColumn('first_used_at', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('finding_policy_pk', ['id', 'version'])
      .execute();
  },
};
