import { describe, expect, test } from 'vitest';
import type { ClosureUpload, InputStanding, Standing } from '../consumers/index.ts';
import type { Finding } from '../findings/index.ts';
import type { Release } from '../releases/index.ts';
import { mustAct, notHeldOf, syndicationChannel, worstBand } from './index.ts';

const input = {
  input: 'nixpkgs',
  releaseUuid: 'u',
  version: '0.1.5+rev-a',
  organisation: 'acme',
  flake: 'secure',
  requirement: '0',
};
const fix = (advisoryId: string, band: string, attr = 'openssh') => ({
  advisoryId,
  attr,
  fromVersion: '1',
  toVersion: '2',
  band,
  releasedIn: '0.1.6',
});
const behind = (given: Partial<Extract<InputStanding, { kind: 'behind' }>> = {}): InputStanding => ({
  kind: 'behind',
  channel: 'rolling',
  input,
  targetVersion: '0.1.7+rev-b',
  targetUuid: 'v',
  reachable: true,
  yanked: false,
  missing: [fix('CVE-2024-2', 'high')],
  exposures: [],
  ...given,
});
const standing = (name: string, ...inputs: readonly InputStanding[]): Standing => ({
  consumer: { id: name, name, inputs: [input], seenAt: 0 },
  inputs,
});

describe('who must act', () => {
  test('only those behind a fix or on a withdrawn release', () => {
    const names = mustAct([
      standing('fixed', behind()),
      standing('merely-behind', behind({ missing: [] })),
      standing('withdrawn', behind({ missing: [], yanked: true })),
      standing('current', { kind: 'current', input, channel: 'rolling', yanked: false, exposures: [] }),
      standing('foreign', { kind: 'unknown', input }),
    ]).map(({ consumer }) => consumer);
    expect(names).toEqual(['fixed', 'withdrawn']);
  });

  test('the most severe first, with packages, ids and versions', () => {
    const acts = mustAct([
      standing('low', behind({ missing: [fix('CVE-1', 'low')] })),
      standing(
        'worst',
        behind({
          missing: [
            fix('CVE-2024-9', 'low', 'zlib'),
            fix('CVE-2024-1', 'critical'),
            fix('CVE-2024-1', 'critical', 'curl'),
          ],
        }),
      ),
    ]);
    expect(acts.map(({ consumer }) => consumer)).toEqual(['worst', 'low']);
    expect(acts[0]).toMatchObject({
      band: 'critical',
      advisoryIds: ['CVE-2024-1', 'CVE-2024-9'],
      packages: ['curl', 'openssh', 'zlib'],
      fromVersion: '0.1.5+rev-a',
      toVersion: '0.1.7+rev-b',
      flake: 'acme/secure',
      command: 'nix flake update nixpkgs',
      firstChange: null,
    });
  });

  test.each([
    ['nixpkgs', 'nix flake update nixpkgs'],
    ['tools/nixpkgs', 'nix flake update tools/nixpkgs'],
    ['a; rm -rf ~', "nix flake update 'a; rm -rf ~'"],
    ["it's", `nix flake update 'it'\\''s'`],
    ['--option', "nix flake update '--option'"],
    ['$(id)', "nix flake update '$(id)'"],
  ])('the command for an input named %s can be pasted', (name, command) => {
    expect(mustAct([standing('c', behind({ input: { ...input, input: name } }))])[0]?.command).toBe(command);
  });

  test('a range that shuts the fix out is named first', () => {
    expect(
      mustAct([standing('c', behind({ reachable: false, input: { ...input, requirement: '=0.1.5' } }))])[0]
        ?.firstChange,
    ).toMatch(/asks for =0\.1\.5.*0\.1\.7.*\/0 first/);
  });

  test('where it is known what runs, a lock that has the fix is not enough', () => {
    const closure = { id: 'u', consumerId: 'c' } as ClosureUpload;
    const deployed = { kind: 'current', input, channel: 'rolling', yanked: false, exposures: [] } as const;
    const undeployed = [fix('CVE-2024-2', 'high')];
    const acts = mustAct([
      { ...standing('runs it', { ...deployed, undeployed: [] }), closure },
      { ...standing("it's old", { ...deployed, undeployed }), closure },
      { ...standing('both', behind({ missing: [fix('CVE-2024-1', 'low', 'curl')], undeployed })), closure },
      { ...standing('behind and old', behind({ missing: [], undeployed })), closure },
      { ...standing('does not run it', behind({ missing: [], notHeld: undeployed })), closure },
    ]);
    expect(acts.map(({ consumer, step, packages }) => [consumer, step, ...packages])).toEqual([
      ['both', 'update', 'curl', 'openssh'],
      ['behind and old', 'deploy', 'openssh'],
      ["it's old", 'deploy', 'openssh'],
    ]);
    expect(acts.slice(2)).toMatchObject([
      {
        consumer: "it's old",
        step: 'deploy',
        isHeld: true,
        fromVersion: '0.1.5+rev-a',
        toVersion: '0.1.5+rev-a',
        command: `nix build && snowguard consumer closure set 'it'\\''s old' ./result`,
        firstChange: expect.stringContaining('deploy what runs'),
      },
    ]);
  });

  test('whom a fix does not concern is known, and is none of those who must act', () => {
    const notHeld = [fix('CVE-2024-3094', 'critical', 'xz')];
    const standings = [standing('web', behind({ missing: [], notHeld })), standing('billing', behind())];
    expect(notHeldOf(standings)).toMatchObject([{ consumer: 'web', toVersion: '0.1.7+rev-b', fixes: notHeld }]);
    expect(mustAct(standings).map(({ consumer }) => consumer)).toEqual(['billing']);
  });

  test('bands', () =>
    expect([worstBand(['low', 'high']), worstBand([]), worstBand(['odd'])]).toEqual(['high', 'unknown', 'unknown']));
});

