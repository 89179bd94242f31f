import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFlakeLock } from '../../formats/nix/flake-lock.ts';
import { celCondition } from './cel-condition.ts';
import { readChannelStatuses, statusesByCalendar, supportedRefs } from './channel-statuses.ts';
import { checkNixpkgs, type NixpkgsPolicy } from './check-nixpkgs.ts';

const day = 86_400;
const now = Date.UTC(2026, 5, 15);
const seconds = now / 1000;

const policy: NixpkgsPolicy = {
  keys: ['nixpkgs'],
  checkSupported: true,
  checkOutdated: true,
  checkOwner: true,
  condition: null,
  statuses: statusesByCalendar(now),
  now,
};

function lockOf(
  nodes: Readonly<Record<string, unknown>>,
  inputs: Readonly<Record<string, unknown>> = { nixpkgs: 'nixpkgs' },
) {
  const parsed = parseFlakeLock(JSON.stringify({ nodes: { ...nodes, root: { inputs } }, root: 'root', version: 7 }));
  if (parsed.kind === 'malformed') throw new Error(parsed.reason);
  return parsed.lock;
}

function node(original: object, locked: object = {}) {
  return { original, locked: { lastModified: seconds, rev: 'a'.repeat(40), ...original, ...locked } };
}

const github = (given: object = {}) => ({
  type: 'github',
  owner: 'NixOS',
  repo: 'nixpkgs',
  ref: 'nixos-unstable',
  ...given,
});
const rulesOf = (lock: ReturnType<typeof lockOf>, given: Partial<NixpkgsPolicy> = {}) =>
  checkNixpkgs(lock, { ...policy, ...given }).issues.map(({ rule, input }) => `${rule} ${input}`);

describe('the rules of flake-checker', () => {
  const cases: readonly (readonly [string, object, object, readonly string[]])[] = [
    ['a supported branch of today', github(), {}, []],
    ['no branch', github({ ref: undefined }), {}, []],
    ['a stable one', github({ ref: 'nixos-26.05' }), {}, []],
    ['a deprecated one', github({ ref: 'nixos-25.11' }), {}, []],
    ['one for macOS', github({ ref: 'nixpkgs-26.05-darwin' }), {}, []],
    ['an unmaintained one', github({ ref: 'nixos-25.05' }), {}, ['supported nixpkgs']],
    ['none at all', github({ ref: 'master' }), {}, ['supported nixpkgs']],
    ['thirty days', github(), { lastModified: seconds - 30 * day - 3600 }, []],
    ['thirty-one days', github(), { lastModified: seconds - 31 * day }, ['outdated nixpkgs']],
    ['no age is unknown, not new', github(), { lastModified: undefined }, []],
    ['an owner in small letters', github({ owner: 'nixos' }), {}, []],
    ['another owner', github({ owner: 'someone' }), {}, ['owner nixpkgs']],
    [
      'another owner, branch and age',
      github({ owner: 'x', ref: 'y' }),
      { lastModified: 1 },
      ['supported nixpkgs', 'outdated nixpkgs', 'owner nixpkgs'],
    ],
    [
      'a tarball has only an age',
      { type: 'tarball', url: 'https://flakehub.com/f/NixOS/nixpkgs/0.1' },
      { lastModified: 1 },
      ['outdated nixpkgs'],
    ],
    [
      'a registry name is what it was resolved to',
      { type: 'indirect', id: 'nixpkgs' },
      { type: 'github', owner: 'fork', repo: 'nixpkgs', ref: 'main' },
      ['supported nixpkgs', 'owner nixpkgs'],
    ],
    [
      'a git repository too',
      { type: 'git', url: 'https://github.com/fork/nixpkgs.git', ref: 'refs/heads/nixos-20.09' },
      {},
      ['supported nixpkgs', 'owner nixpkgs'],
    ],
    [
      'a git repository of NixOS',
      { type: 'git', url: 'https://github.com/NixOS/nixpkgs', ref: 'nixos-unstable' },
      {},
      [],
    ],
  ];

  test.each(cases)('%s', (_, original, locked, expected) => {
    expect(rulesOf(lockOf({ nixpkgs: node(original, locked) }))).toEqual(expected);
  });

  test('each can be switched off', () => {
    const lock = lockOf({ nixpkgs: node(github({ owner: 'x', ref: 'y' }), { lastModified: 1 }) });
    expect(rulesOf(lock, { checkSupported: false, checkOutdated: false })).toEqual(['owner nixpkgs']);
    expect(rulesOf(lock, { checkOwner: false, checkOutdated: false })).toEqual(['supported nixpkgs']);
  });

  test('several keys, in the order of their names; a name that follows another input; a name that is none', () => {
    const old = node(github(), { lastModified: 1 });
    const lock = lockOf(
      { a: old, tools: { inputs: { deep: 'a' } } },
      { z: ['tools', 'deep'], b: 'a', tools: 'tools', me: [] },
    );
    const found = checkNixpkgs(lock, { ...policy, keys: ['z', 'b', 'nope'] });
    expect(found.inputs.map(({ input }) => input)).toEqual(['b', 'z']);
    expect(found.issues.map(({ rule, input }) => `${rule} ${input}`)).toEqual(['outdated b', 'outdated z']);
    expect(found.missing).toEqual(['nope']);
    expect(checkNixpkgs(lock, { ...policy, keys: ['me'] }).issues).toHaveLength(1);
  });

  test('a lock without inputs is one', () => {
    expect(checkNixpkgs(lockOf({}, {}), policy)).toEqual({ inputs: [], missing: ['nixpkgs'], issues: [] });
  });

  test('a second Nixpkgs is told with its path, and once', () => {
    const lock = lockOf(
      {
        nixpkgs: node(github()),
        nixpkgs_2: node(github({ ref: 'nixos-25.05' })),
        tools: {
          ...node({ type: 'github', owner: 'o', repo: 'tools' }),
          inputs: { nixpkgs: 'nixpkgs_2', more: 'more' },
        },
        more: {
          ...node({ type: 'github', owner: 'o', repo: 'more' }),
          inputs: { 'nix-pkgs': ['tools', 'nixpkgs'], lib: 'lib' },
        },
        lib: node({ type: 'github', owner: 'nix-community', repo: 'nixpkgs.lib' }),
      },
      { nixpkgs: 'nixpkgs', tools: 'tools' },
    );
    expect(checkNixpkgs(lock, policy).issues).toEqual([
      {
        rule: 'second-nixpkgs',
        input: 'tools/nixpkgs',
        message: 'it is a second Nixpkgs (NixOS/nixpkgs nixos-25.05 aaaaaaaaaaaa)',
        advice: 'In flake.nix: inputs.tools.inputs.nixpkgs.follows = "nixpkgs";',
      },
    ]);
  });
});

