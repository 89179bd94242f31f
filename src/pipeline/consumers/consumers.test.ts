import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseFlakeLock } from '../../formats/nix/flake-lock.ts';
import type { JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { openTestDatabase } from '../../platform/database/testing.ts';
import type { Finding } from '../findings/index.ts';
import type { Release } from '../releases/index.ts';
import {
  type ConsumersTables,
  createConsumerStore,
  findInputs,
  readPinnedUrl,
  requirementOfUrl,
  standingOf,
} from './index.ts';

const uuid = (count: number) => `01900000-0000-7000-8000-${String(count).padStart(12, '0')}`;
const url = (count: number, host = 'https://h.example') =>
  `${host}/f/pinned/acme/secure/0.1.${count}%2Brev-${'a'.repeat(40)}/${uuid(count)}/source.tar.gz`;
const locked = (count: number, range = '0') => ({
  locked: { type: 'tarball', url: url(count), narHash: 'sha256-x', lastModified: 1 },
  original: { type: 'tarball', url: `https://h.example/f/acme/secure/${range}` },
});
const lockOf = (nodes: Record<string, unknown>) => JSON.stringify({ version: 7, root: 'root', nodes });
const inputsOf = (nodes: Record<string, unknown>) => {
  const parsed = parseFlakeLock(lockOf(nodes));
  return parsed.kind === 'lock' ? findInputs(parsed.lock) : parsed.reason;
};

function release(count: number, given: Partial<Release> = {}): Release {
  return {
    uuid: uuid(count),
    organisation: 'acme',
    flake: 'secure',
    channel: 'rolling',
    version: `0.1.${count}+rev-${'a'.repeat(40)}`,
    commitId: 'a'.repeat(40),
    treeId: 'b'.repeat(40),
    commitCount: count,
    lastModified: 1,
    narHash: 'sha256-x',
    sizeBytes: 1,
    sha256: 'c',
    publishedAt: count,
    yankedAt: null,
    fixes: [],
    ...given,
  };
}

describe('addresses', () => {
  test.each([
    [url(7), { organisation: 'acme', flake: 'secure', version: `0.1.7+rev-${'a'.repeat(40)}`, uuid: uuid(7) }],
    [`tarball+${url(7)}`, expect.objectContaining({ uuid: uuid(7) })],
    [
      url(7).replace('01900000', '0190ABCD'),
      expect.objectContaining({ uuid: uuid(7).replace('01900000', '0190abcd') }),
    ],
    ['https://h.example/f/acme/secure/0', null],
    [`${url(7)}/more`, null],
    ['https://h.example/f/pinned/%ff/secure/0.1.7/01900000-0000-7000-8000-000000000007/source.tar.gz', null],
    ['not a url', null],
    [`https://h.example/${'x'.repeat(5000)}`, null],
  ])('%s', (text, expected) => expect(readPinnedUrl(text)).toEqual(expected));

  test.each([
    ['https://h.example/f/acme/secure/0', '0'],
    ['https://h.example/f/acme/secure/0.1.*.tar.gz', '0.1.*'],
    ['https://h.example/f/acme/secure/%3D0.1.5', '=0.1.5'],
    [url(7), null],
    ['github:NixOS/nixpkgs', null],
  ])('the range of %s', (text, expected) => expect(requirementOfUrl(text)).toBe(expected));
});

describe('our inputs in a lock', () => {
  test('direct and deeper ones, each by its shortest path; what follows is not named twice', () => {
    const nodes = {
      root: { inputs: { tools: 'tools', nixpkgs: 'nixpkgs' } },
      nixpkgs: locked(7, '0.1'),
      tools: {
        inputs: { nixpkgs: ['nixpkgs'], old: 'nixpkgs_2', again: 'nixpkgs' },
        locked: { type: 'github' },
        original: {},
      },
      nixpkgs_2: locked(3),
    };
    expect(inputsOf(nodes)).toMatchObject([
      { input: 'nixpkgs', releaseUuid: uuid(7), requirement: '0.1' },
      { input: 'tools/old', releaseUuid: uuid(3), requirement: '0' },
    ]);
  });

  test.each([
    [
      'a circle',
      {
        root: { inputs: { a: 'a' } },
        a: { ...locked(1), inputs: { b: 'b', self: 'a' } },
        b: { inputs: { a: 'a' }, locked: { type: 'path' } },
      },
      1,
    ],
    ['an absent node', { root: { inputs: { a: 'gone' } } }, 0],
    ['nothing of ours', { root: { inputs: { a: 'a' } }, a: { locked: { type: 'github', rev: 'a'.repeat(40) } } }, 0],
  ])('%s', (_name, nodes, count) => expect(inputsOf(nodes)).toHaveLength(count));

  test('twenty thousand nodes deep in one another end', () => {
    const nodes: Record<string, unknown> = { root: { inputs: { n: 'n0' } } };
    for (let index = 0; index < 15_000; index++) nodes[`n${index}`] = { ...locked(1), inputs: { n: `n${index + 1}` } };
    const found = inputsOf(nodes);
    expect(typeof found === 'string' || found.length <= 64).toBe(true);
  });
});

describe('where a consumer stands', () => {
  const fix = { advisoryId: 'CVE-2024-6387', attr: 'openssh', fromVersion: '9.6p1', toVersion: '9.7p1', band: 'high' };
  const releases = [
    release(5),
    release(6, { fixes: [fix] }),
    release(7, { fixes: [{ ...fix, fromVersion: '9.7p1', toVersion: '9.8p1' }] }),
    release(8, { yankedAt: 9 }),
  ];
  const stand = (
    count: number,
    requirement: string | null = '0',
    published: readonly Release[] = releases,
    findings: readonly Finding[] = [],
  ) =>
    standingOf({
      consumer: {
        id: 'c',
        name: 'c',
        seenAt: 0,
        inputs: [
          {
            input: 'nixpkgs',
            releaseUuid: uuid(count),
            version: `0.1.${count}`,
            organisation: 'acme',
            flake: 'secure',
            requirement,
          },
        ],
      },
      releases: published,
      findings,
    }).inputs[0];

  test('behind: every fix since, once, from what it has to what it gets', () => {
    expect(stand(5)).toMatchObject({
      kind: 'behind',
      targetUuid: uuid(7),
      reachable: true,
      yanked: false,
      missing: [
        { advisoryId: 'CVE-2024-6387', fromVersion: '9.6p1', toVersion: '9.8p1', releasedIn: releases[1]?.version },
      ],
    });
  });
  test('a fix that did not last is none to move for', () => {
    const reopened = { id: '1', advisoryId: 'CVE-2024-6387', attr: 'openssh', channel: 'rolling', state: 'open' };
    expect(stand(5, '0', releases, [reopened as Finding])).toMatchObject({
      missing: [],
      exposures: [{ advisoryId: 'CVE-2024-6387' }],
    });
  });
  test('a withdrawn release is no target', () => expect(stand(7)).toMatchObject({ kind: 'current', yanked: false }));
  test('standing on a withdrawn one: back to the newest that is offered', () =>
    expect(stand(8)).toMatchObject({ kind: 'behind', yanked: true, targetUuid: uuid(7), missing: [] }));
  test('standing on a withdrawn one, and there is no other', () =>
    expect(stand(8, '0', [release(8, { yankedAt: 9 })])).toMatchObject({ kind: 'current', yanked: true }));
  test('not one of ours', () => expect(stand(99)).toMatchObject({ kind: 'unknown' }));
  test.each([['=0.1.5'], [null]])('the range %s does not reach the target', (requirement) =>
    expect(stand(5, requirement)).toMatchObject({ kind: 'behind', reachable: false }),
  );
  test('other flakes and channels do not count', () => {
    expect(
      stand(5, '0', [
        release(5),
        release(6, { flake: 'other', fixes: [fix] }),
        release(7, { channel: '26.05', fixes: [fix] }),
      ]),
    ).toMatchObject({ kind: 'current' });
  });
});

describe('the store', () => {
  let db: Database<ConsumersTables & JournalTables>;
  beforeEach(async () => {
    db = await openTestDatabase<ConsumersTables & JournalTables>();
  });
  afterEach(() => db.close());
  const nodes = (count: number) => lockOf({ root: { inputs: { nixpkgs: 'nixpkgs' } }, nixpkgs: locked(count) });
  const events = () => db.read.selectFrom('journal_event').select(['kind', 'subject']).execute();

  test('keeps one row a name; the journal hears of it only when something changed', async () => {
    const store = createConsumerStore(db);
    expect(await store.registerLock({ name: 'billing', text: nodes(5), at: 10, id: 'c1' })).toMatchObject({
      kind: 'registered',
      changed: true,
    });
    expect(await store.registerLock({ name: 'billing', text: nodes(5), at: 20, id: 'c2' })).toMatchObject({
      kind: 'registered',
      changed: false,
      consumer: { id: 'c1' },
    });
    expect(await events()).toEqual([{ kind: 'consumer.registered', subject: 'c1' }]);
    expect(await store.registerLock({ name: 'billing', text: nodes(6), at: 30, id: 'c3' })).toMatchObject({
      changed: true,
    });
    expect(await store.consumers()).toEqual([
      {
        id: 'c1',
        name: 'billing',
        seenAt: 30,
        inputs: [
          expect.objectContaining({ input: 'nixpkgs', releaseUuid: uuid(6), requirement: '0', organisation: 'acme' }),
        ],
      },
    ]);
    expect(await events()).toHaveLength(2);
  });

  test.each([
    ['broken text', 'billing', '{', /./],
    ['no name', '', '{}', /name/],
    ['a name with a line break', 'a\nb', '{}', /name/],
    ['a name without end', 'x'.repeat(201), '{}', /name/],
    ['a lock without end', 'billing', ' '.repeat(4 * 1024 * 1024 + 1), /larger/],
  ])('%s is refused and nothing is written', async (_name, name, text, reason) => {
    const store = createConsumerStore(db);
    expect(await store.registerLock({ name, text, at: 1, id: 'c1' })).toEqual({
      kind: 'malformed',
      reason: expect.stringMatching(reason),
    });
    expect([await store.consumers(), await events()]).toEqual([[], []]);
  });
});
