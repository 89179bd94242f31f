import { zstdCompressSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { feedData, readItems, recordsAt, snapshotDay } from '../reading/testing.ts';
import { redhat } from '../redhat/source.ts';
import { csafArchiveOf, csafChanges, csafIdOf, firstChanges } from './changes.ts';
import { normaliseCsaf } from './normalise.ts';

const context = { source: 'redhat', now: snapshotDay };

/** The shape of https://security.access.redhat.com/data/csaf/v2/vex/2025/cve-2025-40778.json, with few products. */
function document(vulnerabilities: readonly object[], id = 'CVE-2025-40778') {
  const component = (name: string, arch: string) => ({
    category: 'product_version',
    product: {
      product_id: `${name}-32:9.8.2-1.el6.${arch}`,
      name: `${name}-32:9.8.2-1.el6.${arch}`,
      product_identification_helper: { purl: `pkg:rpm/redhat/${name}@9.8.2-1.el6?arch=${arch}&epoch=32` },
    },
  });
  const related = (platform: string, reference: string) => ({
    category: 'default_component_of',
    product_reference: reference,
    relates_to_product_reference: platform,
    full_product_name: { product_id: `${platform}:${reference}`, name: `${reference} as a component` },
  });
  return {
    document: {
      category: 'csaf_vex',
      title: 'bind: cache poisoning',
      aggregate_severity: { text: 'Important' },
      tracking: {
        id,
        initial_release_date: '2025-10-22T15:00:00+00:00',
        current_release_date: '2025-12-17T00:17:06+00:00',
      },
      references: [{ category: 'self', url: 'https://access.redhat.com/security/cve/CVE-2025-40778' }],
    },
    product_tree: {
      branches: [
        { branches: [component('bind', 'src'), component('bind', 'i686'), component('bind-utils', 'i686')] },
        { product: { product_id: 'bind', name: 'bind' } },
        { product: { product_id: 'el6', name: 'Red Hat Enterprise Linux 6' } },
      ],
      relationships: [
        related('el6', 'bind-32:9.8.2-1.el6.src'),
        related('el6', 'bind-32:9.8.2-1.el6.i686'),
        related('el6', 'bind-utils-32:9.8.2-1.el6.i686'),
        related('el7', 'bind'),
      ],
    },
    vulnerabilities,
  };
}

const fixed = {
  cve: 'CVE-2025-40778',
  title: 'bind: cache poisoning attacks with unsolicited RRs',
  release_date: '2025-10-22T15:00:00+00:00',
  product_status: {
    fixed: ['el6:bind-32:9.8.2-1.el6.i686', 'el6:bind-utils-32:9.8.2-1.el6.i686'],
    known_not_affected: ['el6:bind-32:9.8.2-1.el6.src'],
    known_affected: ['el7:bind'],
  },
  flags: [{ label: 'vulnerable_code_not_present', product_ids: ['el6:bind-32:9.8.2-1.el6.src'] }],
  remediations: [{ category: 'no_fix_planned', details: 'Out of support scope', product_ids: ['el7:bind'] }],
  scores: [{ cvss_v3: { vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:H/A:N' }, products: ['el7:bind'] }],
  threats: [{ category: 'impact', details: 'Important' }],
};

const notAffected = { ...fixed, cve: 'CVE-2021-25220', product_status: { known_not_affected: ['el7:bind'] } };

describe('a document on one vulnerability', () => {
  const record = normaliseCsaf(document([fixed]), context);

  test('is of statements, one a package and platform; built packages repeat their source', () => {
    expect(record.affected).toEqual([]);
    expect(record.statements).toEqual([
      { product: 'bind/el6', status: 'fixed', version: '32:9.8.2-1.el6', justification: null, text: null },
      { product: 'bind/el7', status: 'affected', version: null, justification: null, text: 'Out of support scope' },
    ]);
  });

  test('a justification is kept where it is why', () => {
    const own = { ...notAffected, flags: [{ label: 'component_not_present', product_ids: ['el7:bind'] }] };
    expect(normaliseCsaf(document([own]), context).statements).toMatchObject([
      { product: 'bind/el7', status: 'not_affected', justification: 'component_not_present' },
    ]);
  });

  test('its words and vectors are the distribution’s', () => {
    expect(record).toMatchObject({
      id: 'CVE-2025-40778',
      publishedAt: Date.UTC(2025, 9, 22, 15),
      aliases: [],
      upstream: [],
      title: 'bind: cache poisoning attacks with unsolicited RRs',
      severities: [
        { kind: 'CVSS_V3', score: 8.6, rater: 'distribution' },
        { kind: 'text', text: 'important', rater: 'distribution' },
      ],
      references: [{ type: 'ADVISORY' }],
    });
  });
});

test('an advisory of several is upstream of each, and keeps only what holds for each', () => {
  const record = normaliseCsaf(document([fixed, notAffected], 'RHSA-2025:23414'), context);
  expect(record).toMatchObject({ aliases: [], upstream: ['CVE-2025-40778', 'CVE-2021-25220'], statements: [] });
  expect(record.severities).toMatchObject([{ text: 'important' }]);
  const twice = normaliseCsaf(document([fixed, { ...fixed, cve: 'CVE-2025-1' }], 'RHSA-2025:23414'), context);
  expect(twice.statements).toHaveLength(2);
});

test.each([
  ['bind-32:9.8.2-0.68.el6_10.17.src', 'bind', '32:9.8.2-0.68.el6_10.17'],
  ['curl-8.0.1-150400.5.36.1', 'curl', '8.0.1-150400.5.36.1'],
  ['libcurl4-32bit-8.0.1-150400.5.36.1.x86_64', 'libcurl4-32bit', '8.0.1-150400.5.36.1'],
  ['ImageMagick', 'ImageMagick', null],
])('without a package URL the name %s is read', (name, product, version) => {
  const told = {
    ...document([{ cve: 'CVE-2025-40778', product_status: { fixed: ['x'] } }]),
    product_tree: {
      branches: [{ product: { product_id: 'y', name } }],
      relationships: [
        { product_reference: 'y', relates_to_product_reference: 'SLES 15', full_product_name: { product_id: 'x' } },
      ],
    },
  };
  expect(normaliseCsaf(told, context).statements).toMatchObject([{ product: `${product}/SLES 15`, version }]);
});

test('a document of another shape is refused', () => {
  expect(() => normaliseCsaf({ document: { tracking: {} } }, context)).toThrow(
    'document.tracking.id is not a valid id',
  );
  expect(() => normaliseCsaf({ ...document([]), vulnerabilities: {} }, context)).toThrow(
    'vulnerabilities is not a list',
  );
});

test('lists of changes: quoted or not, oldest first, none of a day that has not come', () => {
  const list =
    '"2024/b.json","2025-02-18T14:28:08+00:00"\nnoise\n2024/a.json,2025-02-15T14:27:54Z\r\n"../c.json","2025-02-19T00:00:00Z"\nd.json,9999-12-31T23:59:59Z\n';
  expect(csafChanges(list, snapshotDay).map(({ path }) => path)).toEqual(['2024/a.json', '2024/b.json']);
  const same = [1, 2, 2, 2, 3].map((at) => ({ path: String(at), at }));
  expect(firstChanges(same, 2).map(({ at }) => at)).toEqual([1, 2, 2, 2]);
  expect([csafIdOf('2024/rhsa-2024_0010.json'), csafIdOf('cve-2024-8088.json')]).toEqual([
    'RHSA-2024:0010',
    'CVE-2024-8088',
  ]);
  expect(csafArchiveOf('csaf_vex_2025-02-15.tar.zst\n')).toEqual({
    name: 'csaf_vex_2025-02-15.tar.zst',
    at: Date.UTC(2025, 1, 15),
  });
  expect([csafArchiveOf('../2025-02-15.tar.zst'), csafArchiveOf('csaf-vex.tar.bz2')]).toEqual([null, null]);
});

describe('a provider', () => {
  const folder = 'https://example.org/vex/';
  const cursorAt = (reached: number, absent: readonly string[] = []) => JSON.stringify({ reached, absent });

  async function archive(): Promise<Buffer> {
    const tar = pack();
    tar.entry({ name: '2025/cve-2025-40778.json' }, JSON.stringify(document([fixed])));
    tar.finalize();
    const parts: Buffer[] = [];
    for await (const part of tar) parts.push(part as Buffer);
    return zstdCompressSync(Buffer.concat(parts));
  }

  test('the archive and what has changed since; later only changes and deletions', async () => {
    const files: Record<string, string | Buffer> = {
      'archive_latest.txt': 'csaf_vex_2025-12-01.tar.zst',
      'csaf_vex_2025-12-01.tar.zst': await archive(),
      'changes.csv':
        '"2025/cve-2025-1.json","2025-12-02T00:00:00Z"\n"2025/cve-2025-40778.json","2025-11-01T00:00:00Z"\n',
      'deletions.csv': '"2020/cve-2020-1.json","2025-11-01T00:00:00Z"\n',
      '2025/cve-2025-1.json': JSON.stringify(document([{ cve: 'CVE-2025-1' }], 'CVE-2025-1')),
    };
    const sync = (cursor: string | null) =>
      readItems(redhat, {
        location: { kind: 'url', url: folder },
        cursor,
        answer: ({ url }) => files[url.slice(folder.length)] ?? null,
      });
    const first = await sync(null);
    expect(first.map((item) => (item.kind === 'record' ? item.record.id : item.kind))).toEqual([
      'CVE-2025-40778',
      'CVE-2025-1',
      'end',
    ]);
    const [end] = first.slice(-1);
    const cursor = end?.kind === 'end' ? end.cursor : null;
    expect(end).toEqual({ kind: 'end', cursor: cursorAt(Date.UTC(2025, 11, 2)), complete: false });
    expect(await sync(cursor)).toEqual([{ kind: 'unchanged' }]);
    expect(await sync(String(Date.UTC(2025, 11, 2)))).toEqual([{ kind: 'unchanged' }]);
    files['deletions.csv'] +=
      '"2025/cve-2025-1.json","2025-12-03T00:00:00Z"\n"2025/cve-2025-2.json","2025-12-03T00:00:00Z"\n';
    files['changes.csv'] = `"2025/cve-2025-2.json","2025-12-04T00:00:00Z"\n${files['changes.csv']}`;
    expect(await sync(cursor)).toMatchObject([
      { kind: 'rejected', id: 'CVE-2025-2', reason: 'listed as changed, but not there' },
      { kind: 'gone', id: 'CVE-2025-1' },
      { kind: 'end', cursor: cursorAt(Date.UTC(2025, 11, 4), ['CVE-2025-2']) },
    ]);
    const behind = cursorAt(Date.UTC(2025, 11, 4), ['CVE-2025-2']);
    expect(await sync(behind)).toMatchObject([
      { kind: 'rejected', id: 'CVE-2025-2' },
      { kind: 'end', cursor: behind },
    ]);
    files['2025/cve-2025-2.json'] = JSON.stringify(document([{ cve: 'CVE-2025-2' }], 'CVE-2025-2'));
    expect(await sync(behind)).toMatchObject([
      { kind: 'record', record: { id: 'CVE-2025-2' } },
      { kind: 'end', cursor: cursorAt(Date.UTC(2025, 11, 4)) },
    ]);
  });

  test('no archive: the changes from the beginning; no changes: an error', async () => {
    const changes = '"cve-2025-40778.json","2025-12-02T00:00:00Z"';
    const answers: Record<string, string> = {
      [`${folder}changes.csv`]: changes,
      [`${folder}cve-2025-40778.json`]: JSON.stringify(document([fixed])),
    };
    const location = { kind: 'url', url: folder } as const;
    const items = await readItems(redhat, { location, answer: ({ url }) => answers[url] ?? null });
    expect(items.map(({ kind }) => kind)).toEqual(['record', 'end']);
    await expect(readItems(redhat, { location })).rejects.toMatchObject({ code: 'feeds.no-such-location' });
    for (const cursor of [null, String(snapshotDay)])
      await expect(
        readItems(redhat, { location, cursor, answer: () => '<html>Just a moment…</html>' }),
      ).rejects.toMatchObject({ code: 'feeds.unreadable' });
  });
});

const real = feedData('redhat/csaf');

test.skipIf(real === null)('the real sample', async () => {
  const records = await recordsAt(redhat, real ?? '');
  expect(records.size).toBe(8);
  expect(records.get('RHSA-2024:6163')?.statements[0]).toEqual({
    product: 'python3.9/AppStream-9.4.0.Z.MAIN.EUS',
    status: 'fixed',
    version: '3.9.18-3.el9_4.5',
    justification: null,
    text: null,
  });
  expect(records.get('RHSA-2025:23414')).toMatchObject({
    upstream: ['CVE-2021-25220', 'CVE-2025-40778'],
    statements: [{ status: 'fixed' }, { status: 'fixed' }],
  });
  for (const { affected, statements, aliases } of records.values()) {
    expect([affected, aliases]).toEqual([[], []]);
    expect(statements.length).toBeGreaterThan(0);
  }
});
