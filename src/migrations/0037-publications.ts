import type { Migration } from './migration.ts';

/** The ids that our own advisories go by in the world. */
export const publicationsMigration: Migration = {
  name: '0037-publications',
  up: async (db) => {
    await db.schema
      .createTable('publication')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('year', 'integer', (column) => column.notNull())
      .addColumn('number', 'integer', (column) => column.notNull())
      .addColumn('attr', 'text', (column) => column.notNull())
      .addColumn('published_at', 'bigint', (column) => column.notNull())
      .addColumn('replaced_by', 'text')
      .addColumn('replaced_at', 'bigint')
      .addUniqueConstraint('publication_number', ['year', 'number'])
      .execute();
    await db.schema
      .createTable('publication_name')
      .addColumn('advisory_id', 'text', (column) => column.notNull())
      .addColumn('attr', 'text', (column) => column.notNull())
      .addColumn('publication_id', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('publication_name_pk', ['advisory_id', 'attr'])
      .execute();
    await db.schema
      .createIndex('publication_name_publication')
      .on('publication_name')
      .column('publication_id')
      .execute();
  },
};
