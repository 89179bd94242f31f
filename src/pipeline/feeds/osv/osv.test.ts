import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FeedRecord } from '../model.ts';
import { normalisePiece } from '../normalising/normalise-text.ts';
import { feedData, rangesText, readItems, recordsAt, snapshotDay } from '../reading/testing.ts';
import { changesIn } from './changes.ts';
import { createOsvSource } from './create-osv-source.ts';
import { osvSources } from './databases.ts';
import { normaliseOsv } from './normalise.ts';

const context = { source: 'osv-test', now: snapshotDay };

const told = ({ affected }: FeedRecord) =>
  affected.map((entry) => [
    entry.identity.kind === 'package'
      ? `${entry.identity.ecosystem} ${entry.identity.name}`
      : Object.values(entry.identity)[1],
    entry.scheme,
    rangesText(entry),
    entry.weak === null ? '' : 'weak',
  ]);

describe('normaliseOsv', () => {
  // Retyped from GO-2023-2385, GHSA-h4w9-6x78-8vrj (its bound without the fix), PYSEC-2024-6 and RUSTSEC-2023-0039, reduced.
  test.each<[string, object, readonly (readonly string[])[]]>([
    [
      'the true range of Go beside the false zero',
      {
        package: { ecosystem: 'Go', name: 'github.com/pubnub/go/v5' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }],
        ecosystem_specific: {
          custom_ranges: [
            { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '5.0.4-0.20231016150651-428517fef5b9' }] },
          ],
        },
      },
      [['Go github.com/pubnub/go/v5', 'go', '(-∞, 5.0.4-0.20231016150651-428517fef5b9)', '']],
    ],
    [
      'the last known version of GitHub ends an open range',
      {
        package: {
          ecosystem: 'Go',
          name: 'github.com/argoproj/argo-cd',
          purl: 'pkg:golang/github.com/argoproj/argo-cd',
        },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '1.0.0' }] }],
        database_specific: { last_known_affected_version_range: '<= 1.8.7' },
      },
      [['pkg:golang/github.com/argoproj/argo-cd', 'go', '[1.0.0, 1.8.7]', '']],
    ],
    [
      'but no range that has an end',
      {
        package: { ecosystem: 'Go', name: 'k8s.io/kubernetes' },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.18.18' }] }],
        database_specific: { last_known_affected_version_range: '<= 1.18.17' },
      },
      [['Go k8s.io/kubernetes', 'go', '(-∞, 1.18.18)', '']],
    ],
    [
      'a range without end beside listed versions is weak, its commits are an entry of their own',
      {
        package: { ecosystem: 'PyPI', name: 'cdo-local-uuid', purl: 'pkg:pypi/cdo-local-uuid' },
        ranges: [
          {
            type: 'GIT',
            repo: 'https://github.com/casework/CDO-Utility-Local-UUID',
            events: [{ introduced: '0' }, { fixed: '00864cd1' }],
          },
          { type: 'ECOSYSTEM', events: [{ introduced: '0' }] },
        ],
        versions: ['0.1.0', '0.2.0'],
      },
      [
        ['pkg:pypi/cdo-local-uuid', 'pep440', '(-∞, ∞)', 'weak'],
        ['https://github.com/casework/CDO-Utility-Local-UUID', 'git', '(-∞, 00864cd1)', ''],
      ],
    ],
    [
      'only commits: no word of versions',
      {
        package: { ecosystem: 'OSS-Fuzz', name: 'zstd' },
        ranges: [{ type: 'GIT', repo: 'https://github.com/facebook/zstd', events: [{ introduced: '939276cd' }] }],
      },
      [['https://github.com/facebook/zstd', 'git', '[939276cd, ∞)', '']],
    ],
    ['a package alone', { package: { ecosystem: 'npm', name: 'faker' } }, [['npm faker', 'npm', '', '']]],
  ])('%s', (_what, affected, expected) => {
    expect(told(normaliseOsv({ id: 'X-1', affected: [affected] }, context))).toEqual(expected);
  });

  test('scores are computed, and what is no score is kept without one', () => {
    const severity = [
      {},
      { type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L' },
      { type: 'CVSS_V3', score: 'CVSS:3.0/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H' },
      { type: 'CVSS_V2', score: 'AV:N/AC:H/Au:N/C:P/I:N/A:N' },
      { type: 'Ubuntu', score: 'Medium' },
    ];
    const { severities } = normaliseOsv({ id: 'X-1', severity, database_specific: { severity: 'HIGH' } }, context);
    expect(severities.map(({ kind, score, text, rater }) => [kind, score, text, rater])).toEqual([
      ['CVSS_V3', null, null, null],
      ['CVSS_V3', 7.2, null, null],
      ['CVSS_V2', 2.6, null, null],
      ['text', null, 'medium', 'distribution'],
      ['text', null, 'high', null],
    ]);
  });

  test('dates that cannot be are none', () => {
    const { publishedAt, modifiedAt } = normaliseOsv(
      { id: 'X-1', published: '0001-01-01T00:00:00Z', modified: '2026-05-01T00:00:00.5Z' },
      context,
    );
    expect([publishedAt, modifiedAt]).toEqual([null, Date.UTC(2026, 4, 1) + 500]);
  });

  test.each([
    ['{"id":"X-1","affected":"curl"}', 'affected is not a list'],
    [
      '{"id":"X-1","affected":[{"ranges":[{"type":"SEMVER","events":[{"introduced":0}]}]}]}',
      'affected.0.ranges.0.events.0 is not an event',
    ],
    ['{"id":"X-1","aliases":[1]}', 'aliases is not a list of text'],
    ['{"id":"../../x"}', 'id is not a valid id'],
    ['{"modified":"2026"}', 'id is not a valid id'],
    ['[]', 'the record is not an object'],
    ['{"id":"X-1"', 'not valid JSON'],
    [`{"id":"X-1","a":${'['.repeat(500)}`, 'nested deeper than 64'],
  ])('rejects %.60s', (text, reason) => {
    expect(normalisePiece({ name: 'X-1.json', text, whole: true }, normaliseOsv, context)).toMatchObject({
      kind: 'rejected',
      reason,
      raw: text,
    });
  });
});

