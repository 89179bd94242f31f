import type { AdvisoryStore } from '../../src/pipeline/advisories/index.ts';
import type { FeedItem, FeedStore } from '../../src/pipeline/feeds/index.ts';
import { itemOf, syncItems } from '../../src/pipeline/feeds/testing.ts';
import { silentProgress } from '../../src/platform/log/index.ts';
import { generatedRecords } from '../bench/generated-records.ts';

const count = 9000;

/** The feed as it is in that round: in each, another third of the records says something else. */
export async function syncRound(feeds: FeedStore, advisories: AdvisoryStore, round: number): Promise<void> {
  function* items(): Generator<FeedItem> {
    let index = 0;
    for (const item of generatedRecords(count, 'test'))
      if (item.kind === 'record')
        yield index++ % 3 === round % 3 ? itemOf({ ...item.record, details: `round ${round}` }) : item;
    yield { kind: 'end', cursor: `${round}`, complete: true };
  }
  const outcome = await syncItems({ store: feeds, items });
  if (outcome.kind !== 'synced') throw new Error(JSON.stringify(outcome));
  const signal = new AbortController().signal;
  await advisories.merge({ clock: { now: () => round }, progress: silentProgress, signal });
}
