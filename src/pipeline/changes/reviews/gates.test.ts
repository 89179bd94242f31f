import { expect, test } from 'vitest';
import { type GateFacts, gatesOf } from './gates.ts';
import type { ReviewedPackage } from './model.ts';

const bumped = (attr: string, commits: readonly string[] = ['c1']): ReviewedPackage => ({
  attr,
  commits,
  effects: [{ attr, systems: ['x86_64-linux'], kind: 'bumped', from: '1', to: '2', downgrade: false }],
});
const rebuilt = (attr: string): ReviewedPackage => ({
  attr,
  commits: [],
  effects: [{ attr, systems: ['x86_64-linux'], kind: 'rebuilt' }],
});
const good: GateFacts = {
  packages: [bumped('libpng'), rebuilt('freetype')],
  commits: [{ subject: 'libpng: 1 -> 2' }],
  systems: ['x86_64-linux'],
  broken: [],
  claimed: ['CVE-2026-1'],
  vulnerabilities: { resolved: [{ attr: 'libpng', advisoryId: 'CVE-2026-1' }], opened: [] },
  still: [],
  derivations: { all: 50, changed: 2 },
  builds: { kind: 'run', built: ['libpng'], failed: [] },
  tests: { kind: 'run', built: ['libpng'], failed: [] },
};
const failing = (facts: GateFacts) =>
  gatesOf(facts)
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ name, says }) => `${name}: ${says}`);

test('what does only what it says passes, and says what it did', () => {
  expect(failing(good)).toEqual([]);
  expect(gatesOf(good).map(({ says }) => says)).toEqual(
    expect.arrayContaining(['resolves CVE-2026-1 and opens nothing', '2 of 50 covered derivations are built anew']),
  );
});

test.each<[string, Partial<GateFacts>, string]>([
  ['a package that broke', { broken: ['x86_64-linux zlib'] }, 'evaluates: no longer evaluates: x86_64-linux zlib'],
  [
    'another package',
    { packages: [bumped('libpng'), bumped('sudo', [])] },
    'claims: changes packages that it does not name: sudo',
  ],
  [
    'a build that fails',
    { builds: { kind: 'run', built: [], failed: [{ attr: 'libpng', why: 'error: x' }] } },
    'builds: libpng: error: x',
  ],
  [
    'a test of the package that fails',
    { tests: { kind: 'run', built: [], failed: [{ attr: 'libpng', why: 'failed, see log' }] } },
    'tests: libpng: failed, see log',
  ],
  ['a fix that fixes nothing', { still: ['CVE-2026-1'] }, 'resolves: still affected by CVE-2026-1'],
  [
    'another flaw',
    { vulnerabilities: { resolved: [], opened: [{ attr: 'libpng', advisoryId: 'CVE-2026-2' }] } },
    'resolves: brings in CVE-2026-2',
  ],
])('stopped: %s', (_, given, says) => {
  expect(failing({ ...good, ...given })).toEqual([says]);
});

test('a package is claimed by a subject too; what could not run stops nothing', () => {
  const packages = [bumped('libpng'), bumped('sudo', [])];
  expect(failing({ ...good, packages, commits: [{ subject: 'libpng, sudo: update' }] })).toEqual([]);
  expect(failing({ ...good, builds: { kind: 'not-run', why: 'no Nix' } })).toEqual([]);
});