test.each([
  ['2026-01-02T00:00:00Z,B\n2026-01-01T00:00:00Z,A\n', null, ['B', 'A'], '2026-01-02T00:00:00Z'],
  [
    '2026-01-02T00:00:00Z,Go/B\r\n2026-01-01T00:00:00Z,Go/A',
    '2026-01-01T00:00:00Z',
    ['B', 'A'],
    '2026-01-02T00:00:00Z',
  ],
  ['2026-01-01T00:00:00Z,A\n', '2026-01-01T00:00:00Z', [], '2026-01-01T00:00:00Z'],
  ['2026-01-01T00:00:00.5Z,A\n', '2026-01-01T00:00:00Z', ['A'], '2026-01-01T00:00:00.5Z'],
  ['9999-12-31T00:00:00Z,B\n2026-01-01T00:00:00Z,A\n', '2026-01-01T00:00:00Z', [], '2026-01-01T00:00:00Z'],
  ['2026-01-01T00:00:00Z,A\n', '9999-12-31T00:00:00Z', ['A'], '2026-01-01T00:00:00Z'],
])('changes in %j since %s', (list, since, ids, newest) => {
  expect(changesIn(list, since, snapshotDay)).toEqual({ ids, newest });
});

test.each(['', '<html>', '{"status":"maintenance"}'])('%j is no list of changes', (list) => {
  for (const since of [null, '2026-01-01T00:00:00Z'])
    expect(() => changesIn(list, since, snapshotDay)).toThrow(expect.objectContaining({ code: 'feeds.unreadable' }));
});

