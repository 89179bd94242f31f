import type { Migration } from './migration.ts';

export const catalogMigration: Migration = {
  name: '0002-catalog',
  up: async (db, dialect) => {
    const counter = dialect === 'sqlite' ? 'integer' : 'bigserial';
    await db.schema
      .createTable('catalog_evaluation')
      .addColumn('id', counter, (column) =>
        dialect === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey(),
      )
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('commit_id', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('origin', 'text', (column) => column.notNull())
      .addColumn('instances', 'integer', (column) => column.notNull())
      .addColumn('failures', 'integer', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex('catalog_evaluation_place')
      .on('catalog_evaluation')
      .columns(['channel', 'commit_id'])
      .execute();
    await db.schema
      .createTable('catalog_instance')
      .addColumn('id', counter, (column) =>
        dialect === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey(),
      )
      .addColumn('digest', 'text', (column) => column.notNull().unique())
      .addColumn('attr', 'text', (column) => column.notNull())
      .addColumn('system', 'text', (column) => column.notNull())
      .addColumn('pname', 'text', (column) => column.notNull())
      .addColumn('version', 'text', (column) => column.notNull())
      .addColumn('body', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('catalog_instance_attr').on('catalog_instance').column('attr').execute();
    await db.schema
      .createTable('catalog_derivation')
      .addColumn('id', counter, (column) =>
        dialect === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey(),
      )
      .addColumn('digest', 'text', (column) => column.notNull().unique())
      .addColumn('drv_path', 'text')
      .addColumn('outputs', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('catalog_member')
      .addColumn('evaluation_id', 'bigint', (column) => column.notNull())
      .addColumn('instance_id', 'bigint', (column) => column.notNull())
      .addColumn('derivation_id', 'bigint', (column) => column.notNull())
      .addPrimaryKeyConstraint('catalog_member_pk', ['evaluation_id', 'instance_id'])
      .execute();
    await db.schema.createIndex('catalog_member_instance').on('catalog_member').column('instance_id').execute();
    await db.schema
      .createTable('catalog_failure')
      .addColumn('evaluation_id', 'bigint', (column) => column.notNull())
      .addColumn('attr', 'text', (column) => column.notNull())
      .addColumn('system', 'text', (column) => column.notNull())
      .addColumn('how', 'text', (column) => column.notNull())
      .addColumn('message', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('catalog_failure_pk', ['evaluation_id', 'attr', 'system'])
      .execute();
    await db.schema
      .createTable('catalog_covered')
      .addColumn('attr', 'text', (column) => column.primaryKey())
      .addColumn('category', 'text', (column) => column.notNull())
      .addColumn('owner', 'text', (column) => column.notNull())
      .addColumn('since', 'text', (column) => column.notNull())
      .execute();
  },
};
