import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Distributions' fixes are filed by the name of their package: the next sync of each reads its records again and files them. */
export const fixedElsewhereMigration: Migration = {
  name: '0038-fixed-elsewhere',
  up: async (db) => {
    const sources = sql`('debian', 'ubuntu', 'alpine', 'wolfi', 'chainguard', 'redhat', 'suse')`;
    await sql`update feed_record set meaning_digest = '', raw_digest = '' where source in ${sources}`.execute(db);
    await sql`update feed_source set cursor = null where source in ${sources}`.execute(db);
  },
};
