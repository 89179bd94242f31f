import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventsAfter, type JournalTables } from '../../journal/index.ts';
import { openTestDatabase } from '../../platform/database/testing.ts';
import { silentProgress } from '../../platform/log/index.ts';
import { createFeedStore, type FeedsTables, feedSources, syncFeed } from '../feeds/index.ts';
import { type AdvisoriesTables, createAdvisoryStore } from './index.ts';

const folder = path.resolve('../shared/data/feeds');
const present = existsSync(folder);
if (!present) console.log(`not tested with real feeds: there is no ${path.relative('.', folder)}`);

/** What lies there of each source, and how many records that is. */
const parts: Readonly<Record<string, readonly [part: string, records: number]>> = {
  nvd: ['nvd/api', 61],
  'nvd-overrides': ['nvd/overrides.jsonl.gz', 25_797],
  cve: ['cve/cve-v5-sample.jsonl.gz', 3220],
  kev: ['kev/known_exploited_vulnerabilities.json', 1404],
  epss: ['epss/epss_scores-sample.csv', 5],
  'osv-bitnami': ['osv/Bitnami/all.zip', 6861],
  'osv-go': ['osv/Go/all.zip', 3143],
  'osv-hackage': ['osv/Hackage/all.zip', 34],
  'osv-psf': ['osv/PSF/all.zip', 132],
  'osv-pypi': ['osv/PyPI/all.zip', 2661],
  'osv-crates-io': ['osv/crates.io/all.zip', 1080],
  'osv-oss-fuzz': ['osv/OSS-Fuzz/all.zip', 3942],
  openssl: ['openssl/secjson', 254],
  curl: ['curl/vuln.json', 188],
  nginx: ['nginx/security_advisories.xml', 56],
  httpd: ['httpd/json', 244],
  node: ['node/core/index.json', 171],
  debian: ['debian/tracker.json', 7],
  alpine: ['alpine', 16],
  ubuntu: ['ubuntu', 11],
  redhat: ['redhat/csaf', 8],
};

describe.runIf(present)('every real feed', () => {
  test('is read whole, merged without joining two CVEs, and read again without a write', {
    timeout: 300_000,
  }, async () => {
    const db = await openTestDatabase<AdvisoriesTables & FeedsTables & JournalTables>();
    const feeds = createFeedStore(db);
    const advisories = createAdvisoryStore(db, feeds);
    const signal = new AbortController().signal;
    const clock = { now: () => Date.UTC(2026, 10, 30) };
    const syncAll = async (from: string) => {
      const counts = new Map<string, unknown>();
      for (const source of feedSources) {
        const [part] = parts[source.id] ?? [];
        if (part === undefined) continue;
        const outcome = await syncFeed({
          source,
          location: { kind: 'path', path: path.join(from, part) },
          secret: null,
          store: feeds,
          fetcher: { fetch: () => Promise.reject(new Error('no network here')) },
          clock,
          progress: silentProgress,
          signal,
        });
        counts.set(source.id, outcome.kind === 'synced' ? outcome.counts : outcome);
      }
      await advisories.merge({ clock, progress: silentProgress, signal });
      return counts;
    };
    const count = (table: 'feed_record' | 'feed_body' | 'feed_pack' | 'feed_affected' | 'feed_product' | 'advisory') =>
      db.read
        .selectFrom(table)
        .select((row) => row.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
    const counts = () =>
      Promise.all(
        (['feed_record', 'feed_body', 'feed_pack', 'feed_affected', 'feed_product', 'advisory'] as const).map(count),
      );

    const nothing = { added: 0, changed: 0, unchanged: 0, rejected: 0, gone: 0, missing: 0 };
    expect(Object.fromEntries(await syncAll(folder))).toEqual(
      Object.fromEntries(Object.entries(parts).map(([id, [, added]]) => [id, { ...nothing, added }])),
    );
    const [before, told] = [await counts(), await eventsAfter(db, 0, 1000)];

    // Another name of the same folder: nothing is known of it, all is read.
    const other = await mkdtemp(path.join(tmpdir(), 'snowguard-real-feeds-'));
    try {
      await symlink(folder, path.join(other, 'feeds'));
      expect(Object.fromEntries(await syncAll(path.join(other, 'feeds')))).toEqual(
        Object.fromEntries(Object.entries(parts).map(([id, [, unchanged]]) => [id, { ...nothing, unchanged }])),
      );
    } finally {
      await rm(other, { recursive: true, force: true });
    }
    expect(await counts()).toEqual(before);
    expect(await eventsAfter(db, 0, 1000)).toEqual(told);

    const several = await db.read
      .selectFrom('advisory_alias')
      .select('advisory_id')
      .where('kind', '=', 'own')
      .where('alias', 'like', 'CVE-%')
      .groupBy('advisory_id')
      .having((row) => row.fn.countAll(), '>', 1)
      .execute();
    expect(several).toEqual([]);
    // Each of the eight CVEs of this record has it, none is it.
    const bundle = await db.read
      .selectFrom('advisory_alias')
      .selectAll()
      .where('alias', '=', 'RUSTSEC-2020-0014')
      .execute();
    expect(bundle.map((row) => row.kind)).toEqual(Array(8).fill('bundle'));
    expect(await advisories.byId('CVE-2023-38545')).toMatchObject({
      aliases: ['CURL-CVE-2023-38545'],
      title: 'SOCKS5 heap buffer overflow',
      band: 'high',
      severitySource: 'project',
    });
    expect((await advisories.byId('CVE-2021-44228'))?.exploitation.knownExploitedSince).toBe(Date.UTC(2021, 11, 10));
  });
});
