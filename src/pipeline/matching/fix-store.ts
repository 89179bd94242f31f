import type { EpochMs } from '../../foundation/clock.ts';
import { inParts } from '../../foundation/in-parts.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { FixChanges } from './fix-changes.ts';
import type { FixCommit } from './fix-links.ts';
import type { MatchingTables } from './tables.ts';

/** What reading a fix gave: keys of the code it changes, or why there are none. */
export type FixReading = FixCommit &
  ({ readonly kind: 'read'; readonly changes: readonly string[] } | { readonly kind: 'failed'; readonly why: string });

/** What could not be read is tried again after a week. */
const againAfterMs = 7 * 86_400_000;

export interface FixStore {
  /** The same map as long as nothing was read since. */
  readonly changes: () => Promise<FixChanges>;
  /** Those that were not read yet, or failed long ago. */
  readonly unread: (fixes: readonly FixCommit[], now: EpochMs) => Promise<readonly FixCommit[]>;
  /** Announced as `matching.fixes-read`. */
  readonly record: (readings: readonly FixReading[], at: EpochMs) => Promise<void>;
}

export function createFixStore(db: Database<MatchingTables & JournalTables>): FixStore {
  let last: { readonly of: string; readonly changes: FixChanges } = { of: '', changes: new Map() };
  return {
    changes: async () => {
      const { rows, newest } = await db.read
        .selectFrom('matching_fix')
        .select(({ fn }) => [fn.countAll<number>().as('rows'), fn.max('read_at').as('newest')])
        .executeTakeFirstOrThrow();
      const of = `${rows} ${newest}`;
      if (of === last.of) return last.changes;
      const found = await db.read
        .selectFrom('matching_fix')
        .select(['commit_id', 'changes'])
        .where('changes', 'is not', null)
        .execute();
      last = { of, changes: new Map(found.map((row) => [row.commit_id, JSON.parse(row.changes ?? '[]') as string[]])) };
      return last.changes;
    },
    unread: async (fixes, now) => {
      const settled = new Set<string>();
      for (const part of inParts(fixes.map(({ commitId }) => commitId)))
        for (const row of await db.read
          .selectFrom('matching_fix')
          .select(['commit_id', 'url', 'changes', 'read_at'])
          .where('commit_id', 'in', part)
          .execute())
          if (row.changes !== null || now - row.read_at < againAfterMs) settled.add(`${row.commit_id} ${row.url}`);
      return fixes.filter(({ commitId, url }) => url !== null && !settled.has(`${commitId} ${url}`));
    },
    record: (readings, at) =>
      db.write(async (trx) => {
        for (const reading of readings) {
          const known = {
            changes: reading.kind === 'read' ? JSON.stringify(reading.changes) : null,
            failure: reading.kind === 'failed' ? reading.why : null,
            read_at: at,
          };
          await trx
            .insertInto('matching_fix')
            .values({ commit_id: reading.commitId, url: reading.url ?? '', ...known })
            .onConflict((conflict) => conflict.columns(['commit_id', 'url']).doUpdateSet(known))
            .execute();
        }
        const read = readings.filter(({ kind }) => kind === 'read').length;
        await appendEvent(trx, {
          at,
          kind: 'matching.fixes-read',
          subject: '',
          actor: 'robot',
          payload: { read, failed: readings.length - read },
        });
      }),
  };
}
