import { expect, test } from 'vitest';
import type { AffectedProduct, FeedRecord, ProductIdentity } from '../model.ts';
import { feedData, rangesText, readItems, recordsAt, snapshotDay } from '../reading/testing.ts';
import { changesSince, deltasIn, pathOfCve } from './changes.ts';
import { normaliseCve } from './normalise.ts';
import { cve } from './source.ts';

const starter = 'examples/starter/feeds/cve';
const context = { source: 'cve', now: snapshotDay };

function named({ identity }: { readonly identity: ProductIdentity }): string {
  switch (identity.kind) {
    case 'cpe':
      return `cpe ${identity.vendor}:${identity.product}`;
    case 'product':
      return `product ${identity.vendor}:${identity.product}`;
    case 'package':
      return `package ${identity.ecosystem}:${identity.name}`;
    case 'purl':
      return identity.purl;
    case 'repository':
      return identity.url;
  }
}

const line = (product: AffectedProduct) =>
  [named(product), product.scheme, ...product.versions, rangesText(product)].filter((text) => text !== '').join(' ');

function document(cna: object, more: object = {}): object {
  return {
    cveMetadata: { cveId: 'CVE-2026-1000', state: 'PUBLISHED', datePublished: '2026-05-01T10:00:00' },
    containers: { cna, ...more },
  };
}

function affectedBy(entry: object, container: object = {}): readonly AffectedProduct[] {
  const versions = [{ version: '1', lessThan: '2', status: 'affected' }];
  return normaliseCve(document({ affected: [{ versions, ...entry }], ...container }), context).affected;
}

test('the starter', async () => {
  const records = await recordsAt(cve, starter);
  expect(records.size).toBe(58);
  const xz = records.get('CVE-2024-3094');
  expect(xz).toMatchObject({ state: 'active', publishedAt: Date.UTC(2024, 2, 29, 16, 51, 12) });
  expect(xz?.affected.map(line)).toEqual([
    'product :xz generic 5.6.0 5.6.1',
    'https://github.com/tukaani-project/xz generic 5.6.0 5.6.1',
  ]);
  const go = records.get('CVE-2025-61729');
  expect(go?.affected.map(line)).toEqual(['package Go:stdlib go (-∞, 1.24.11) [1.25.0, 1.25.5)']);
  expect(go?.affected[0]?.component).toBe('crypto/x509');
  const kev = [...records.values()].filter(({ exploitation }) => exploitation?.knownExploitedSince);
  expect(kev.map(({ id }) => id).toSorted()).toMatchInlineSnapshot(`
    [
      "CVE-2023-4863",
      "CVE-2025-27363",
      "CVE-2025-32463",
      "CVE-2025-48384",
    ]
  `);
});

test.each<[string, object, readonly string[]]>([
  ['vendor and product', { vendor: 'nghttp2', product: 'nghttp2' }, ['product nghttp2:nghttp2']],
  ['a package alone', { packageName: 'APIcast', vendor: 'n/a' }, ['product :APIcast']],
  [
    'a CPE that repeats the product',
    {
      vendor: 'Acme',
      product: 'Tool',
      cpes: ['cpe:2.3:a:acme:tool:1.0:*:*:*:*:*:*:*', 'cpe:2.3:a:acme:tool:1.1:*:*:*:*:*:*:*'],
    },
    ['cpe acme:tool'],
  ],
  ['hardware', { vendor: 'Acme', product: 'Box', cpes: ['cpe:2.3:h:acme:box:-:*:*:*:*:*:*:*'] }, ['product Acme:Box']],
  ['a package URL', { vendor: 'a', product: 'b', packageURL: 'pkg:npm/b' }, ['product a:b', 'pkg:npm/b']],
  [
    'a registry',
    { vendor: 'Apache', product: 'Airflow', collectionURL: 'https://pypi.python.org', packageName: 'apache-airflow' },
    ['product Apache:Airflow', 'package PyPI:apache-airflow'],
  ],
  [
    'a repository',
    { vendor: 'a', product: 'b', repo: 'https://github.com/a/b' },
    ['product a:b', 'https://github.com/a/b'],
  ],
  [
    'a host, no repository',
    {
      vendor: 'Chromium',
      product: 'libwebp',
      repo: 'https://chromium.googlesource.com/',
      collectionURL: 'https://chromium.googlesource.com/webm/libwebp',
    },
    ['product Chromium:libwebp', 'https://chromium.googlesource.com/webm/libwebp'],
  ],
  [
    'a shop',
    { vendor: 'a', product: 'b', collectionURL: 'https://wordpress.org/plugins', packageName: 'b' },
    ['product a:b'],
  ],
  [
    "a distribution's build",
    {
      vendor: 'Red Hat',
      product: 'RHEL 9',
      collectionURL: 'https://access.redhat.com/downloads/content/package-browser/',
      packageName: 'xz',
    },
    [],
  ],
  [
    'the Go toolchain',
    { vendor: 'Go toolchain', product: 'cmd/go', collectionURL: 'https://pkg.go.dev', packageName: 'cmd/go' },
    ['package Go:toolchain'],
  ],
  [
    'a Go module',
    {
      vendor: 'golang.org/x/crypto',
      product: 'golang.org/x/crypto/ssh',
      collectionURL: 'https://pkg.go.dev',
      packageName: 'golang.org/x/crypto/ssh',
    },
    ['package Go:golang.org/x/crypto'],
  ],
  ['nothing', { vendor: 'n/a', product: 'n/a' }, []],
])('a product is named by %s', (_, entry, expected) => {
  expect(affectedBy(entry).map(named)).toEqual(expected);
});

