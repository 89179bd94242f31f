import { expect, test } from 'vitest';
import { feedData, rangesText, readItems, recordsAt } from '../reading/testing.ts';
import { normaliseCurl } from './normalise.ts';
import { curl } from './source.ts';

const url = 'https://curl.se/docs/vuln.json';

/** Facts of https://curl.se/docs/CVE-2025-11563.json and others, retyped. */
function advisory(affects: string) {
  return {
    id: 'CURL-CVE-2025-11563',
    aliases: ['CVE-2025-11563'],
    summary: 'wcurl path traversal with percent-encoded slashes',
    published: '2025-11-04T08:00:00.00Z',
    database_specific: { affects, severity: 'Low', www: 'https://curl.se/docs/CVE-2025-11563.html' },
    affected: [
      {
        ranges: [
          { type: 'SEMVER', events: [{ introduced: '8.14.0' }, { fixed: '8.17.0' }] },
          {
            type: 'GIT',
            repo: 'https://github.com/curl/curl.git',
            events: [{ introduced: '1a' }, { fixed: '524f7c2b6d' }],
          },
        ],
        versions: ['8.16.0', '8.14.0'],
      },
    ],
  };
}

const context = { source: 'curl', now: Date.UTC(2026, 0, 1) };

test.each([
  ['both', null],
  ['lib', 'lib'],
  ['tool', 'tool'],
  ['wcurl', 'wcurl'],
])('what affects %s is of the component %s', (affects, component) => {
  const [product, commits] = normaliseCurl(advisory(affects), context).affected;
  expect(product).toMatchObject({ identity: { vendor: 'haxx', product: 'curl' }, scheme: 'semver', component });
  expect(commits).toMatchObject({ identity: { url: 'https://github.com/curl/curl.git' }, component: null });
});

test('the page and the fix are references, the word of the project its rating', () => {
  const record = normaliseCurl(advisory('tool'), context);
  expect(record.references).toEqual([
    { type: 'ADVISORY', url: 'https://curl.se/docs/CVE-2025-11563.html' },
    { type: 'FIX', url: 'https://github.com/curl/curl/commit/524f7c2b6d' },
  ]);
  expect(record.severities).toMatchObject([{ kind: 'text', text: 'low', rater: null }]);
});

test('a record that is broken is set aside, the others are read', async () => {
  const answer = () => JSON.stringify([{ id: 'CURL-CVE-2025-1', affected: 7 }, advisory('lib')]);
  const items = await readItems(curl, { location: { kind: 'url', url }, answer });
  expect(items.map(({ kind }) => kind)).toEqual(['rejected', 'record', 'end']);
  expect(items[0]).toMatchObject({ id: 'CURL-CVE-2025-1', reason: 'affected is not a list' });
});

test('a list cut off in the middle fails after its whole records', async () => {
  const text = JSON.stringify([advisory('lib'), advisory('tool')]);
  const answer = () => text.slice(0, -20);
  await expect(readItems(curl, { location: { kind: 'url', url }, answer })).rejects.toMatchObject({
    code: 'feeds.unreadable',
  });
});

test('an empty list is no feed', async () => {
  const asked = { location: { kind: 'url', url }, answer: () => '[]' } as const;
  await expect(readItems(curl, asked)).rejects.toMatchObject({ code: 'feeds.unreadable' });
});

const real = feedData('curl/vuln.json');

test.skipIf(real === null)('all of the real list', async () => {
  const records = await recordsAt(curl, real ?? '');
  expect(records.size).toBe(188);
  const components = [...records.values()].map(({ affected }) => affected[0]?.component);
  expect(['lib', 'tool', null].map((part) => components.filter((component) => component === part).length)).toEqual([
    30, 10, 148,
  ]);
  const [product] = records.get('CURL-CVE-2026-7168')?.affected ?? [];
  expect(product && rangesText(product)).toBe('[7.12.0, 8.20.0)');
  for (const record of records.values()) {
    expect(record.aliases).toHaveLength(1);
    expect(record.publishedAt).not.toBeNull();
    expect(record.references[0]?.url).toMatch(/^https:\/\/curl\.se\/docs\/CVE-/);
    expect(record.affected[0]?.ranges.every(({ hi }) => hi !== null)).toBe(true);
  }
});
