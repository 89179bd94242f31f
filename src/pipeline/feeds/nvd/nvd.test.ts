import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { silentProgress } from '../../../platform/log/index.ts';
import type { FeedRecord } from '../model.ts';
import { nvdOverrides } from '../nvd-overrides/source.ts';
import { feedData, rangesText, readItems, recordsAt, snapshotDay } from '../reading/testing.ts';
import { normaliseNvd } from './normalise.ts';
import { nvd } from './source.ts';

const recordOf = (cve: object): FeedRecord =>
  normaliseNvd({ cve: { id: 'CVE-2024-1000', ...cve } }, { source: 'nvd', now: snapshotDay });
const match = (criteria: string, bounds = {}) => ({ vulnerable: true, criteria: `cpe:2.3:${criteria}`, ...bounds });
const nodes = (...lists: object[][]) => lists.map((cpeMatch) => ({ operator: 'OR', negate: false, cpeMatch }));

describe('configurations', () => {
  // Shapes of CVE-2010-0748, CVE-2023-4863, CVE-2021-45967 (an earlier revision) and others, retyped and reduced.
  test.each<[string, object[], readonly (readonly string[])[]]>([
    [
      'bounds of one product are one entry',
      [
        {
          nodes: nodes([
            match('a:haxx:curl:*:*:*:*:*:*:*:*', { versionStartIncluding: '7.1', versionEndExcluding: '7.9' }),
            match('a:haxx:curl:*:*:*:*:*:*:*:*', { versionStartExcluding: '8.0', versionEndIncluding: '8.4.0' }),
            match('a:haxx:curl:6.5:*:*:*:*:*:*:*'),
          ]),
        },
      ],
      [['curl', '[7.1, 7.9) (8.0, 8.4.0]', '6.5', '']],
    ],
    [
      'what must run beside it limits it',
      [
        {
          operator: 'AND',
          nodes: nodes(
            [match('a:transmissionbt:transmission:*:*:*:*:*:*:*:*', { versionEndExcluding: '1.92' })],
            [{ vulnerable: false, criteria: 'cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*' }],
          ),
        },
      ],
      [['transmission', '(-∞, 1.92)', '', 'linux_kernel']],
    ],
    [
      'targets and editions are apart',
      [
        {
          nodes: nodes([
            match('a:x:y:1:*:*:*:*:wordpress:*:*'),
            match('a:x:y:1:*:*:*:*:*:*:*'),
            match('a:x:y:1:*:*:*:esr:*:*:*'),
          ]),
        },
      ],
      [
        ['y', '', '1', ''],
        ['y', '', '1', ''],
        ['y', '', '1', ''],
      ],
    ],
    [
      'an update belongs to the version',
      [{ nodes: nodes([match('a:openbsd:openssh:7.4:p1:*:*:*:*:*:*')]) }],
      [['openssh', '', '7.4p1', '']],
    ],
    [
      'the update of a plain release is none',
      [{ nodes: nodes([match('o:linux:linux_kernel:7.0:-:*:*:*:*:*:*')]) }],
      [['linux_kernel', '', '7.0', '']],
    ],
    [
      'all versions are a range without end',
      [{ nodes: nodes([match('a:x:y:*:*:*:*:*:*:*:*')]) }],
      [['y', '(-∞, ∞)', '', '']],
    ],
    ['any product names none', [{ nodes: nodes([match('a:x:*:*:*:*:*:*:*:*:*')]) }], []],
    ['hardware is not carried', [{ nodes: nodes([match('h:intel:core_i7:-:*:*:*:*:*:*:*')]) }], []],
    ['what is negated is left out', [{ negate: true, nodes: nodes([match('a:x:y:1:*:*:*:*:*:*:*')]) }], []],
  ])('%s', (_what, configurations, expected) => {
    const { affected } = recordOf({ configurations });
    expect(
      affected.map((entry) => [
        entry.identity.kind === 'cpe' ? entry.identity.product : entry.identity.kind,
        rangesText(entry),
        entry.versions.join(' '),
        entry.platforms.join(' '),
      ]),
    ).toEqual(expected);
  });
});

