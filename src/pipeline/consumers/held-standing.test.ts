import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BuiltPackage } from './component.ts';
import { createHeldStanding } from './held-standing.ts';
import type { InputStanding, MissingFix } from './model.ts';
import { type HeldPackage, readClosure } from './read-closure.ts';

const store = (digit: string, name: string) => `/nix/store/${digit.repeat(32)}-${name}`;
const built = (attr: string, version: string, digit: string, pname = attr): BuiltPackage => ({
  attr,
  pname,
  version,
  drvPath: store(digit, `${pname}-${version}.drv`),
  outputs: [store(digit, `${pname}-${version}`), store(digit, `${pname}-${version}-bin`)],
});
const held = (name: string, version: string | null, digit?: string): HeldPackage => ({
  name,
  version,
  storePaths: digit === undefined ? [] : [store(digit, `${name}-${version}-bin`)],
  drvPath: null,
});
const fix = (attr: string, fromVersion: string, toVersion: string): MissingFix => ({
  advisoryId: 'CVE-2024-3094',
  attr,
  fromVersion,
  toVersion,
  band: 'critical',
  releasedIn: '0.1.6+rev-b',
});

const input = {
  input: 'nixpkgs',
  releaseUuid: 'locked',
  version: '0.1.5+rev-a',
  organisation: 'acme',
  flake: 'secure',
  requirement: '0',
};
type Behind = Extract<InputStanding, { readonly kind: 'behind' }>;
const behind = (given: Partial<Behind> = {}): Behind => ({
  kind: 'behind',
  channel: 'rolling',
  input,
  targetVersion: '0.1.7+rev-c',
  targetUuid: 'target',
  reachable: true,
  yanked: false,
  missing: [],
  exposures: [],
  ...given,
});
const current = { kind: 'current', input, channel: 'rolling', yanked: false, exposures: [] } as const;

interface World {
  readonly fix: MissingFix;
  readonly locked?: readonly BuiltPackage[];
  readonly target?: readonly BuiltPackage[];
}

function stand({ fix: missing, locked = [], target = [] }: World, runs: readonly HeldPackage[]) {
  const judge = createHeldStanding({
    standing: behind({ missing: [missing] }),
    trees: { locked, target },
    shipped: [],
  });
  const found = judge.standingOf(runs.filter(({ name }) => judge.names.includes(name)));
  if (found.kind !== 'behind') throw new Error(found.kind);
  const [lacked] = found.missing;
  if (lacked !== undefined) return `${lacked.fromVersion} lacks ${lacked.toVersion}`;
  return found.notHeld?.length === 1 ? 'does not run' : 'has it';
}

const back: World = {
  fix: fix('xz', '5.6.1', '5.4.6'),
  locked: [built('xz', '5.6.1', 'a')],
  target: [built('xz', '5.4.6', 'b')],
};
const forth: World = {
  fix: fix('openssl', '3.0.14', '3.0.15'),
  locked: [built('openssl', '3.0.14', 'a'), built('openssl_1_1', '1.1.1w', 'c', 'openssl')],
  target: [built('openssl', '3.0.15', 'b'), built('openssl_1_1', '1.1.1w', 'c', 'openssl')],
};
const patched: World = {
  fix: fix('libpng', '1.6.43', '1.6.43'),
  locked: [built('libpng', '1.6.43', 'a')],
  target: [built('libpng', '1.6.43', 'b')],
};
const python: World = {
  fix: fix('python3Packages.requests', '2.31.0', '2.32.3'),
  locked: [
    {
      ...built('python3Packages.requests', '2.31.0', 'a', 'requests'),
      drvPath: store('a', 'python3.13-requests-2.31.0.drv'),
    },
  ],
  target: [
    {
      ...built('python3Packages.requests', '2.32.3', 'b', 'requests'),
      drvPath: store('b', 'python3.13-requests-2.32.3.drv'),
    },
  ],
};

