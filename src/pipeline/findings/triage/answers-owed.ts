import { type Kysely, sql } from 'kysely';
import type { FindingRow } from '../rows.ts';
import type { StoreTables } from '../tables.ts';

/** Fixed before anybody gave the promised answer. */
export function owesAnswer(row: FindingRow): boolean {
  return row.state === 'fixed' && row.responded_at === null && row.response_due_at !== null && row.void_at === null;
}

/** Those whose answer is due first. */
export function answersOwed(db: Kysely<StoreTables>, limit: number): Promise<readonly FindingRow[]> {
  return (
    db
      .selectFrom('finding')
      .selectAll()
      // As the partial index says it, to the letter.
      .where(sql<boolean>`state = 'fixed' and responded_at is null and response_due_at is not null and void_at is null`)
      .orderBy('response_due_at')
      .orderBy('id')
      .limit(limit)
      .execute()
  );
}
