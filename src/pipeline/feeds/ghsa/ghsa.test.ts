import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { FetchRequest } from '../../../platform/fetcher/index.ts';
import { feedData, rangesText, readItems } from '../reading/testing.ts';
import { normaliseGhsa } from './normalise.ts';
import { ghsa } from './source.ts';

const context = { source: 'ghsa', now: Date.UTC(2026, 5, 1) };

/** The shape of https://api.github.com/advisories/GHSA-jfh8-c2jp-5v3q, retyped with few members. */
function advisory(given: Readonly<Record<string, unknown>> = {}) {
  return {
    ghsa_id: 'GHSA-jfh8-c2jp-5v3q',
    cve_id: 'CVE-2021-44228',
    type: 'reviewed',
    severity: 'critical',
    summary: 'Remote code injection in Log4j',
    identifiers: [
      { type: 'GHSA', value: 'GHSA-jfh8-c2jp-5v3q' },
      { type: 'CVE', value: 'CVE-2021-44228' },
    ],
    references: ['https://github.com/apache/logging-log4j2/commit/44569090f1cf1e92c711fb96dfd18cd7dccc72ea'],
    published_at: '2021-12-10T00:40:56Z',
    updated_at: '2025-05-09T13:13:16Z',
    cvss_severities: {
      cvss_v3: { vector_string: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' },
      cvss_v4: { vector_string: null },
    },
    vulnerabilities: [
      vulnerability('maven', 'org.apache.logging.log4j:log4j-core', '>= 2.13.0, < 2.15.0', '2.15.0'),
      vulnerability('maven', 'org.apache.logging.log4j:log4j-core', '>= 2.0-beta9, <= 2.3.0', '2.3.1'),
    ],
    ...given,
  };
}

function vulnerability(ecosystem: string, name: string, range: string | null, patched: unknown = null) {
  return { package: { ecosystem, name }, vulnerable_version_range: range, first_patched_version: patched };
}

test('the form of the API: one product a package, the fix as its end', () => {
  const record = normaliseGhsa(advisory(), context);
  expect(record).toMatchObject({
    id: 'GHSA-jfh8-c2jp-5v3q',
    aliases: ['CVE-2021-44228'],
    publishedAt: Date.UTC(2021, 11, 10, 0, 40, 56),
    references: [{ type: 'FIX' }],
    severities: [
      { kind: 'CVSS_V3', score: 10 },
      { kind: 'text', text: 'critical' },
    ],
    affected: [{ identity: { kind: 'package', ecosystem: 'Maven' }, scheme: 'maven', otherwise: 'unaffected' }],
  });
  expect(record.affected.map(rangesText)).toEqual(['[2.13.0, 2.15.0) [2.0-beta9, 2.3.1)']);
});

test.each([
  ['pip', 'PyPI', '= 1.2.3', '[1.2.3, 1.2.3]'],
  ['rust', 'crates.io', '> 0.3, <= 0.5', '(0.3, 0.5]'],
  ['composer', 'Packagist', '>= 0', '(-∞, ∞)'],
  ['npm', 'npm', null, ''],
])('%s is %s; %s', (ecosystem, expected, range, ranges) => {
  const { affected } = normaliseGhsa(advisory({ vulnerabilities: [vulnerability(ecosystem, 'a', range)] }), context);
  expect(affected).toMatchObject([{ identity: { ecosystem: expected, name: 'a' } }]);
  expect(affected.map(rangesText)).toEqual([ranges]);
});

test('what is of no registry names no product; an older form of the fix is understood', () => {
  const vulnerabilities = [vulnerability('other', 'a', '< 1'), vulnerability('go', 'b', '<= 1', { identifier: '1.1' })];
  expect(normaliseGhsa(advisory({ vulnerabilities }), context).affected.map(rangesText)).toEqual(['(-∞, 1.1)']);
});

test.each([
  [advisory({ type: 'unreviewed' }), 'is not reviewed by GitHub'],
  [{ id: 'GHSA-jfh8-c2jp-5v3q', database_specific: { github_reviewed: false } }, 'is not reviewed by GitHub'],
  [advisory({ vulnerabilities: [vulnerability('npm', 'a', 'some')] }), 'some is not a range of versions'],
  [advisory({ ghsa_id: 'CVE-1' }), 'ghsa_id is not a valid id'],
])('%j is refused', (document, reason) => {
  expect(() => normaliseGhsa(document, context)).toThrow(reason);
});

test('the form of the repository, whose unfixed entries name the last affected version', () => {
  const record = normaliseGhsa(
    {
      id: 'GHSA-jfh8-c2jp-5v3q',
      aliases: ['CVE-2021-44228'],
      affected: [
        {
          package: { ecosystem: 'npm', name: 'a' },
          ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }],
          database_specific: { last_known_affected_version_range: '<= 1.2.3' },
        },
      ],
      database_specific: { severity: 'MODERATE', github_reviewed: true },
    },
    context,
  );
  expect(record.affected.map(rangesText)).toEqual(['(-∞, 1.2.3]']);
  expect(record.severities).toMatchObject([{ text: 'moderate' }]);
});

