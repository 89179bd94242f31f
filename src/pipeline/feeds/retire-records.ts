import type { Transaction } from 'kysely';
import { inParts } from '../../foundation/in-parts.ts';
import { takeNumbers } from './counters.ts';
import type { FeedsTables } from './tables.ts';

/** Ends what these records assert. Row, body and raw text stay. */
export async function retireRecords(trx: Transaction<FeedsTables>, keys: readonly number[]): Promise<void> {
  let { change } = await takeNumbers(trx, { change: keys.length });
  for (const part of inParts(keys)) {
    // Each has a number of its own, so that readers can stop after any of them.
    await Promise.all(
      part.map((id) =>
        trx
          .updateTable('feed_record')
          .set({ state: 'gone', change: change++, missing_since: null })
          .where('id', '=', id)
          .execute(),
      ),
    );
    await trx.deleteFrom('feed_affected').where('record_id', 'in', part).execute();
  }
}
