import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { systemClock } from '../../src/foundation/clock.ts';
import type { JournalTables } from '../../src/journal/index.ts';
import { migrate, migrations } from '../../src/migrations/index.ts';
import { type AdvisoriesTables, createAdvisoryStore } from '../../src/pipeline/advisories/index.ts';
import { createFeedStore, type FeedsTables, feedSources, syncFeed } from '../../src/pipeline/feeds/index.ts';
import {
  createIdentityData,
  createMatcher,
  createMatchStore,
  type MatchingTables,
  readDictionary,
  readPurlProducts,
} from '../../src/pipeline/matching/index.ts';
import { openSqlite } from '../../src/platform/database/sqlite.ts';
import { silentProgress } from '../../src/platform/log/index.ts';
import { feedPlaces } from '../quality/feed-places.ts';
import { realInstances } from './carried-replica.ts';

type Tables = FeedsTables & AdvisoriesTables & MatchingTables & JournalTables;

const folder = '../shared/data';
const places: Readonly<Record<string, string>> = {
  ...feedPlaces,
  nvd: 'nvd/api',
  kev: 'kev/known_exploited_vulnerabilities.json',
  epss: 'epss/epss_scores-sample.csv',
  'osv-crates-io': 'osv/crates.io/all.zip',
  'osv-oss-fuzz': 'osv/OSS-Fuzz/all.zip',
  'osv-psf': 'osv/PSF/all.zip',
  debian: 'debian/tracker.json',
};

let made: ReturnType<typeof makeWorld> | undefined;

/** A thousand evaluated packages and the real feeds in one database, made once a process; null when they are not here. */
export function realWorld(): ReturnType<typeof makeWorld> {
  made ??= makeWorld();
  return made;
}

async function makeWorld() {
  const instances = await realInstances();
  if (instances === null || !existsSync(path.join(folder, 'feeds'))) return null;
  const place = mkdtempSync(path.join(tmpdir(), 'snowguard-bench-real-'));
  process.once('exit', () => rmSync(place, { recursive: true, force: true }));
  const file = path.join(place, 'world.sqlite');
  const db = await openSqlite<Tables>({ file });
  await migrate(db, migrations, 0);
  const feeds = createFeedStore(db);
  const advisories = createAdvisoryStore(db, feeds);
  const store = createMatchStore(db);
  const work = { clock: systemClock, progress: silentProgress, signal: new AbortController().signal };
  const data = createIdentityData({
    dictionary: readDictionary(readFileSync(path.join(folder, 'cpe/cpedict.csv'), 'utf8')),
    purlProducts: readPurlProducts(gunzipSync(readFileSync(path.join(folder, 'cpe/purl2cpe.jsonl.gz'))).toString()),
  });
  const freshMatcher = () => createMatcher({ feeds, advisories, store, data, clock: systemClock });
  const matcher = freshMatcher();
  /** Every feed, then the merge; how many advisories changed. */
  const sync = async () => {
    for (const source of feedSources) {
      const location = { kind: 'path', path: path.join(folder, 'feeds', places[source.id] ?? '') } as const;
      if (places[source.id] === undefined) continue;
      const fetcher = { fetch: () => Promise.reject(new Error('no network')) };
      const outcome = await syncFeed({ ...work, source, store: feeds, location, secret: null, fetcher });
      if (outcome.kind !== 'synced' && outcome.kind !== 'unchanged') throw new Error(`${source.id}: ${outcome.kind}`);
    }
    return (await advisories.merge(work)).changed;
  };
  await sync();
  const request = { channel: 'real', evaluationId: '1', instances: async () => instances };
  await matcher.rematch({ ...request, scope: { kind: 'all' } });
  const attrs = [...new Set(instances.map(({ attr }) => attr))];
  return {
    file,
    advisories,
    store,
    matcher,
    /** Which remembers nothing yet. */
    freshMatcher,
    request,
    attrs,
    sync,
    feedPaths: Object.values(places).map((place) => path.join(folder, 'feeds', place)),
  };
}
