import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { feedSources } from '../../feeds/index.ts';
import { recordsAt } from '../../feeds/reading/testing.ts';
import { channelsSpokenOf, secdbDocument } from './secdb-document.ts';
import { clearLine, fixedLine, line, published, publisher, release } from './testing.ts';

const named = (id: string, cve: string, given: Parameters<typeof published>[0]) => {
  const { vulnerability } = published();
  return published({ id, vulnerability: { ...vulnerability, id: cve }, ...given });
};
const advisories = [
  named('XSP-2027-00001', 'CVE-2027-1001', { lines: [fixedLine(), clearLine()] }),
  named('XSP-2027-00002', 'CVE-2027-1002', { lines: [fixedLine()] }),
  named('XSP-2027-00003', 'CVE-2027-1003', { lines: [line()] }),
  named('XSP-2027-00004', 'CVE-2027-1004', { lines: [fixedLine({ fixedVersion: '5.6.1', fixKind: 'patch' })] }),
  named('XSP-2027-00005', 'CVE-2027-1005', { lines: [fixedLine()], withdrawn: { at: 5, by: null } }),
  named('XSP-2027-00006', 'CVE-2027-1006', {
    attr: 'zlib',
    lines: [fixedLine({ says: { kind: 'affected', remedy: 'released', action: 'a' }, release })],
  }),
];

test('what is fixed in a release by version, what never was affected, and patches apart', () => {
  const { packages, archs } = secdbDocument('rolling', advisories, publisher);
  const built = { 'x86_64-linux': { derivation: '/nix/store/a-xz-5.6.2.drv', outputs: ['/nix/store/b-xz-5.6.2'] } };
  expect(packages).toEqual([
    {
      pkg: {
        name: 'xz',
        secfixes: { '5.6.2': ['CVE-2027-1001 XSP-2027-00001', 'CVE-2027-1002 XSP-2027-00002'] },
        derivations: { '5.6.2': built },
        patched: [{ version: '5.6.1', ids: 'CVE-2027-1004 XSP-2027-00004', derivations: built }],
      },
    },
    {
      pkg: {
        name: 'zlib',
        secfixes: { '5.6.2': ['CVE-2027-1006 XSP-2027-00006'] },
        derivations: { '5.6.2': built },
        patched: [],
      },
    },
  ]);
  expect([archs, channelsSpokenOf(advisories)]).toEqual([['x86_64-linux'], ['26.11', 'rolling']]);
  expect(secdbDocument('26.11', advisories, publisher).packages).toMatchObject([
    { pkg: { name: 'xz', secfixes: { 0: ['CVE-2027-1001 XSP-2027-00001'] } } },
  ]);
});

let folder: string | undefined;
afterAll(() => (folder === undefined ? undefined : rm(folder, { recursive: true, force: true })));

test('our reader of such databases reads it back', async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'snowguard-secdb-'));
  const alpine = feedSources.find(({ id }) => id === 'alpine');
  if (alpine === undefined) throw new Error('no feed of that name');
  for (const channel of ['rolling', '26.11'])
    await writeFile(
      path.join(folder, `${channel}.json`),
      JSON.stringify(secdbDocument(channel, advisories, publisher)),
    );
  const records = await recordsAt(alpine, folder);
  expect([...records.keys()].sort()).toEqual(['CVE-2027-1001', 'CVE-2027-1002', 'CVE-2027-1006']);
  const said = records
    .get('CVE-2027-1001')
    ?.statements.map(({ product, status, version }) => [product, status, version]);
  expect(said?.sort()).toEqual([
    ['xz/26.11', 'not_affected', '0'],
    ['xz/rolling', 'fixed', '5.6.2'],
  ]);
});
