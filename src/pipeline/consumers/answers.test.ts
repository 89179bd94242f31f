import { describe, expect, test } from 'vitest';
import { parseFlakeLock } from '../../formats/nix/flake-lock.ts';
import { affectedBy, coverageOf, endedLines, findInputs, lockPaths, SetFacts, standingOf } from './index.ts';

const now = Date.UTC(2026, 5, 15);
const hour = 3_600_000;
const path = (digit: string, name: string) => `/nix/store/${digit.repeat(32)}-${name}`;
const uuid = (count: number) => `01900000-0000-7000-8000-${String(count).padStart(12, '0')}`;

const release = (count: number, fixes: readonly object[] = []) => ({
  uuid: uuid(count),
  organisation: 'acme',
  flake: 'secure',
  channel: 'rolling',
  version: `0.1.${count}+rev-${'a'.repeat(40)}`,
  commitId: 'a'.repeat(40),
  commitCount: count,
  lastModified: 1_780_000_000,
  narHash: 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  publishedAt: now - (100 - count) * hour,
  yankedAt: null,
  fixes,
});

const finding = (advisoryId: string, attr: string, given: object) => ({
  id: `${advisoryId} ${attr}`,
  advisoryId,
  attr,
  channel: 'rolling',
  version: '1.0',
  state: 'open',
  band: 'high',
  knownExploited: false,
  openedAt: now - 10 * hour,
  fixedAt: null,
  fixedVersion: null,
  releasedAt: null,
  responseDueAt: null,
  remediationDueAt: now + 100 * hour,
  explanation: 'for a reason',
  ...given,
});

const facts = SetFacts.parse({
  format: 'snowguard-facts',
  version: 1,
  madeAt: now - hour,
  server: 'https://sets.example',
  syncedAt: now - 2 * hour,
  releases: [
    release(1),
    release(2, [{ advisoryId: 'CVE-2026-1001', attr: 'xz', fromVersion: '1.0', toVersion: '1.1', band: 'high' }]),
  ],
  findings: [
    finding('CVE-2026-1001', 'xz', {
      state: 'fixed',
      fixedVersion: '1.1',
      fixedAt: now - 5 * hour,
      releasedAt: now - 4 * hour,
    }),
    finding('CVE-2026-1002', 'curl', {}),
    finding('CVE-2026-1003', 'curl', { state: 'under_investigation' }),
    finding('CVE-2026-1004', 'curl', { state: 'not_affected' }),
    finding('CVE-2026-1005', 'curl', { state: 'retracted' }),
    finding('CVE-2026-1006', 'curl', { state: 'fixed', fixedVersion: '1.1', fixedAt: now - hour }),
  ],
  covered: [
    { attr: 'xz', category: 'base' },
    { attr: 'curl', category: 'web' },
  ],
  packages: [
    {
      channel: 'rolling',
      attr: 'xz',
      pname: 'xz',
      version: '1.1',
      system: 'x86_64-linux',
      drvPath: path('d', 'xz-1.1.drv'),
      outputs: [path('x', 'xz-1.1')],
    },
    {
      channel: 'rolling',
      attr: 'curl',
      pname: 'curl',
      version: '1.0',
      system: 'x86_64-linux',
      drvPath: null,
      outputs: [path('c', 'curl-1.0')],
    },
    {
      channel: 'rolling',
      attr: 'vim',
      pname: 'vim',
      version: '9',
      system: 'x86_64-linux',
      drvPath: null,
      outputs: [path('v', 'vim-9')],
    },
  ],
  advisories: [
    ...[1, 2, 3, 4, 5, 6].map((last) => ({
      id: `CVE-2026-100${last}`,
      aliases: [`GHSA-${last}`],
      title: 'A flaw',
      band: 'high',
      knownExploited: false,
      products: [],
    })),
    { id: 'CVE-2026-1007', aliases: [], title: 'A flaw', band: 'high', knownExploited: false, products: ['left_pad'] },
  ],
});

const ending = (until: number | null) =>
  SetFacts.parse({
    ...facts,
    channels: [
      { id: 'rolling', flake: 'secure', minor: 2605, supportEndsAt: until, successor: '26.11' },
      { id: '26.11', flake: 'secure', minor: 2611, supportEndsAt: null, successor: null },
    ],
    findings: [finding('CVE-2026-1002', 'curl', { unsupported: true })],
  });