describe('what is told to the world', () => {
  const release: Release = {
    uuid: '01900000-0000-7000-8000-000000000001',
    organisation: 'acme',
    flake: 'secure',
    channel: 'rolling',
    version: '0.1.7+rev-b',
    commitId: 'b'.repeat(40),
    treeId: 't',
    commitCount: 7,
    lastModified: 1,
    narHash: 'x',
    sizeBytes: 1,
    sha256: 's',
    publishedAt: 1000,
    yankedAt: null,
    fixes: [fix('CVE-2024-2', 'high', '<b>')],
  };
  const finding: Finding = {
    id: 'f',
    advisoryId: 'CVE-2024-2',
    attr: 'openssh',
    channel: 'rolling',
    version: '9.7p1',
    state: 'fixed',
    band: 'high',
    score: 8,
    knownExploited: false,
    epss: null,
    disclosedAt: 1,
    openedAt: 500,
    fixedAt: 700,
    fixedVersion: '9.8p1',
    releasedAt: 900,
    risk: 1,
    explanation: '',
  };
  const addresses = { publicUrl: 'https://h.example', selfUrl: 'https://h.example/feeds/x.atom', name: 'acme/secure' };

  test('a release has a stable id, a page, its fixes, and no markup of others', () => {
    const { items, updatedAt } = syndicationChannel({ ...addresses, releases: [release], advisories: [] });
    expect(items).toMatchObject([
      {
        id: 'urn:uuid:01900000-0000-7000-8000-000000000001',
        url: 'https://h.example/releases/01900000-0000-7000-8000-000000000001',
        title: 'acme/secure 0.1.7: 1 fix',
        publishedAt: 1000,
        categories: ['release', 'rolling', 'high'],
      },
    ]);
    expect(items[0]?.html).toContain('&lt;b&gt;');
    expect(updatedAt).toBe(1000);
  });

  test('a withdrawal changes the item, not its id', () => {
    const [item] = syndicationChannel({
      ...addresses,
      releases: [{ ...release, yankedAt: 2000 }],
      advisories: [],
    }).items;
    expect(item).toMatchObject({
      id: 'urn:uuid:01900000-0000-7000-8000-000000000001',
      updatedAt: 2000,
      title: expect.stringContaining('withdrawn'),
    });
  });

  test('an advisory says what became of it; the feed is bounded and ordered by change', () => {
    const entry = (index: number) => ({
      advisory: {
        id: `CVE-2024-${index}`,
        title: 'x'.repeat(500),
        details: 'd',
        band: 'high' as const,
        score: 8,
        publishedAt: 1,
        modifiedAt: 2,
      },
      findings: [{ ...finding, releasedAt: index }],
      changedAt: index,
    });
    const { items } = syndicationChannel({
      ...addresses,
      releases: [],
      advisories: Array.from({ length: 80 }, (_, index) => entry(index + 1000)),
    });
    expect(items).toHaveLength(50);
    expect(items[0]).toMatchObject({ id: 'https://h.example/cve/CVE-2024-1079', updatedAt: 1079 });
    expect(items[0]?.text).toContain('openssh 9.7p1 in rolling: fixed in 9.8p1');
    expect(items[0]?.title.length).toBeLessThan(200);
  });

  test('nothing to tell is an empty feed', () =>
    expect(syndicationChannel({ ...addresses, releases: [], advisories: [] })).toMatchObject({
      items: [],
      updatedAt: 0,
    }));
});
