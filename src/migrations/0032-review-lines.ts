import type { Migration } from './migration.ts';

/** The same change on several lines is found by what it changes. */
export const reviewLinesMigration: Migration = {
  name: '0032-review-lines',
  up: async (db) => {
    await db.schema.alterTable('review').addColumn('patch_key', 'text').execute();
    await db.schema.createIndex('review_patch').on('review').column('patch_key').execute();
  },
};