const hackage = feedData('osv/Hackage/all.zip');
describe.skipIf(hackage === null)('a database at an address', () => {
  const folder = 'https://example.org/Hackage/';
  const source = createOsvSource({
    id: 'osv-test',
    title: '',
    licence: '',
    attribution: '',
    homepage: '',
    defaultUrl: `${folder}all.zip`,
  });
  const archive = hackage === null ? Buffer.of() : readFileSync(hackage);
  const read = async (cursor: string | null, answers: Readonly<Record<string, string | Buffer>>, now = snapshotDay) => {
    const asked: string[] = [];
    const items = await readItems(source, {
      location: { kind: 'url', url: `${folder}all.zip` },
      cursor,
      now,
      answer: ({ url }) => {
        asked.push(url.slice(folder.length));
        return answers[url.slice(folder.length)] ?? null;
      },
    });
    const end = items.at(-1);
    return {
      asked,
      kinds: items.map((item) => (item.kind === 'record' ? item.record.id : item.kind)),
      cursor: end?.kind === 'end' ? end.cursor : null,
      complete: end?.kind === 'end' && end.complete,
    };
  };
  const before = '2026-05-22T07:02:58Z,HSEC-2026-0007\n';
  const after = `2026-05-30T00:00:00Z,HSEC-2026-0008\n2026-05-30T00:00:00Z,HSEC-2026-0009\n${before}`;

  test('is read whole at first, then what changed, then nothing; each week whole again', async () => {
    const first = await read(null, { 'modified_id.csv': before, 'all.zip': archive });
    expect([first.kinds.length, first.complete, first.asked]).toEqual([35, true, ['modified_id.csv', 'all.zip']]);

    const second = await read(first.cursor, {
      'modified_id.csv': after,
      'HSEC-2026-0008.json': '{"id":"HSEC-2026-0008"}',
      'HSEC-2026-0007.json': '{"id":"HSEC-2026-0007"}',
    });
    expect(second.kinds).toEqual(['HSEC-2026-0008', 'rejected', 'HSEC-2026-0007', 'end']);
    expect(second.complete).toBe(false);

    const lacking = await read(second.cursor, { 'modified_id.csv': after });
    expect([lacking.kinds, lacking.cursor]).toEqual([['rejected', 'end'], second.cursor]);
    const third = await read(second.cursor, {
      'modified_id.csv': after,
      'HSEC-2026-0009.json': '{"id":"HSEC-2026-0009"}',
    });
    expect([third.kinds, third.asked]).toEqual([
      ['HSEC-2026-0009', 'end'],
      ['modified_id.csv', 'HSEC-2026-0009.json'],
    ]);
    const last = await read(third.cursor, { 'modified_id.csv': after });
    expect([last.kinds, last.asked]).toEqual([['unchanged'], ['modified_id.csv']]);

    const later = await read(
      second.cursor,
      { 'modified_id.csv': after, 'all.zip': archive },
      snapshotDay + 8 * 86_400_000,
    );
    expect([later.kinds.length, later.complete]).toEqual([35, true]);
  });

  test('with too many changes it is read whole', async () => {
    const { cursor } = await read(null, { 'modified_id.csv': before, 'all.zip': archive });
    const many = Array.from({ length: 2500 }, (_, index) => `2026-05-30T00:00:00Z,HSEC-${index}`).join('\n');
    expect((await read(cursor, { 'modified_id.csv': many, 'all.zip': archive })).complete).toBe(true);
  });

  test('an archive that is cut off gives no end', async () => {
    const cut = { 'all.zip': archive.subarray(0, archive.length / 2) };
    await expect(read(null, cut)).rejects.toMatchObject({ code: 'feeds.unreadable' });
  });
});

// Counted in the databases themselves.
describe.each([
  ['osv-go', 'Go', 3143],
  ['osv-bitnami', 'Bitnami', 6861],
  ['osv-pypi', 'PyPI', 2661],
  ['osv-crates-io', 'crates.io', 1080],
  ['osv-oss-fuzz', 'OSS-Fuzz', 3942],
  ['osv-psf', 'PSF', 132],
  ['osv-hackage', 'Hackage', 34],
])('%s', (id, place, count) => {
  const path = feedData(`osv/${place}/all.zip`);

  test.skipIf(path === null)('is read without a reject', async () => {
    const source = osvSources.find((one) => one.id === id);
    const records = await recordsAt(source ?? osvSources[0]!, path ?? '');
    expect(records.size).toBe(count);
    const empty = [...records.values()].filter(({ affected, state }) => state === 'active' && affected.length === 0);
    expect(empty.map((record) => record.id)).toEqual([]);
  });
});

test.skipIf(feedData('osv') === null)('what is known to be odd', async () => {
  const of = async (id: string, place: string) => {
    const source = osvSources.find((one) => one.id === id);
    return recordsAt(source ?? osvSources[0]!, feedData(`osv/${place}/all.zip`) ?? '');
  };
  const bitnami = await of('osv-bitnami', 'Bitnami');
  expect(bitnami.get('BIT-sqlite-2025-6965')?.affected.map(rangesText)).toEqual(['(-∞, ∞)']);
  const pypi = await of('osv-pypi', 'PyPI');
  expect(pypi.get('PYSEC-2024-6')?.affected[0]?.weak).not.toBeNull();
  const rust = await of('osv-crates-io', 'crates.io');
  // Counted in the database: unmaintained, unsound or a notice in every entry.
  expect([...rust.values()].filter(({ tags }) => tags.includes('informational')).length).toBeGreaterThan(300);
  const psf = await of('osv-psf', 'PSF');
  expect(psf.get('PSF-2018-7')?.affected[0]).toMatchObject({
    scheme: 'git',
    ranges: [{ lo: null }],
    unaffected: { length: 5 },
  });
  expect(psf.get('PSF-2018-7')?.modifiedAt).toBeNull();
});