test('who rated is told, scores are computed, and times without a zone are UTC', () => {
  const metric = (source: string) => ({
    source,
    cvssData: { vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', baseScore: 1 },
  });
  const record = recordOf({
    published: '2024-03-29T17:15:21.150',
    cisaExploitAdd: '2024-04-01',
    cveTags: [{ tags: ['disputed'] }],
    metrics: {
      cvssMetricV31: [
        metric('nvd@nist.gov'),
        metric('secalert@redhat.com'),
        metric('134c704f-9b21-4f2e-91b3-4a467353bcc0'),
      ],
    },
  });
  expect(record.severities.map(({ rater, score }) => [rater, score])).toEqual([
    ['nvd', 9.8],
    ['cna', 9.8],
    ['cisa-adp', 9.8],
  ]);
  expect(record.publishedAt).toBe(Date.UTC(2024, 2, 29, 17, 15, 21, 150));
  expect(record.exploitation?.knownExploitedSince).toBe(Date.UTC(2024, 3, 1));
  expect(record.tags).toEqual(['disputed']);
});

describe('the API', () => {
  const url = 'https://nvd.example.org/rest/json/cves/2.0';
  const read = async (cursor: string | null, pages: readonly string[], now = snapshotDay) => {
    const asked: URL[] = [];
    const items = await readItems(nvd, {
      location: { kind: 'url', url },
      cursor,
      now,
      secret: 'a-key',
      answer: (request) => {
        asked.push(new URL(request.url));
        expect(request.headers).toEqual({ apiKey: 'a-key' });
        return pages[asked.length - 1] ?? null;
      },
    });
    return { asked: asked.map(({ searchParams }) => Object.fromEntries(searchParams)), items };
  };
  const page = (totalResults: number, ...ids: string[]) =>
    JSON.stringify({ totalResults, vulnerabilities: ids.map((id) => ({ cve: { id } })) });

  test('is read page by page, then in a window that overlaps the last', async () => {
    const first = await read(null, [page(2, 'CVE-2024-1000'), page(2, 'CVE-2024-1001')]);
    expect(first.asked.map(({ startIndex }) => startIndex)).toEqual(['0', '1']);
    expect(first.items.map(({ kind }) => kind)).toEqual(['record', 'reached', 'record', 'end']);
    expect(first.items.at(-1)).toMatchObject({ complete: true });

    const cursor = String(snapshotDay);
    const later = await read(cursor, [page(0)], snapshotDay + 86_400_000);
    expect(later.asked).toMatchObject([
      { lastModStartDate: '2026-05-31T22:00:00Z', lastModEndDate: '2026-06-02T00:00:00Z' },
    ]);
    expect(later.items).toMatchObject([{ kind: 'end', complete: false }]);

    const longAfter = await read(cursor, [page(0)], snapshotDay + 130 * 86_400_000);
    expect(longAfter.asked[0]).not.toHaveProperty('lastModStartDate');
  });

  test('an answer of another shape is refused', async () => {
    await expect(read(null, ['{"CVE_Items":[]}'])).rejects.toMatchObject({ code: 'feeds.unreadable' });
    await expect(read(null, [page(1, 'CVE-2024-1000').slice(0, -5)])).rejects.toMatchObject({
      code: 'feeds.unreadable',
    });
  });
});

const api = feedData('nvd/api');
test.skipIf(api === null)('real answers are read without a reject', async () => {
  const items = await readItems(nvd, { location: { kind: 'path', path: api ?? '' } });
  expect(items.filter(({ kind }) => kind === 'rejected')).toEqual([]);
  // 23 answers of one record each, and a page of 38.
  expect(items.filter(({ kind }) => kind === 'record').length).toBe(61);
});

const single = feedData('nvd/records');
test.skipIf(single === null)('so are files of one record each', async () => {
  const records = await recordsAt(nvd, single ?? '');
  expect(records.size).toBe(5);
  expect(records.get('CVE-2010-0748')?.affected[0]).toMatchObject({ platforms: ['linux_kernel'] });
});

const feed = feedData('nvd/feed/nvdcve-2.0-modified.json.gz');
test.skipIf(feed === null)('so is a packed feed file', async () => {
  expect((await recordsAt(nvd, feed ?? '')).size).toBe(3);
});

const old = feedData('edge-cases/nvd-1.1/nvdcve-1.1-test-data.json.gz');
test.skipIf(old === null)('the retired shape is refused', async () => {
  await expect(recordsAt(nvd, old ?? '')).rejects.toMatchObject({ code: 'feeds.unreadable' });
});

const overrides = feedData('nvd/overrides.jsonl.gz');
test.skipIf(overrides === null)('every override is read', async () => {
  expect((await recordsAt(nvdOverrides, overrides ?? '')).size).toBe(25_797);
});

const duplicate = feedData('edge-cases/dependency-track/nvd/CVE-2021-0002-duplicate-exact-version-matches.json');
test.skipIf(duplicate === null)('matches that repeat are one product', () => {
  const element = JSON.parse(readFileSync(duplicate ?? '', 'utf8'));
  const record = normaliseNvd(element, { source: 'nvd', now: snapshotDay });
  const names = record.affected.map(({ identity, platforms }) => JSON.stringify([identity, platforms]));
  expect(names.length).toBeGreaterThan(0);
  expect(new Set(names).size).toBe(names.length);
  for (const { versions } of record.affected) expect(new Set(versions).size).toBe(versions.length);
});

test('overrides at an address, one a line', async () => {
  const override = (id: string) => JSON.stringify({ _annotation: { cve_id: id }, cve: { configurations: [] } });
  const items = await readItems(nvdOverrides, {
    location: { kind: 'url', url: 'https://example.org/overrides.jsonl.gz' },
    answer: () => gzipSync(`${override('CVE-2026-1000')}\n${override('CVE-2026-1001')}\n{}\n`),
  });
  expect(items.map((item) => (item.kind === 'record' ? item.record.id : item.kind))).toEqual([
    'CVE-2026-1000',
    'CVE-2026-1001',
    'rejected',
    'end',
  ]);
});

test('a broken file in a folder is told of after the good ones', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'snowguard-nvd-'));
  const year = (id: string) => JSON.stringify({ totalResults: 1, vulnerabilities: [{ cve: { id } }] });
  writeFileSync(path.join(folder, '2024.json'), year('CVE-2024-1000'));
  writeFileSync(path.join(folder, '2025.json'), '{"vulnerabilities": [{"cve": {"id": "CVE-2025-');
  writeFileSync(path.join(folder, '2026.json'), year('CVE-2026-1000'));
  const ids: string[] = [];
  const read = async () => {
    const given = { location: { kind: 'path', path: folder }, cursor: null, secret: null } as const;
    const surroundings = {
      fetcher: { fetch: () => Promise.reject(new Error('no network here')) },
      clock: { now: () => snapshotDay },
      progress: silentProgress,
      signal: new AbortController().signal,
    };
    for await (const item of nvd.read({ ...given, ...surroundings }))
      if (item.kind === 'record') ids.push(item.record.id);
  };
  await expect(read()).rejects.toMatchObject({ code: 'feeds.unreadable' });
  expect(ids).toEqual(['CVE-2024-1000', 'CVE-2026-1000']);
  rmSync(folder, { recursive: true });
});
