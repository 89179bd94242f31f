import { expect, test } from 'vitest';
import { feedData, isAffected, rangesText, readItems, recordsAt } from '../reading/testing.ts';
import { normaliseNode } from './normalise.ts';
import { node } from './source.ts';

const context = { source: 'node', now: Date.UTC(2026, 5, 1) };

function record(entry: Readonly<Record<string, unknown>>) {
  return normaliseNode({ number: '171', entry: { cve: [], affectedEnvironments: ['all'], ...entry } }, context);
}

test.each([
  ['20.x || 22.x', '^20.20.2 || ^22.22.2', '[20.0.0, 20.20.2) [22.0.0, 22.22.2)'],
  ['4.x || 5.x', '^4.8.4', '[4.0.0, 4.8.4) [5.0.0, 6.0.0)'],
  ['<= 10', '^6.14.4 || ^8.11.4 || >= 10.9.0', '(-∞, 6.14.4) [7.0.0, 8.11.4) [9.0.0, 10.9.0)'],
  ['>=6.0.0 <6.2.0 || 4.x', '^4.4.6', '[6.0.0, 6.2.0) [4.0.0, 4.4.6)'],
  ['9.7.x || 0.10.x', '^0.10.48', '[9.7.0, 9.8.0) [0.10.0, 0.10.48)'],
  [' 12.x || 15.x', ' ^12.19.1 || 15.2.1', '[12.0.0, 12.19.1) [15.0.0, 15.2.1)'],
  ['8.5.0', '^8.6.0', '[8.5.0, 8.5.0]'],
  ['>= 2.0.0', '', '[2.0.0, ∞)'],
])('vulnerable %s and patched %s is %s', (vulnerable, patched, ranges) => {
  expect(record({ vulnerable, patched }).affected.map(rangesText)).toEqual([ranges]);
});

test('one CVE is another name, several are only built on', () => {
  expect(record({ cve: ['CVE-2026-21717'] })).toMatchObject({ aliases: ['CVE-2026-21717'], upstream: [] });
  const several = ['CVE-2021-22959', 'CVE-2021-22960'];
  expect(record({ cve: several })).toMatchObject({ aliases: [], upstream: several });
  expect(record({ cve: [] })).toMatchObject({ aliases: [], upstream: [] });
});

test('a range that cannot be read sets the record aside', async () => {
  const index = { 7: { cve: [], vulnerable: 'some', patched: '' }, 8: { cve: [], vulnerable: '4.x', patched: '' } };
  const asked = { location: { kind: 'url', url: node.defaultUrl }, answer: () => JSON.stringify(index) } as const;
  const items = await readItems(node, asked);
  expect(items.map(({ kind }) => kind)).toEqual(['rejected', 'record', 'end']);
  expect(items[0]).toMatchObject({ reason: 'vulnerable is not a range of npm' });
});

const real = feedData('node/core/index.json');

test.skipIf(real === null)('all of the real index', async () => {
  const records = await recordsAt(node, real ?? '');
  expect(records.size).toBe(171);
  const hashDos = records.get('NODE-171');
  expect(hashDos).toMatchObject({ aliases: ['CVE-2026-21717'], title: 'HashDoS in V8' });
  const [product] = hashDos?.affected ?? [];
  expect(['22.22.2', '22.22.1', '21.0.0'].map((version) => product && isAffected(product, version))).toEqual([
    false,
    true,
    false,
  ]);
  expect(records.get('NODE-62')?.upstream).toHaveLength(8);
  expect(records.get('NODE-98')?.affected[0]?.platforms).toEqual(['win32']);
  expect(records.get('NODE-18')?.severities).toMatchObject([{ kind: 'CVSS_V3', score: 4.8 }, { text: 'medium' }]);
  for (const { affected, title } of records.values()) {
    expect(affected[0]?.ranges.length).toBeGreaterThan(0);
    expect(title.length).toBeLessThanOrEqual(300);
  }
});
