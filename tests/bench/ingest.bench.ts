import { rmSync } from 'node:fs';
import path from 'node:path';
import type { JournalTables } from '../../src/journal/index.ts';
import { migrate, migrations } from '../../src/migrations/index.ts';
import { createFeedStore, type FeedItem, type FeedsTables } from '../../src/pipeline/feeds/index.ts';
import { syncItems } from '../../src/pipeline/feeds/testing.ts';
import { openSqlite } from '../../src/platform/database/sqlite.ts';
import { insertBarely } from './bare-inserts.ts';
import { generatedRecords } from './generated-records.ts';
import type { Benchmark } from './measure.ts';

const count = 350_000;

/** Both sides make the records anew, one at a time: that costs both the same. */
export const benchmark: Benchmark = {
  title: 'first sync of a feed',
  runs: 1,
  prepare: async (folder) => ({
    input: '350,000 records, 3.1 million ranges',
    ours: { name: 'syncFeed', run: () => sync(path.join(folder, 'ours.sqlite')) },
    floor: {
      name: 'bare inserts',
      run: async () => {
        const file = cleared(path.join(folder, 'floor.sqlite'));
        return insertBarely(file, generatedRecords(count, 'test'));
      },
    },
  }),
};

async function sync(file: string) {
  const db = await openSqlite<FeedsTables & JournalTables>({ file: cleared(file) });
  await migrate(db, migrations, 0);
  let ranges = 0;
  function* items(): Generator<FeedItem> {
    for (const item of generatedRecords(count, 'test')) {
      if (item.kind === 'record') for (const one of item.record.affected) ranges += one.ranges.length;
      yield item;
    }
    yield { kind: 'end', cursor: null, complete: true };
  }
  const outcome = await syncItems({ store: createFeedStore(db), items });
  await db.close();
  return { records: outcome.kind === 'synced' ? outcome.counts.added : 0, ranges };
}

function cleared(file: string): string {
  for (const ending of ['', '-wal', '-shm']) rmSync(file + ending, { force: true });
  return file;
}