test('a lock on a line that has ended is told where to go, and what came after it is promised nothing', () => {
  const lock = {
    input: 'nixpkgs',
    organisation: 'acme',
    flake: 'secure',
    version: release(2).version,
    releaseUuid: uuid(2),
    requirement: '0.2605',
  };
  const consumer = { id: 'lock', name: 'lock', inputs: [lock], seenAt: now };
  const { inputs } = standingOf({ consumer, releases: facts.releases, findings: [] });
  expect(endedLines(inputs, facts, now)).toEqual([]);
  expect(endedLines(inputs, ending(now + 1), now)).toEqual([]);
  expect(endedLines(inputs, ending(null), now)).toEqual([]);
  expect(endedLines(inputs, ending(now), now)).toEqual([
    {
      rule: 'ended',
      input: 'nixpkgs',
      message: expect.stringContaining('is not supported since 2026-06-15'),
      advice: expect.stringMatching(/acme\/secure\/0\.2611 .*nix flake update nixpkgs$/),
    },
  ]);
  const subject = { kind: 'lock' as const, standings: inputs, inputs: [] };
  const answer = affectedBy({ id: 'CVE-2026-1002', advisory: null, facts: ending(now), now, subject });
  expect(answer.lines).toMatchObject([
    { answer: 'affected', dueAt: null, todo: expect.stringContaining('not supported any more') },
  ]);
});

const component = (name: string, version: string | null, storePath: string | null = null) => ({
  id: storePath ?? name,
  name,
  version,
  storePaths: storePath === null ? [] : [storePath],
  drvPath: null,
  isSource: false,
});
const xz = component('xz', '1.1', path('x', 'xz-1.1'));
const oldXz = component('xz', '1.0', path('y', 'xz-1.0'));
const otherXz = component('xz', '1.1', path('z', 'xz-1.1'));
const curl = component('curl', '1.0', path('c', 'curl-1.0'));

const ask = (id: string, components: readonly ReturnType<typeof component>[], given: Partial<SetFacts> = {}) => {
  const known = { ...facts, ...given };
  const advisory = known.advisories.find((each) => each.id === id || each.aliases.includes(id)) ?? null;
  return affectedBy({ id, advisory, subject: { kind: 'components', components }, facts: known, now });
};

describe('the four answers', () => {
  test.each([
    ['the build that has the fix', 'CVE-2026-1001', [xz], 'not_affected'],
    ['by another id', 'GHSA-1', [xz], 'not_affected'],
    ['the version before it, of another build', 'CVE-2026-1001', [oldXz], 'affected'],
    ['the fixed version, of a build nobody has looked at', 'CVE-2026-1001', [otherXz], 'not_looked_at'],
    ['good and bad: the bad one counts', 'CVE-2026-1001', [xz, oldXz], 'affected'],
    ['open', 'CVE-2026-1002', [curl], 'affected'],
    ['open, by name in a bill of materials', 'CVE-2026-1002', [component('cURL', '1.0')], 'affected'],
    ['open, at a version that nobody has looked at', 'CVE-2026-1002', [component('curl', '7')], 'not_looked_at'],
    ['undecided', 'CVE-2026-1003', [curl], 'not_looked_at'],
    ['decided', 'CVE-2026-1004', [curl], 'not_affected'],
    ['nothing of it is the product', 'CVE-2026-1002', [xz], 'not_shipped'],
    ['no longer said of it', 'CVE-2026-1005', [curl], 'not_shipped'],
    ['a product by name that the set does not carry', 'CVE-2026-1007', [component('left-pad', '1')], 'not_looked_at'],
    ['no record is not safe', 'CVE-2026-9999', [curl], 'not_looked_at'],
  ] as const)('%s', (_, id, components, expected) => {
    expect(ask(id, components).answer).toBe(expected);
  });

  test('what is affected is told with the release that has the fix, and what is not with the reason', () => {
    const { lines } = ask('CVE-2026-1001', [xz, oldXz]);
    expect(lines).toMatchObject([
      { place: xz.id, answer: 'not_affected', because: 'for a reason', fixedIn: '1.1' },
      { place: oldXz.id, answer: 'affected', since: now - 10 * hour, fixedIn: '1.1', todo: 'Move to release 0.1.2.' },
    ]);
  });

  test('after a day nothing counts as safe; what is affected stays so', () => {
    const old = { syncedAt: now - 25 * hour };
    expect(ask('CVE-2026-1004', [curl], old)).toMatchObject({ answer: 'not_looked_at', staleSince: now - 25 * hour });
    expect(ask('CVE-2026-1002', [xz], { madeAt: now - 25 * hour })).toMatchObject({ answer: 'not_looked_at' });
    expect(ask('CVE-2026-1002', [xz], { syncedAt: null })).toMatchObject({ answer: 'not_looked_at', staleSince: 0 });
    expect(ask('CVE-2026-1002', [curl], old)).toMatchObject({ answer: 'affected' });
  });
});

