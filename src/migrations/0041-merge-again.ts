import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Vulnerabilities that only a notice about several names were left out: the next merge looks at all records again. */
export const mergeAgainMigration: Migration = {
  name: '0041-merge-again',
  up: async (db) => {
    await sql`update advisory_progress set records = 0`.execute(db);
  },
};