describe('a condition in CEL', () => {
  const lock = (given: object = {}, locked: object = {}) => lockOf({ nixpkgs: node(github(given), locked) });
  const holds = async (text: string, of = lock()) => {
    const outcome = await celCondition(text);
    if (outcome.kind === 'malformed') return outcome.reason;
    try {
      return checkNixpkgs(of, { ...policy, condition: outcome.condition }).issues.length === 0;
    } catch (error) {
      return String(error);
    }
  };

  // Each as cel-rust decides it: its own `contains` on lists and maps, whole numbers that stay whole.
  test.each([
    ['supportedRefs.contains(gitRef)', true],
    ['refStatuses.contains(gitRef)', true],
    ["refStatuses.contains('nope')", false],
    ["gitRef in supportedRefs && refStatuses[gitRef] == 'rolling'", true],
    ["refStatuses['nixos-25.05'] == 'unmaintained'", true],
    ['gitRef in refStatuses', true],
    ["owner == 'NixOS'", true],
    ["owner.startsWith('Nix') && owner.endsWith('OS') && owner.contains('xO')", true],
    ["gitRef.matches('^nixos-')", true],
    ['numDaysOld < 30', true],
    ['numDaysOld / 2 * 2 == numDaysOld && numDaysOld % 2 == 0', true],
    ['double(numDaysOld) < 0.5', true],
    ['max(numDaysOld, 7) == 7 && min(numDaysOld, 7) == 0', true],
    ['size(supportedRefs) > 5 && supportedRefs.size() == size(supportedRefs)', true],
    ["supportedRefs.exists(ref, ref == gitRef) && !supportedRefs.all(ref, ref == '')", true],
    ["supportedRefs.filter(ref, ref.startsWith('nixos-2')).size() >= 2", true],
    ['has(refStatuses.nope) || numDaysOld > 3', false],
    ["gitRef == '' ? false : true", true],
  ])('%s', async (text, expected) => {
    expect(await holds(text)).toBe(expected);
  });

  test('what the lock does not tell is empty or nought', async () => {
    const bare = lockOf({
      nixpkgs: node({ type: 'tarball', url: 'https://x.example/a.tar.gz' }, { lastModified: undefined }),
    });
    expect(await holds("gitRef == '' && owner == '' && numDaysOld == 0", bare)).toBe(true);
  });

  test('what cannot be decided is said, also what would take for ever', async () => {
    expect(await holds('numDaysOld')).toMatch(/not true or false/);
    expect(await holds('numDaysOld <')).toMatch(/./);
    expect(await holds("refStatuses['nope'] == 'x'")).toMatch(/No such key/);
    expect(await holds('nope == 1')).toMatch(/Unknown variable/);
    expect(await holds('1 / (numDaysOld - numDaysOld) == 1')).toMatch(/zero/);
    expect(await holds('x'.repeat(5000))).toMatch(/longer than/);
    expect(await holds("gitRef.matches('^(([a-z])+.)+[A-Z]([a-z])+$')", lock({ ref: 'a'.repeat(60) }))).toMatch(
      /timed out/,
    );
  });
});