describe('what runs against a fix that the lock lacks', () => {
  test.each<[string, World, readonly HeldPackage[], string]>([
    ['nothing of it', back, [held('curl', '8.5.0')], 'does not run'],
    ['the very build of the lock', back, [held('xz', '5.6.1', 'a')], '5.6.1 lacks 5.4.6'],
    ['the very build of the release to move to', back, [held('xz', '5.4.6', 'b')], 'has it'],
    ['the bad version, built elsewhere', back, [held('xz', '5.6.1', 'd')], '5.6.1 lacks 5.4.6'],
    ['the good version, built elsewhere', back, [held('xz', '5.4.6', 'd')], 'has it'],
    ['between a bad version and the one it was taken back to', back, [held('xz', '5.6.0')], '5.6.0 lacks 5.4.6'],
    ['older than what it was taken back to', back, [held('xz', '5.2.5')], 'has it'],
    ['newer than the bad version', back, [held('xz', '5.6.3')], 'has it'],
    ['old and new at once', back, [held('xz', '5.6.1', 'a'), held('xz', '5.4.6', 'b')], '5.6.1 lacks 5.4.6'],
    ['without a version', back, [held('xz', null)], 'unknown version lacks 5.4.6'],
    ['older than the lock', forth, [held('openssl', '3.0.10')], '3.0.10 lacks 3.0.15'],
    ['newer than the fix', forth, [held('openssl', '3.3.0')], 'has it'],
    ['only another package of that name', forth, [held('openssl', '1.1.1w')], 'does not run'],
    ['both packages of that name', forth, [held('openssl', '1.1.1w'), held('openssl', '3.0.15')], 'has it'],
    ['two that are older', forth, [held('openssl', '3.0.9'), held('openssl', '3.0.10')], '3.0.9, 3.0.10 lacks 3.0.15'],
    ['a patch: the build before it', patched, [held('libpng', '1.6.43', 'a')], '1.6.43 lacks 1.6.43'],
    ['a patch: the build with it', patched, [held('libpng', '1.6.43', 'b')], 'has it'],
    ['a patch: a bill that tells no build', patched, [held('libpng', '1.6.43')], '1.6.43 lacks 1.6.43'],
    ['by the name of the derivation', python, [held('python3.13-requests', '2.31.0')], '2.31.0 lacks 2.32.3'],
    ['by the name of the project', python, [held('requests', '2.32.3')], 'has it'],
    ['nothing evaluated: the bad version', { fix: back.fix }, [held('xz', '5.6.1')], '5.6.1 lacks 5.4.6'],
    ['nothing evaluated: the good one', { fix: back.fix }, [held('xz', '5.4.6')], 'has it'],
    ['nothing evaluated: it does not run', { fix: back.fix }, [held('curl', '8.5.0')], 'does not run'],
  ])('%s', (_name, world, runs, expected) => expect(stand(world, runs)).toBe(expected));

  test('what another input of the consumer builds is none of this one', () => {
    const elsewhere = [built('openssl', '3.0.10', 'e')];
    const standing = behind({ missing: [forth.fix] });
    const trees = { locked: forth.locked ?? [], target: forth.target ?? [] };
    const { standingOf } = createHeldStanding({ standing, trees, shipped: [], elsewhere });
    for (const runs of [held('openssl', '3.0.10'), held('openssl', '3.0.10', 'e')])
      expect(standingOf([runs])).toMatchObject({ missing: [], notHeld: [forth.fix] });
    expect(standingOf([held('openssl', '3.0.11')])).toMatchObject({ missing: [{ fromVersion: '3.0.11' }] });
    // The same version on both lines: this one lacks the fix.
    expect(standingOf([held('openssl', '3.0.14')])).toMatchObject({ missing: [{ fromVersion: '3.0.14' }] });
  });

  test('the version to move to is the one that the release has now', () => {
    const moved = { ...forth, target: [built('openssl', '3.0.16', 'b')] };
    expect(stand(moved, [held('openssl', '3.0.14', 'a')])).toBe('3.0.14 lacks 3.0.16');
  });

  test('without anything that runs, nothing is missing; what runs is never both missing and not held', () => {
    const version = fc.constantFrom('1.0', '3.0.10', '3.0.14', '3.0.15', '3.1', null);
    const runs = fc.array(fc.record({ name: fc.constantFrom('openssl', 'curl', 'xz'), version }));
    fc.assert(
      fc.property(runs, (all) => {
        const said = stand(
          forth,
          all.map(({ name, version: own }) => held(name, own)),
        );
        const runsIt = all.some(({ name }) => name === 'openssl');
        if (!runsIt) expect(said).toBe('does not run');
        else expect(said).not.toBe('does not run');
        if (all.some(({ name, version: own }) => name === 'openssl' && own === '3.0.14')) expect(said).toMatch(/lacks/);
      }),
    );
  });
});

