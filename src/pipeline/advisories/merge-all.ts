import type { Clock } from '../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Progress } from '../../platform/log/index.ts';
import type { FeedStore } from '../feeds/index.ts';
import { updateMentions } from './mention-rows.ts';
import { planMerge, writeMerge } from './merge-batch.ts';
import type { AdvisoriesTables } from './tables.ts';

export interface MergeWork {
  readonly clock: Clock;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

const together = 500;

/** All mentions first, so that an advisory is merged once even when many feeds bring a record of it. */
export async function mergeAll(
  db: Database<AdvisoriesTables & JournalTables>,
  feeds: Pick<FeedStore, 'recordsChangedAfter' | 'records'>,
  { clock, progress, signal }: MergeWork,
): Promise<{ readonly changed: number }> {
  const begin = await db.read.selectFrom('advisory_progress').select('records').executeTakeFirstOrThrow();
  const waiting: { readonly key: number; readonly sequence: number }[] = [];
  for (let at = begin.records; ; ) {
    signal.throwIfAborted();
    const changes = await feeds.recordsChangedAfter(at, together);
    const last = changes.at(-1);
    if (last === undefined) break;
    await updateMentions(
      db,
      feeds,
      changes.map(({ recordKey }) => recordKey),
    );
    for (const { recordKey, sequence } of changes) waiting.push({ key: recordKey, sequence });
    at = last.sequence;
    progress.advance(waiting.length, null, 'records looked through');
  }
  const done = new Set<number>();
  let from = begin.records;
  for (let start = 0; start < waiting.length; start += together) {
    signal.throwIfAborted();
    const batch = waiting.slice(start, start + together);
    const to = batch.at(-1)?.sequence ?? from;
    const keys = batch.flatMap(({ key }) => (done.has(key) ? [] : key));
    const plan = await planMerge(db.read, feeds, keys);
    for (const key of plan.done) done.add(key);
    const place = { dialect: db.dialect, from, to };
    await db.write((trx) => writeMerge(trx, plan, place));
    from = to;
    progress.advance(start + batch.length, waiting.length, 'records merged');
  }
  return announce(db, clock);
}

/** What a merge that was cut short had changed is announced too. */
function announce(db: Database<AdvisoriesTables & JournalTables>, clock: Clock): Promise<{ readonly changed: number }> {
  return db.write(async (trx) => {
    const { pending, change } = await trx.selectFrom('advisory_progress').selectAll().executeTakeFirstOrThrow();
    if (pending === 0) return { changed: 0 };
    await trx.updateTable('advisory_progress').set({ pending: 0 }).execute();
    await appendEvent(trx, {
      at: clock.now(),
      kind: 'advisories.merged',
      subject: 'advisories',
      actor: 'robot',
      payload: { changed: pending, sequence: change },
    });
    return { changed: pending };
  });
}
