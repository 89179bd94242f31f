import { expect, test } from 'vitest';
import { chainguard } from '../chainguard/source.ts';
import { feedData, readItems, recordsAt } from '../reading/testing.ts';
import { wolfi } from '../wolfi/source.ts';
import { idsIn } from './normalise.ts';
import { alpine } from './source.ts';

test.each([
  ['CVE-2019-9210', ['CVE-2019-9210'], []],
  ['CVE-2019-17343 XSA-285', ['CVE-2019-17343'], ['XSA-285']],
  ['CVE-2017-2616 (+ regression fix)', ['CVE-2017-2616'], []],
  ['CVE_2019-2426', ['CVE-2019-2426'], []],
  ['XSA-248 XSA-249', ['XSA-248', 'XSA-249'], []],
  ['CVE-2020-1 and more', ['CVE-2020-1'], []],
  ['fixed', [], []],
])('%s names %j', (text, ids, related) => {
  expect(idsIn(text)).toEqual({ ids, related });
});

/** Facts of https://secdb.alpinelinux.org/v3.15/main.json, retyped. */
function documentOf(packages: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>): string {
  const list = Object.entries(packages).map(([name, secfixes]) => ({ pkg: { name, secfixes } }));
  return JSON.stringify({ apkurl: '{{urlprefix}}', archs: ['x86_64'], packages: list, distroversion: 'v3.15' });
}

const main = documentOf({ xz: { '5.2.5-r1': ['CVE-2022-1271'] }, zlib: { 0: ['CVE-2018-25032'] } });
const community = documentOf({ gzip: { '1.12-r0': ['CVE-2022-1271', 'unknown'] } });

test('both documents of a branch make one record an id', async () => {
  const asked: string[] = [];
  const items = await readItems(alpine, {
    location: { kind: 'url', url: alpine.defaultUrl },
    answer: ({ url }) => {
      asked.push(url);
      return url.endsWith('/main.json') ? main : community;
    },
  });
  expect(asked).toEqual(['main', 'community'].map((part) => `https://secdb.alpinelinux.org/edge/${part}.json`));
  expect(items).toMatchObject([
    { kind: 'rejected', id: 'gzip 1.12-r0', reason: 'no id', raw: 'unknown' },
    {
      record: {
        id: 'CVE-2022-1271',
        affected: [],
        statements: [
          { product: 'xz/v3.15', status: 'fixed', version: '5.2.5-r1' },
          { product: 'gzip/v3.15', status: 'fixed', version: '1.12-r0' },
        ],
      },
    },
    { record: { id: 'CVE-2018-25032', statements: [{ product: 'zlib/v3.15', status: 'not_affected', version: '0' }] } },
    { kind: 'end', complete: true },
  ]);
});

test('nothing new in either is unchanged; when one is new, both are read', async () => {
  const location = { kind: 'url', url: alpine.defaultUrl } as const;
  const cursor = JSON.stringify([JSON.stringify({ etag: 'a' }), JSON.stringify({ etag: 'b' })]);
  const unchanged = await readItems(alpine, { location, cursor, answer: () => ({ kind: 'unchanged' }) });
  expect(unchanged).toEqual([{ kind: 'unchanged' }]);
  const some = await readItems(alpine, {
    location,
    cursor,
    answer: ({ url, validators }) =>
      url.endsWith('/main.json') ? (validators?.etag === 'a' ? { kind: 'unchanged' } : main) : community,
  });
  expect(some.flatMap((item) => (item.kind === 'record' ? item.record.id : []))).toEqual([
    'CVE-2022-1271',
    'CVE-2018-25032',
  ]);
});

test.each(['{"packages":[{"pkg":[]}]}', '{"packages":[', '{"reponame":"main"}'])(
  '%s fails as a whole',
  async (text) => {
    const asked = { location: { kind: 'url', url: 'https://example.org/main.json' }, answer: () => text } as const;
    await expect(readItems(alpine, asked)).rejects.toMatchObject({ code: 'feeds.unreadable' });
  },
);

test('Wolfi and Chainguard are off until their terms are accepted', () => {
  for (const source of [wolfi, chainguard]) expect(source.optIn).toMatch(/CC BY-NC-ND 4.0.*competitors/);
  expect(alpine.optIn).toBeNull();
});

const real = feedData('alpine/v3.15');

test.skipIf(real === null)('the real sample, which is YAML', async () => {
  const records = await recordsAt(alpine, real ?? '');
  expect(records.size).toBe(16);
  expect(records.get('CVE-2022-1271')?.statements).toEqual([
    { product: 'xz/v3.15', status: 'fixed', version: '5.2.5-r1', justification: null, text: null },
  ]);
});