describe('of a lock', () => {
  const locked = (count: number) => {
    const url = `https://sets.example/f/pinned/acme/secure/0.1.${count}%2Brev-${'a'.repeat(40)}/${uuid(count)}/source.tar.gz`;
    const parsed = parseFlakeLock(
      JSON.stringify({
        nodes: {
          set: {
            locked: { type: 'tarball', url },
            original: { type: 'tarball', url: 'https://sets.example/f/acme/secure/0.1' },
          },
          stray: { locked: { type: 'github', owner: 'NixOS', repo: 'nixpkgs' } },
          root: { inputs: { nixpkgs: 'set', ...(count === 9 ? { other: 'stray' } : {}) } },
        },
        root: 'root',
        version: 7,
      }),
    );
    if (parsed.kind === 'malformed') throw new Error(parsed.reason);
    return parsed.lock;
  };
  const askLock = (id: string, count: number) => {
    const lock = locked(count);
    const { releases, findings, advisories } = facts;
    const { inputs } = standingOf({
      consumer: { id: '', name: '', inputs: findInputs(lock), seenAt: now },
      releases,
      findings,
    });
    const subject = { kind: 'lock', standings: inputs, inputs: lockPaths(lock) } as const;
    return affectedBy({ id, advisory: advisories.find((each) => each.id === id) ?? null, subject, facts, now });
  };

  test.each([
    ['CVE-2026-1001', 1, 'affected'],
    ['CVE-2026-1001', 2, 'not_affected'],
    ['CVE-2026-1002', 2, 'affected'],
    ['CVE-2026-1003', 2, 'not_looked_at'],
    ['CVE-2026-1004', 1, 'not_affected'],
    ['CVE-2026-1006', 2, 'affected'],
    ['CVE-2026-1007', 1, 'not_shipped'],
    ['CVE-2026-1001', 9, 'not_looked_at'],
  ] as const)('%s at release %d: %s', (id, count, expected) => {
    expect(askLock(id, count).answer).toBe(expected);
  });

  test('what to run', () => {
    expect(askLock('CVE-2026-1001', 1).lines).toMatchObject([
      { place: 'nixpkgs', version: '1.0', fixedIn: facts.releases[1]?.version, todo: 'Run: nix flake update nixpkgs' },
    ]);
  });
});

test('the source of a build is no second answer; one that nothing is built of still is', () => {
  const archive = { ...component('xz', '1.1.tar.gz'), isSource: true };
  expect(ask('CVE-2026-1001', [xz, archive])).toEqual(ask('CVE-2026-1001', [xz]));
  expect(ask('CVE-2026-1001', [archive]).answer).toBe('not_looked_at');
});

test('coverage counts builds, and names where there is no build; sources count for nothing', () => {
  const source = { ...component('xz-1.1.tar.gz', null), isSource: true };
  const vim = component('vim', '9', path('v', 'vim-9'));
  expect(coverageOf([xz, otherXz, component('curl', '7'), vim, component('left-pad', '1'), source], facts)).toEqual({
    components: 5,
    covered: 2,
    percent: 40,
    otherBuilds: [{ name: 'xz', version: '1.1', id: otherXz.id, attr: 'xz' }],
    uncovered: [
      { name: 'vim', version: '9', id: vim.id, attr: 'vim' },
      { name: 'left-pad', version: '1', id: 'left-pad', attr: null },
    ],
  });
  expect(coverageOf([], facts).percent).toBe(100);
});