test('configurations count, but not those of the kernel', () => {
  const criteria = 'cpe:2.3:o:linux:linux_kernel:*:*:*:*:*:*:*:*';
  const cpeApplicability = [
    {
      nodes: [
        { operator: 'OR', negate: false, cpeMatch: [{ vulnerable: true, criteria, versionEndExcluding: '6.14' }] },
      ],
    },
  ];
  const entry = { vendor: 'Linux', product: 'Linux' };
  expect(affectedBy(entry, { cpeApplicability }).map(line)).toEqual([
    'product Linux:Linux generic [1, 2)',
    'cpe linux:linux_kernel generic (-∞, 6.14)',
  ]);
  expect(affectedBy(entry, { cpeApplicability, providerMetadata: { shortName: 'Linux' } })).toHaveLength(1);
});

test('a rejected record says nothing but why', () => {
  const rejected = {
    cveMetadata: { cveId: 'CVE-2026-1000', state: 'REJECTED' },
    containers: { cna: { rejectedReasons: [{ lang: 'en', value: 'a duplicate' }], affected: [{ product: 'p' }] } },
  };
  expect(normaliseCve(rejected, context)).toMatchObject({ state: 'rejected', details: 'a duplicate', affected: [] });
});

test("CISA's decision points, marks, scores and CPEs", () => {
  const cisa = {
    providerMetadata: { shortName: 'CISA-ADP' },
    affected: [
      {
        cpes: ['cpe:2.3:a:acme:tool:*:*:*:*:*:*:*:*'],
        versions: [{ version: '0', lessThanOrEqual: '1.9', status: 'affected' }],
      },
    ],
    metrics: [
      { cvssV3_1: { vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' } },
      {
        other: {
          type: 'ssvc',
          content: { options: [{ Exploitation: 'Active' }, { Automatable: 'yes' }, { 'Technical Impact': 'total' }] },
        },
      },
      { other: { type: 'kev', content: { dateAdded: '2026-05-02' } } },
    ],
  };
  const own = {
    tags: ['disputed'],
    metrics: [{ other: { type: 'https://openssl-library.org/', content: { text: 'Low' } } }],
    source: { advisory: 'GHSA-x6x3-gv8h-m57q' },
  };
  const record: FeedRecord = normaliseCve(document(own, { adp: [cisa] }), context);
  expect(record).toMatchObject({
    aliases: ['GHSA-x6x3-gv8h-m57q'],
    publishedAt: Date.UTC(2026, 4, 1, 10),
    severities: [
      { kind: 'text', text: 'low', rater: 'cna' },
      { kind: 'CVSS_V3', score: 9.8, rater: 'cisa-adp' },
    ],
    exploitation: {
      knownExploitedSince: Date.UTC(2026, 4, 2),
      ssvc: { exploitation: 'active', automatable: true, technicalImpact: 'total' },
    },
    tags: ['disputed'],
  });
  expect(record.affected.map(line)).toEqual(['cpe acme:tool generic (-∞, 1.9]']);
});

const folder = 'https://raw.githubusercontent.com/CVEProject/cvelistV5/main/cves/';
const delta = (at: string, ...ids: readonly string[]) => ({
  fetchTime: at,
  numberOfChanges: ids.length,
  new: [],
  updated: ids.map((cveId) => ({ cveId, dateUpdated: at })),
  error: [],
});
const [first, second, third] = ['2026-05-31T10:00:00.000Z', '2026-05-31T11:00:00.000Z', '2026-05-31T12:00:00.000Z'];

test('what changed since the last good sync is read one by one', async () => {
  const log = [
    delta(third, 'CVE-2026-4892'),
    delta(second, 'CVE-2024-3094', 'CVE-2026-4892'),
    delta(first, 'CVE-2020-1000'),
  ];
  const asked: string[] = [];
  const sync = (cursor: string) =>
    readItems(cve, {
      location: { kind: 'url', url: folder },
      cursor,
      answer: ({ url }) => {
        asked.push(url.slice(folder.length));
        if (url.endsWith('/delta.json')) return JSON.stringify(log[0]);
        if (url.endsWith('/deltaLog.json')) return JSON.stringify(log);
        const id = /CVE-[\d-]+(?=\.json)/.exec(url)?.[0];
        return JSON.stringify({ cveMetadata: { cveId: id, state: 'PUBLISHED' }, containers: { cna: {} } });
      },
    });
  const items = await sync(JSON.stringify({ newest: first, mark: '{}', wholeAt: snapshotDay }));
  expect(items.map((item) => (item.kind === 'record' ? item.record.id : item.kind))).toEqual([
    'CVE-2026-4892',
    'CVE-2024-3094',
    'end',
  ]);
  expect(asked).toEqual([
    'delta.json',
    'deltaLog.json',
    '2026/4xxx/CVE-2026-4892.json',
    '2024/3xxx/CVE-2024-3094.json',
  ]);
  const end = items.at(-1);
  expect(end).toMatchObject({ complete: false });
  expect(end?.kind === 'end' && (await sync(end.cursor ?? ''))).toEqual([{ kind: 'unchanged' }]);
});

test('a log that does not reach back leads to the archive', () => {
  const [last, ...older] = deltasIn(JSON.stringify([delta(third, 'CVE-2026-4892'), delta(second)]), snapshotDay);
  if (last === undefined) throw new Error('no delta');
  expect(changesSince(older, first, last)).toEqual({ ids: null, newest: third });
  expect(changesSince(older, second, last)).toEqual({ ids: ['CVE-2026-4892'], newest: third });
});

test.each([
  ['{'],
  ['{"fetchTime": 1}'],
  ['{"fetchTime": "soon"}'],
  ['{"fetchTime": "9999-12-31T23:59:59Z"}'],
  ['[{"fetchTime": "2026-05-31", "new": [{"cveId": "../x"}]}]'],
])('a broken list of changes is no list: %s', (text) => {
  expect(() => deltasIn(text, snapshotDay)).toThrow(expect.objectContaining({ code: 'feeds.unreadable' }));
});

test('a record lies under its year and thousand', () => {
  expect(pathOfCve('CVE-2025-0395')).toBe('2025/0xxx/CVE-2025-0395.json');
  expect(pathOfCve('CVE-2024-1234567')).toBe('2024/1234xxx/CVE-2024-1234567.json');
});

const list = feedData('cve/cvelistV5');
const sample = feedData('cve/cve-v5-sample.jsonl.gz');

test.skipIf(list === null)('the folder of the CVE list', async () => {
  const records = await recordsAt(cve, list ?? '');
  expect(records.size).toBe(11);
  const kernel = records.get('CVE-2025-21772');
  const numbers = kernel?.affected.find(({ identity, scheme }) => identity.kind === 'product' && scheme === 'semver');
  expect(numbers).toMatchObject({ otherwise: 'affected', ranges: [], weak: null });
  expect(rangesText({ ranges: numbers?.unaffected ?? [] })).toContain('[6.12.16, 6.13) [6.13.4, 6.14) [6.14, ∞)');
  expect(records.get('CVE-2021-44228')?.exploitation?.knownExploitedSince).toBe(Date.UTC(2021, 11, 10));
});

test.skipIf(sample === null)('every record of the sample', async () => {
  const records = [...(await recordsAt(cve, sample ?? '')).values()];
  expect(records).toHaveLength(3220);
  expect(records.filter(({ state }) => state === 'rejected')).toHaveLength(3);
  expect(records.filter(({ exploitation }) => exploitation?.ssvc)).toHaveLength(3217);
  expect(records.filter(({ exploitation }) => exploitation?.knownExploitedSince)).toHaveLength(14);
  const chrome = records.find(({ id }) => id === 'CVE-2024-7974');
  expect(chrome?.affected.find(({ identity }) => identity.kind === 'product')).toMatchObject({
    weak: 'it only says before which version',
    ranges: [{ lo: null, hi: '128.0.6613.84' }],
  });
});
