import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Fixed by itself, and nobody said so: few among many that are done. */
export const answersOwedMigration: Migration = {
  name: '0023-answers-owed',
  up: async (db) => {
    await sql`create index finding_answer_owed on finding (response_due_at, id)
      where state = 'fixed' and responded_at is null and response_due_at is not null and void_at is null`.execute(db);
  },
};