test('the calendar of Nixpkgs', () => {
  const at = (month: number, date: number) => {
    const statuses = statusesByCalendar(Date.UTC(2026, month - 1, date));
    return ['nixos-25.05', 'nixos-25.11', 'nixos-26.05', 'nixos-26.11', 'nixos-unstable'].map((ref) => statuses[ref]);
  };
  expect(at(5, 1)).toEqual(['unmaintained', 'stable', undefined, undefined, 'rolling']);
  expect(at(5, 25)).toEqual(['unmaintained', 'stable', 'beta', undefined, 'rolling']);
  expect(at(6, 1)).toEqual(['unmaintained', 'deprecated', 'stable', undefined, 'rolling']);
  expect(at(7, 1)).toEqual(['unmaintained', 'unmaintained', 'stable', undefined, 'rolling']);
  expect(supportedRefs(statusesByCalendar(Date.UTC(2026, 4, 25)))).not.toContain('nixos-26.05');
});

test('what nixos.org says of its channels', () => {
  const metric = (channel: string, status: string) => ({
    metric: { __name__: 'channel_revision', channel, status },
    value: [1, '1'],
  });
  const text = JSON.stringify({
    status: 'success',
    data: { result: [metric('nixos-26.05', 'stable'), metric('nixos-26.11', 'beta')] },
  });
  expect(readChannelStatuses(text)).toEqual({ 'nixos-26.05': 'stable', 'nixos-26.11': 'beta' });
  expect(readChannelStatuses('{"nixos-26.05":"stable"}')).toEqual({ 'nixos-26.05': 'stable' });
  for (const wrong of ['', '[]', '{}', '{"data":{}}', 'null']) expect(readChannelStatuses(wrong)).toBeNull();
});

const locks = path.resolve('../shared/data/locks');
test.skipIf(!existsSync(locks))('real locks are read, and their Nixpkgs found', () => {
  const found = readdirSync(locks).map((name) => {
    const parsed = parseFlakeLock(readFileSync(path.join(locks, name, 'flake.lock'), 'utf8'));
    if (parsed.kind === 'malformed') throw new Error(parsed.reason);
    return [name, rulesOf(parsed.lock, { checkOutdated: false })] as const;
  });
  expect(found).toHaveLength(15);
  expect(Object.fromEntries(found.filter(([, rules]) => rules.length > 0))).toEqual({
    'DeterminateSystems+nix-src': ['second-nixpkgs nixpkgs-23-11', 'second-nixpkgs nixpkgs-regression'],
    'Nix-Security-WG+nix-local-security-scanner': ['second-nixpkgs sbomnix/flake-parts/nixpkgs-lib'],
    'karlhepler+nixpkgs': ['second-nixpkgs nixpkgs-unstable'],
    'nix-community+nixpkgs-update': ['second-nixpkgs runtimeDeps'],
    'zhaofengli+attic': ['second-nixpkgs nixpkgs-stable'],
  });
});
if (!existsSync(locks)) console.log('skipped: real locks, ../shared/data/locks is absent');