describe('what runs against a lock that has the fix', () => {
  const trees = { locked: [built('xz', '5.4.6', 'b')], target: [built('xz', '5.4.6', 'b')] };
  const shipped = [fix('xz', '5.6.1', '5.4.6')];
  const undeployed = (runs: readonly HeldPackage[], exposures: Behind['exposures'] = []) => {
    const found = createHeldStanding({ standing: { ...current, exposures }, trees, shipped }).standingOf(runs);
    return found.kind === 'current' ? found.undeployed?.map(({ fromVersion }) => fromVersion) : found.kind;
  };

  test.each([
    ['the build of the lock', [held('xz', '5.4.6', 'b')], []],
    ['what was there before the fix', [held('xz', '5.6.1', 'a')], ['5.6.1']],
    ['a later version than was ever bad', [held('xz', '5.8.1')], []],
    ['nothing of it', [], []],
  ])('%s', (_name, runs, expected) => expect(undeployed(runs)).toEqual(expected));

  test('behind, each is told apart', () => {
    const openssl = fix('openssl', '3.0.14', '3.0.15');
    const found = createHeldStanding({ standing: behind({ missing: [openssl] }), trees, shipped }).standingOf([
      held('xz', '5.6.1'),
      held('openssl', '3.0.14'),
    ]);
    expect(found).toMatchObject({ missing: [{ attr: 'openssl' }], undeployed: [{ attr: 'xz' }], notHeld: [] });
  });
});

test('what no release fixes is told of what runs', () => {
  const exposures = ['xz', 'curl'].map((attr) => ({ findingId: attr, advisoryId: 'CVE-1', attr, band: 'high' }));
  const trees = { locked: [built('xz', '5.4.6', 'b')], target: [] };
  const { standingOf } = createHeldStanding({ standing: { ...current, exposures }, trees, shipped: [] });
  expect(standingOf([held('curl', '1')])).toMatchObject({ exposures: [{ attr: 'curl' }] });
  expect(standingOf([held('xz', '1')])).toMatchObject({ exposures: [{ attr: 'xz' }] });
  expect(standingOf([])).toMatchObject({ exposures: [] });
});

const data = path.resolve('../shared/data/packages');
const graph = path.join(data, 'closure-curl-2026-06-26.json.gz');
test.skipIf(!existsSync(graph))('a real graph against the real trees before and after', () => {
  const tree = (date: string) =>
    gunzipSync(readFileSync(path.join(data, `corepkgs-${date}.jsonl.gz`)))
      .toString()
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Record<string, unknown>]))
      .flatMap(({ attr, pname, version, drvPath, outputPaths }): readonly BuiltPackage[] =>
        typeof version === 'string' && typeof pname === 'string' && typeof drvPath === 'string'
          ? [{ attr: String(attr), pname, version, drvPath, outputs: Object.values(outputPaths ?? {}).map(String) }]
          : [],
      );
  const [locked, target] = [tree('2026-01-17'), tree('2026-06-26')];
  // Every package that moved between the two, as if each move had been a fix.
  const before = new Map(locked.map(({ attr, version }) => [attr, version]));
  const missing = target.flatMap(({ attr, version }) => {
    const from = before.get(attr);
    return from === undefined || from === version ? [] : [fix(attr, from, version)];
  });
  const moved = missing.map(({ attr }) => attr).sort();
  expect(moved).toEqual(expect.arrayContaining(['go', 'go_1_25', 'libxslt', 'linux.kernels.linux_6_18', 'xz']));
  const { standingOf } = createHeldStanding({ standing: behind({ missing }), trees: { locked, target }, shipped: [] });
  const said = (text: string) => {
    const read = readClosure(text);
    if (read.kind === 'refused') throw new Error(read.reason);
    const found = standingOf(read.packages);
    const attrsOf = (fixes: readonly MissingFix[] = []) => fixes.map(({ attr }) => attr).sort();
    return found.kind === 'behind' ? { lacks: attrsOf(found.missing), absent: attrsOf(found.notHeld) } : found;
  };
  const pathsOf = (packages: readonly BuiltPackage[]) => packages.flatMap(({ outputs }) => outputs).join('\n');
  expect(said(pathsOf(locked))).toEqual({ lacks: moved, absent: [] });
  expect(said(pathsOf(target))).toEqual({ lacks: [], absent: [] });
  const old = locked.filter(({ attr }) => attr === 'xz' || attr === 'curl');
  expect(said(pathsOf(old))).toEqual({ lacks: ['xz'], absent: moved.filter((attr) => attr !== 'xz') });
  // The graph is of the later tree: it lacks nothing, and has no Go.
  const real = said(gunzipSync(readFileSync(graph)).toString());
  expect(real).toMatchObject({ lacks: [], absent: expect.arrayContaining(['go', 'go_1_25', 'libxslt']) });
  expect(real).not.toMatchObject({ absent: expect.arrayContaining(['xz']) });
});
if (!existsSync(graph)) console.log('skipped: a real closure, ../shared/data is absent');
