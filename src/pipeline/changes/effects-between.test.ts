import { expect, test } from 'vitest';
import type { Instance, Patch, Source } from '../catalog/index.ts';
import { effectsBetween } from './index.ts';

const source: Source = {
  name: 'xz-5.4.tar.xz',
  urls: ['https://github.com/tukaani-project/xz/archive/v5.4.tar.gz'],
  hash: 'sha256-A',
  rev: null,
  tag: null,
};
const patch: Patch = { name: 'CVE-2024-1.patch', urls: [], hash: null, path: 'pkgs/xz/CVE-2024-1.patch', content: 'a' };

const instance = (change: Partial<Instance> = {}): Instance => ({
  attr: 'xz',
  system: 'x86_64-linux',
  pname: 'xz',
  version: '5.4',
  name: 'xz-5.4',
  drvPath: '/nix/store/a.drv',
  outputs: {},
  sources: [source],
  patches: [],
  cpe: [],
  purls: [],
  licences: [],
  maintainers: [],
  position: null,
  description: '',
  homepage: null,
  knownVulnerabilities: [],
  ...change,
});

const other = { drvPath: '/nix/store/b.drv' };

test.each<[string, Partial<Instance> | null, Partial<Instance> | null, readonly object[]]>([
  ['nothing', {}, {}, []],
  ['only its description', {}, { description: 'new' }, []],
  ['a dependency', {}, other, [{ kind: 'rebuilt' }]],
  ['a new package', null, {}, [{ kind: 'added', version: '5.4' }]],
  ['a package gone', {}, null, [{ kind: 'removed', version: '5.4' }]],
  ['a bump', {}, { ...other, version: '5.10' }, [{ kind: 'bumped', from: '5.4', to: '5.10', downgrade: false }]],
  ['a step back', { version: '5.10' }, other, [{ kind: 'bumped', from: '5.10', to: '5.4', downgrade: true }]],
  ['a patch added', {}, { ...other, patches: [patch] }, [{ kind: 'patch-added', patch: patch.name }]],
  ['a patch dropped', { patches: [patch] }, other, [{ kind: 'patch-removed', patch: patch.name }]],
  [
    'a patch with other content',
    { patches: [patch] },
    { ...other, patches: [{ ...patch, content: 'b' }] },
    [{ kind: 'patch-changed', patch: patch.name }],
  ],
  [
    'another hash under the same version',
    {},
    { ...other, sources: [{ ...source, hash: 'sha256-B' }] },
    [{ kind: 'hash-changed', source: source.name, from: 'sha256-A', to: 'sha256-B' }],
  ],
  [
    'another owner',
    {},
    { ...other, sources: [{ ...source, urls: ['https://github.com/someone/xz/archive/v5.4.tar.gz'] }] },
    [{ kind: 'source-moved', from: 'github.com/tukaani-project/xz', to: 'github.com/someone/xz' }],
  ],
  [
    'a bump with its new hash and path',
    {},
    {
      ...other,
      version: '5.6',
      sources: [{ ...source, hash: 'sha256-B', urls: ['https://github.com/tukaani-project/xz/archive/v5.6.tar.gz'] }],
    },
    [{ kind: 'bumped', from: '5.4', to: '5.6', downgrade: false }],
  ],
  [
    'a declared vulnerability',
    {},
    { knownVulnerabilities: ['CVE-2024-1'] },
    [{ kind: 'vulnerabilities-declared', added: ['CVE-2024-1'], removed: [] }],
  ],
])('%s', (_name, before, after, expected) => {
  const list = (change: Partial<Instance> | null) => (change === null ? [] : [instance(change)]);
  expect(effectsBetween(list(before), list(after))).toEqual(
    expected.map((effect) => ({ attr: 'xz', systems: ['x86_64-linux'], ...effect })),
  );
});

test('systems with the same effect stand together, others apart', () => {
  const systems = ['aarch64-darwin', 'aarch64-linux', 'x86_64-linux'];
  const before = systems.map((system) => instance({ system }));
  const after = systems.map((system) =>
    instance({ system, drvPath: 'b', version: system === 'aarch64-darwin' ? '5.4' : '5.6' }),
  );
  expect(effectsBetween(before, after)).toEqual([
    { attr: 'xz', systems: ['aarch64-darwin'], kind: 'rebuilt' },
    {
      attr: 'xz',
      systems: ['aarch64-linux', 'x86_64-linux'],
      kind: 'bumped',
      from: '5.4',
      to: '5.6',
      downgrade: false,
    },
  ]);
});