describe('the API', () => {
  const url = 'https://api.github.com/advisories';
  const letters = '23456789cfghjmpqrvwx';

  /** So many advisories, as many a second as given. */
  function database(count: number, perSecond: number) {
    return Array.from({ length: count }, (_, index) => {
      const name = [2, 1, 0].map((place) => letters[Math.floor(index / 20 ** place) % 20]).join('');
      const at = new Date(Date.UTC(2026, 0, 1) + Math.floor(index / perSecond) * 1000);
      return advisory({ ghsa_id: `GHSA-2222-2222-2${name}`, updated_at: at.toISOString().replace('.000', '') });
    });
  }

  /** Answers as https://docs.github.com/en/rest/security-advisories/global-advisories says. */
  function github(advisories: readonly { readonly updated_at: unknown }[], asked: FetchRequest[]) {
    return (request: FetchRequest) => {
      asked.push(request);
      const query = new URL(request.url).searchParams;
      const [from = '', to = '9'] = (query.get('updated') ?? '').replace('>=', '').split('..');
      const found = advisories.filter(({ updated_at }) => String(updated_at) >= from && String(updated_at) <= to);
      if (query.get('direction') === 'desc') found.reverse();
      return JSON.stringify(found.slice(0, Number(query.get('per_page'))));
    };
  }

  async function sync(
    advisories: readonly { readonly updated_at: unknown }[],
    given: { cursor?: string; secret?: string } = {},
  ) {
    const asked: FetchRequest[] = [];
    const items = await readItems(ghsa, {
      location: { kind: 'url', url },
      answer: github(advisories, asked),
      ...given,
    });
    const ids = items.flatMap((item) => (item.kind === 'record' ? item.record.id : []));
    return { ids: new Set(ids), end: items.at(-1), asked };
  }

  test('page after page in the order of updates; later only what is new', async () => {
    const all = database(250, 7);
    const { ids, end, asked } = await sync(all);
    expect([ids.size, asked.length]).toEqual([250, 3]);
    const cursor = Date.parse(String(all.at(-1)?.updated_at));
    expect(end).toEqual({ kind: 'end', cursor: String(cursor), complete: false });
    expect((await sync([...all], { cursor: String(cursor) })).ids.size).toBe(250 % 7);
    expect((await sync([], { cursor: String(cursor) })).end).toEqual({ kind: 'unchanged' });
  });

  test('more of one second than a page holds is read from both ends', async () => {
    expect((await sync(database(350, 180))).ids.size).toBe(350);
  });

  test('the page that the server names follows, however many share a second', async () => {
    const all = database(650, 500);
    const answer = ({ url: asked }: FetchRequest) => {
      const from = Number(new URL(asked).searchParams.get('after') ?? 0);
      return {
        kind: 'content',
        body: Readable.from([Buffer.from(JSON.stringify(all.slice(from, from + 100)))]),
        validators: {},
        contentType: 'application/json',
        ...(from + 100 < all.length ? { next: `${url}?after=${from + 100}` } : {}),
      } as const;
    };
    const items = await readItems(ghsa, { location: { kind: 'url', url }, answer });
    const ids = items.flatMap((item) => (item.kind === 'record' ? item.record.id : []));
    expect([ids.length, new Set(ids).size]).toEqual([650, 650]);
    expect(items.at(-1)).toMatchObject({ cursor: String(Date.parse(String(all.at(-1)?.updated_at))) });
  });

  test('without a token it stops in time and goes on later', async () => {
    const all = database(4500, 1);
    const first = await sync(all);
    expect(first.asked).toHaveLength(40);
    const second = await sync(all, { cursor: first.end?.kind === 'end' ? String(first.end.cursor) : '' });
    expect(new Set([...first.ids, ...second.ids]).size).toBe(4500);
  });

  test('the token goes into the header', async () => {
    const { asked } = await sync(database(1, 1), { secret: 'abc' });
    expect(asked[0]?.headers).toMatchObject({ Authorization: 'Bearer abc' });
    expect(asked[0]?.url).toBe(`${url}?type=reviewed&sort=updated&direction=asc&per_page=100`);
  });

  test('a full page without a date of update does not turn in circles', async () => {
    const undated = Array.from({ length: 100 }, (_, index) => advisory({ updated_at: null, index }));
    const asked = { location: { kind: 'url', url }, answer: () => JSON.stringify(undated) } as const;
    await expect(readItems(ghsa, asked)).rejects.toMatchObject({ code: 'feeds.unreadable' });
  });
});

const real = feedData('edge-cases/dependency-track/osv/osv-GHSA-77rv-6vfw-x4gc.json');

test.skipIf(real === null)('a real record of the repository', () => {
  const record = normaliseGhsa(JSON.parse(readFileSync(real ?? '', 'utf8')), context);
  expect(record).toMatchObject({
    id: 'GHSA-77rv-6vfw-x4gc',
    aliases: ['CVE-2019-3778'],
    severities: [{ score: 9 }, { text: 'low' }],
  });
  expect(record.affected.map(rangesText)).toContain('(-∞, 2.0.17)');
});

test('of a folder of the repository only what is reviewed is read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'snowguard-ghsa-'));
  for (const kind of ['github-reviewed', 'unreviewed']) {
    const id = `GHSA-${kind === 'unreviewed' ? '2222' : '3333'}-2222-2222`;
    mkdirSync(join(folder, kind, id), { recursive: true });
    const document = { id, database_specific: { github_reviewed: kind !== 'unreviewed' } };
    writeFileSync(join(folder, kind, id, `${id}.json`), JSON.stringify(document));
  }
  const items = await readItems(ghsa, { location: { kind: 'path', path: folder } });
  rmSync(folder, { recursive: true });
  expect(items).toMatchObject([{ record: { id: 'GHSA-3333-2222-2222' } }, { kind: 'end', complete: true }]);
});
