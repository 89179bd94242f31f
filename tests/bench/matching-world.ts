import { DatabaseSync } from 'node:sqlite';
import type { JournalTables } from '../../src/journal/index.ts';
import { migrate, migrations } from '../../src/migrations/index.ts';
import { type AdvisoriesTables, createAdvisoryStore } from '../../src/pipeline/advisories/index.ts';
import type { Instance } from '../../src/pipeline/catalog/index.ts';
import { createFeedStore, type FeedItem, type FeedsTables } from '../../src/pipeline/feeds/index.ts';
import { syncItems } from '../../src/pipeline/feeds/testing.ts';
import { createMatcher, createMatchStore, type MatchingTables } from '../../src/pipeline/matching/index.ts';
import { openSqlite } from '../../src/platform/database/sqlite.ts';
import { generatedDictionary } from './carried-replica.ts';
import { generatedRecords } from './generated-records.ts';

type Tables = FeedsTables & AdvisoriesTables & MatchingTables & JournalTables;

/** A database of generated records and their advisories, and a matcher over it. */
export async function matchingWorld(file: string, records: number, instances: readonly Instance[]) {
  const db = await openSqlite<Tables>({ file });
  await migrate(db, migrations, 0);
  const feeds = createFeedStore(db);
  function* items(): Generator<FeedItem> {
    yield* generatedRecords(records, 'test');
    yield { kind: 'end', cursor: null, complete: true };
  }
  await syncItems({ store: feeds, items });
  mergeBarely(file);
  const advisories = createAdvisoryStore(db, feeds);
  const matcher = createMatcher({
    feeds,
    advisories,
    store: createMatchStore(db),
    data: generatedDictionary(),
    clock: { now: () => 0 },
  });
  let evaluation = 0;
  return {
    matcher,
    /** Of an evaluation not seen before. */
    fresh: () => ({ channel: 'bench', evaluationId: String(++evaluation), instances: async () => instances }),
  };
}

/** As the merge leaves them: each generated record is an advisory of its own. */
function mergeBarely(file: string): void {
  const db = new DatabaseSync(file);
  db.exec(`
    insert into advisory_member (advisory_id, record_key, is_linked) select record_id, id, 0 from feed_record order by record_id;
    insert into advisory_alias (alias, kind, advisory_id) select record_id, 'own', record_id from feed_record order by record_id;
  `);
  db.close();
}
