import { expect, test } from 'vitest';
import { cve } from './cve/source.ts';
import { epss } from './epss/source.ts';
import type { FeedSource } from './model.ts';
import { nvd } from './nvd/source.ts';
import { osvSources } from './osv/databases.ts';
import { feedData, rangesText, readItems, recordsAt } from './reading/testing.ts';
import { feedSources } from './sources.ts';

const root = feedData('edge-cases');
const [osv] = osvSources;
if (osv === undefined) throw new Error('there is no OSV database');

/** Records and rejected ones, or the code with which the whole is refused. */
async function outcome(source: FeedSource, path: string): Promise<string> {
  try {
    const items = await readItems(source, { location: { kind: 'path', path } });
    const count = (kind: string) => items.filter((item) => item.kind === kind).length;
    return `${count('record')} read, ${count('rejected')} rejected`;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

test.skipIf(root === null).each<[FeedSource, string, string]>([
  [osv, 'dependency-track/osv', '10 read, 0 rejected'],
  [nvd, 'dependency-track/nvd', '7 read, 0 rejected'],
  [osv, 'go-unfilled', '3 read, 0 rejected'],
  [cve, 'osv-dev/cve5', '13 read, 0 rejected'],
  // Parts of records in forms of other programs, under names that look like records.
  [cve, 'osv-dev/combine/cve5', '0 read, 4 rejected'],
  [osv, 'osv-dev/parts/alpine', '0 read, 11 rejected'],
  [nvd, 'osv-dev/parts/nvd', 'feeds.unreadable'],
  [nvd, 'nvd-1.1', 'feeds.unreadable'],
  [nvd, 'nvd-configurations/testJSONdict.json', 'feeds.unreadable'],
  [nvd, 'nvd-configurations/testJSONdictBroken.json', 'feeds.unreadable'],
  [epss, 'epss/invalid-header.csv', 'feeds.unreadable'],
  [epss, 'epss/missing-date.csv', '5 read, 0 rejected'],
])('%# $id %s: %s', async (source, path, expected) => {
  expect(await outcome(source, `${root}/${path}`)).toBe(expected);
});

test.skipIf(root === null)('GitHub writes comparisons where one version belongs', async () => {
  const records = await recordsAt(cve, `${root}/osv-dev/cve5`);
  const urllib3 = records.get('CVE-2023-45803')?.affected[0];
  expect(urllib3).toMatchObject({ weak: null });
  expect(rangesText(urllib3 ?? { ranges: [] })).toBe('[2.0.0, 2.0.7) (-∞, 1.26.18)');
});

test.each([
  ['cve', 'cve', 58],
  ['nvd', 'nvd', 63],
  ['kev', 'kev/known_exploited_vulnerabilities.json', 4],
  ['epss', 'epss/epss_scores-2026-05-31.csv', 8],
  ['osv-bitnami', 'osv/Bitnami', 18],
  ['osv-go', 'osv/Go', 3],
  ['osv-pypi', 'osv/PyPI', 3],
])('the starter: %s', async (id, path, count) => {
  const source = feedSources.find((one) => one.id === id);
  if (source === undefined) throw new Error(`there is no source ${id}`);
  expect(await outcome(source, `examples/starter/feeds/${path}`)).toBe(`${count} read, 0 rejected`);
});
