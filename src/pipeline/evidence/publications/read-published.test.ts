import { expect, test } from 'vitest';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { databasesForTests } from '../../../platform/database/testing.ts';
import type { Advisory } from '../../advisories/index.ts';
import type { Instance, Patch } from '../../catalog/index.ts';
import { readPublished } from './read-published.ts';
import { release } from './testing.ts';

const at = Date.UTC(2027, 2, 2);
const id = 'CVE-2024-3094';
const commit = '0123456789abcdef0123456789abcdef01234567';
const advisory: Advisory = {
  id,
  aliases: ['GHSA-rxwq-x6h5-x525'],
  state: 'active',
  title: '',
  details: '',
  publishedAt: at,
  modifiedAt: at,
  band: 'critical',
  score: 10,
  severitySource: null,
  exploitation: { knownExploitedSince: null, ransomware: false, dueDate: null, epss: null, ssvc: null },
  disputed: false,
  severityDisputed: false,
  references: [`https://github.com/tukaani-project/xz/commit/${commit}`],
  records: [],
};
const patch = (name: string, given: Partial<Patch> = {}): Patch => ({
  name,
  urls: [],
  hash: null,
  path: null,
  content: null,
  ...given,
});
const instance = (system: string, patches: readonly Patch[]): Instance => ({
  attr: 'xz',
  system,
  pname: 'xz',
  version: '5.6.1',
  name: 'xz-5.6.1',
  drvPath: null,
  outputs: {},
  sources: [],
  patches,
  cpe: [],
  purls: [],
  licences: [],
  maintainers: [],
  position: null,
  description: '',
  homepage: null,
  knownVulnerabilities: [],
});

const evaluation = {
  id: '1',
  channel: 'rolling',
  commitId: release.revision,
  at,
  origin: 'nix',
  instances: 2,
  failures: 0,
} as const;

const fetched = patch('fix.patch', {
  urls: ['https://p.example/CVE-2024-3094.patch'],
  hash: 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
});
const alias = patch('ghsa.patch', { path: 'pkgs/xz/ghsa.patch', content: 'Fixes GHSA-rxwq-x6h5-x525' });
const both = [fetched, patch('darwin.patch'), patch('CVE-2024-3094.patch', { reverts: true })];

test.each([
  ['none of them names it', [instance('x86_64-linux', [patch('darwin.patch')])], []],
  ['the release was not evaluated', [], []],
  [
    'each is told once, whatever the system, and none that is taken back',
    [instance('x86_64-linux', [...both, alias]), instance('aarch64-linux', both)],
    [
      { name: 'fix.patch', urls: fetched.urls, hash: fetched.hash, path: null },
      { name: 'ghsa.patch', urls: [], hash: null, path: 'pkgs/xz/ghsa.patch' },
    ],
  ],
])('the patches of a fix: %s', async (_name, instances, patches) => {
  const [engine] = await databasesForTests();
  const db: Database<JournalTables> | undefined = await engine?.open();
  if (db === undefined) throw new Error('there is no database');
  await db.write((trx) =>
    appendEvent(trx, {
      at,
      kind: 'finding.released',
      subject: '1',
      actor: 'robot',
      payload: { channel: 'rolling', releaseUuid: release.uuid },
    }),
  );
  const publication = { id: 'XSP-2027-00001', attr: 'xz', publishedAt: at, replaced: null, names: [id] };
  const [read] = await readPublished([publication], {
    db,
    findings: {
      publicFindings: async () => [
        {
          id: '1',
          advisoryId: id,
          attr: 'xz',
          channel: 'rolling',
          version: '5.6.1',
          fixedVersion: '5.6.1',
          fixKind: 'patch',
          openedAt: at,
          releasedAt: at,
          says: { kind: 'fixed', reason: null, statement: null },
        },
      ],
    },
    advisories: { byIds: async () => new Map([[id, advisory]]) },
    catalog: {
      evaluationOf: async () => (instances.length === 0 ? null : evaluation),
      packageByAttr: async () => instances,
    },
    releases: new Map([[release.uuid, release]]),
  });
  expect(read?.lines[0]).toMatchObject({ channel: 'rolling', release, patches });
  expect(read?.lines[0]?.derivations.map(({ system }) => system)).toEqual(instances.map(({ system }) => system).sort());
});
