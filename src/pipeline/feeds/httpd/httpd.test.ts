import { expect, test } from 'vitest';
import { feedData, isAffected, rangesText, recordsAt } from '../reading/testing.ts';
import { normaliseHttpd } from './normalise.ts';
import { httpd } from './source.ts';

const context = { source: 'httpd', now: Date.UTC(2026, 5, 1) };

/** The shape of https://httpd.apache.org/security/json/CVE-2021-33193.json, retyped. */
function retired(versions: readonly (readonly [affected: string, value: string, platform?: string])[]) {
  const version_data = versions.map(([version_affected, version_value, platform = '']) => ({
    version_name: 'Apache HTTP Server 2.4',
    version_affected,
    version_value,
    platform,
  }));
  return {
    data_version: '4.0',
    CVE_data_meta: { ID: 'CVE-2021-33193', STATE: 'REVIEW', TITLE: 'Request splitting via HTTP/2 method injection' },
    references: {
      reference_data: [{ url: 'https://github.com/apache/httpd/commit/ecebcc0' }, { refsource: 'CONFIRM' }],
    },
    timeline: [
      { time: '2021-05-11', value: 'reported' },
      { time: '2021-08-06', value: 'public' },
      { time: '2021-09-16', value: '2.4.49 released' },
    ],
    impact: [{ other: 'moderate' }],
    affects: {
      vendor: { vendor_data: [{ product: { product_data: [{ version: { version_data } }] } }] },
    },
  };
}

test.each([
  [
    [
      ['<=', '2.4.48'],
      ['!<', '2.4.17'],
    ],
    ['[2.4.17, 2.4.49)'],
    [[]],
  ],
  [
    [
      ['<=', '2.4.51'],
      ['>=', '2.4.7'],
    ],
    ['[2.4.7, 2.4.51]'],
    [[]],
  ],
  [[['<', '2.4.48']], ['(-∞, 2.4.48)'], [[]]],
  [
    [
      ['=', '2.4.48'],
      ['=', '2.4.46'],
    ],
    [''],
    [['2.4.48', '2.4.46']],
  ],
  [
    [
      ['=', '1.3.12'],
      ['?=', '1.3.11'],
    ],
    ['', ''],
    [['1.3.12'], ['1.3.11']],
  ],
] as const)('%j', (versions, ranges, listed) => {
  const { affected } = normaliseHttpd(retired(versions), context);
  expect(affected.map(rangesText)).toEqual(ranges);
  expect(affected.map((product) => product.versions)).toEqual(listed);
});

test('what the project does not know is weak; a platform is its own product', () => {
  const { affected } = normaliseHttpd(
    retired([
      ['=', '1.3.12'],
      ['?=', '1.3.11'],
      ['<=', '2.4.48', 'Windows'],
    ]),
    context,
  );
  expect(affected).toMatchObject([
    { weak: null, platforms: [] },
    { weak: 'the project does not know whether this version is affected' },
    { weak: null, platforms: ['Windows'] },
  ]);
});

test('a record in the retired form, whole', () => {
  expect(normaliseHttpd(retired([]), context)).toMatchObject({
    id: 'CVE-2021-33193',
    publishedAt: Date.UTC(2021, 7, 6),
    references: [{ type: 'FIX', url: 'https://github.com/apache/httpd/commit/ecebcc0' }],
    severities: [{ text: 'moderate', rater: null }],
  });
});

test('the present form: the release of the branch that fixed it ends the range', () => {
  const cna = {
    title: 'mod_macro buffer over-read',
    affected: [
      {
        vendor: 'Apache Software Foundation',
        product: 'Apache HTTP Server',
        defaultStatus: 'unaffected',
        versions: [{ version: '2.4.0', lessThanOrEqual: '2.4.57', status: 'affected', versionType: 'semver' }],
      },
    ],
    metrics: [{ other: { type: 'Textual description of severity', content: { text: 'low' } } }],
    timeline: [
      { time: '2023-10-19', lang: 'eng', value: '2.2.99 released' },
      { time: '2023-10-19', lang: 'eng', value: '2.4.58 released' },
    ],
  };
  const document = { cveMetadata: { cveId: 'CVE-2023-31122', state: 'PUBLISHED' }, containers: { cna } };
  const record = normaliseHttpd(document, context);
  expect(record.affected.map(rangesText)).toEqual(['[2.4.0, 2.4.58)']);
  expect(record).toMatchObject({
    publishedAt: Date.UTC(2023, 9, 19),
    affected: [{ identity: { kind: 'product', vendor: 'apache', product: 'http_server' } }],
    severities: [{ text: 'low', rater: null }],
  });
});

const real = feedData('httpd/json');

test.skipIf(real === null)('all of the real records in both forms', async () => {
  const records = await recordsAt(httpd, real ?? '');
  expect(records.size).toBe(244);
  const versionsOf = (id: string, version: string) =>
    records.get(id)?.affected.some((product) => product.weak === null && isAffected(product, version));
  expect(['2.4.48', '2.4.49'].map((version) => versionsOf('CVE-2021-40438', version))).toEqual([true, false]);
  expect(['2.4.49', '2.4.50', '2.4.51'].map((version) => versionsOf('CVE-2021-42013', version))).toEqual([
    true,
    true,
    false,
  ]);
  expect(['2.4.53', '2.4.54'].map((version) => versionsOf('CVE-2022-26377', version))).toEqual([true, false]);
  expect(['2.4.65', '2.4.66'].map((version) => versionsOf('CVE-2025-58098', version))).toEqual([true, false]);
  const undated = [...records.values()].filter(({ publishedAt }) => publishedAt === null);
  expect(undated.map(({ id }) => id)).toEqual(['CVE-2022-28614']);
  for (const { affected } of records.values()) expect(affected.length).toBeGreaterThan(0);
});
