// A program to be killed: syncs a feed and merges its records, again and again, changing some each time.
import { writeSync } from 'node:fs';
import type { JournalTables } from '../../src/journal/index.ts';
import { type AdvisoriesTables, createAdvisoryStore } from '../../src/pipeline/advisories/index.ts';
import { createFeedStore, type FeedsTables } from '../../src/pipeline/feeds/index.ts';
import { openSqlite } from '../../src/platform/database/sqlite.ts';
import { syncRound } from './feeds-rounds.ts';

const [file = '', first = '0'] = process.argv.slice(2);
const db = await openSqlite<AdvisoriesTables & FeedsTables & JournalTables>({ file });
const feeds = createFeedStore(db);
const advisories = createAdvisoryStore(db, feeds);
for (let round = Number(first); ; round++) {
  writeSync(1, `${round}\n`);
  await syncRound(feeds, advisories, round);
}
