import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { databasesForTests } from '../../platform/database/testing.ts';
import type { Fetcher, FetchOutcome } from '../../platform/fetcher/index.ts';
import type { Patch } from '../catalog/index.ts';
import { changeKeys } from './fix-changes.ts';
import { provable, readableFixes, readFixes } from './read-fixes.ts';
import { advisory, affected, cpe, dictionary, explained, instance, matched, record } from './testing.ts';
import { openssl, worldOn } from './testing-world.ts';

const commitId = '87f42aa0e0096e9a346c9672aa3a0bd3bef8c1dd';

const file = (path: string, at: number, lines: readonly string[]) =>
  [`--- a/${path}`, `+++ b/${path}`, `@@ -${at},1 +${at},${lines.length} @@`, ...lines, ''].join('\n');

/** Perl's fix of CVE-2024-56406, one line in op.c and a test, on its main branch. */
const upstream = [
  file('op.c', 6649, [
    '                 if (t_cp < 256) {',
    '+                    max_expansion = MAX(2, max_expansion);',
  ]),
  file('t/op/tr.t', 12, [' done_testing();', '+fresh_perl_is("tr", "", {}, "no crash");']),
].join('');
/** The same line as a package carries it: on another branch, without the test. */
const carriedBack = file('op.c', 5127, ['                 {', '+\t\t    max_expansion = MAX(2, max_expansion);']);
const parts = file('a.c', 1, [' x', '+first']) + file('lib/b.c', 1, [' x', '-second', '+third']);

const open = advisory([record('cve', [affected(cpe('perl:perl:perl'), ['<5.40.2'])])], {
  id: 'CVE-2024-56406',
  references: [`https://github.com/Perl/perl5/commit/${commitId}`],
});
const perl = (...patches: readonly Partial<Patch>[]) =>
  instance({
    pname: 'perl',
    version: '5.40.0',
    patches: patches.map((patch) => ({ name: 'fix.patch', urls: [], hash: null, path: null, content: null, ...patch })),
  });
const knowing = (diff: string) => ({ ...dictionary(), fixChanges: new Map([[commitId, changeKeys(diff)]]) });

describe('a patch that changes what the fix changes', () => {
  test.each<[string, string, readonly Partial<Patch>[], string]>([
    ['carried back to a branch, without the test', upstream, [{ content: carriedBack }], 'verified'],
    ['under a name that tells nothing', upstream, [{ name: 'backports.patch', content: carriedBack }], 'verified'],
    [
      'spread over two',
      parts,
      [{ content: file('b.c', 9, [' y', '-second', '+third']) }, { content: parts }],
      'verified',
    ],
    [
      'with only a part of it',
      parts,
      [{ name: 'CVE-2024-56406.patch', content: file('a.c', 1, ['+first']) }],
      'claimed',
    ],
    [
      'with another line',
      upstream,
      [{ name: 'CVE-2024-56406.patch', content: carriedBack.replace('MAX(2,', 'MAX(1,') }],
      'claimed',
    ],
    ['taken back', upstream, [{ content: carriedBack, reverts: true }], 'none'],
    ['where the fix is not known', '', [{ content: carriedBack }], 'none'],
  ])('%s', (_, fix, patches, state) => {
    const found = matched([perl(...patches)], open, knowing(fix));
    expect([found?.match.patch.state, found?.match.status]).toEqual([state, state === 'none' ? 'affected' : 'fixed']);
    expect(found?.match.patch.equals).toBe(state === 'verified' ? commitId : undefined);
  });

  test('is held against every derivation by itself', () => {
    const bare = { ...perl(), system: 'aarch64-linux' };
    const found = matched([perl({ content: carriedBack }), bare], open, knowing(upstream));
    expect([found?.match.patch.state, found?.match.status]).toEqual(['mixed', 'affected']);
  });

  test('is said', () => {
    const [found] = explained([perl({ content: carriedBack })], open, knowing(upstream));
    expect(found?.sentences).toContain(
      'Patch verified: fix.patch, which changes in the code what commit 87f42aa0e009 changes.',
    );
  });
});

test('which fixes are read: those of matches whose packages carry patches that prove nothing yet', () => {
  const match = (more: Partial<Patch>) => {
    const one = perl(more);
    const found = matched([one], open)?.match;
    return { instances: [one], matches: found === undefined ? [] : [found] };
  };
  const count = (more: Partial<Patch>) => {
    const { matches, instances } = match(more);
    return provable(matches, instances).length;
  };
  expect(count({ content: carriedBack })).toBe(1);
  expect(count({ name: 'CVE-2024-56406.patch', content: '' })).toBe(1);
  expect(count({ content: `From ${commitId}` })).toBe(0);
  expect(count({ content: carriedBack, reverts: true })).toBe(0);
  expect(count({ urls: ['https://example.org/x.patch'] })).toBe(0);
  expect(readableFixes([open, open])).toHaveLength(1);
});

const answering = (answers: readonly (string | number | Error)[]): Fetcher & { readonly asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    fetch: async ({ url }): Promise<FetchOutcome> => {
      const answer = answers[asked.push(url) - 1] ?? 404;
      if (answer instanceof Error) throw answer;
      return typeof answer === 'number'
        ? { kind: 'refused', status: answer, retryAfterMs: null, message: '' }
        : { kind: 'content', body: Readable.from([Buffer.from(answer)]), validators: {}, contentType: 'text/plain' };
    },
  };
};
const fix = (digit: string) => ({
  commitId: digit.repeat(40),
  url: `https://github.com/o/r/commit/${digit.repeat(40)}.patch`,
});
const signal = new AbortController().signal;

test('what cannot be read is told, and a network that is away is not asked on', async () => {
  const fetcher = answering([upstream, 404, new Error('no route'), '<html>', file('docs/x.md', 1, ['+x'])]);
  const read = await readFixes({ fetcher, fixes: [...'123456789'].map(fix), signal });
  expect(read.map((one) => (one.kind === 'read' ? one.changes.length : one.why))).toEqual([
    1,
    'status 404',
    'no route',
    'it changes no code, or is no patch',
    'it changes no code, or is no patch',
    'status 404',
  ]);
  expect(fetcher.asked).toHaveLength(6);
});

const engines = await databasesForTests();

describe.each(engines)('what was read of fixes on $name', (engine) => {
  test('is kept, read once, and changes the matches', async () => {
    const world = await worldOn(engine);
    world.advisories[0] = { ...openssl, references: [`https://github.com/openssl/openssl/commit/${commitId}`] };
    const patch = { name: 'fix.patch', urls: [], hash: null, path: 'x.patch', content: carriedBack };
    world.evaluate([instance({ pname: 'openssl', version: '3.0.12', patches: [patch] })]);
    await world.run();
    const state = async () =>
      (await world.store.matchesOf('rolling')).map((match) => [match.status, match.patch.state]);
    expect(await state()).toEqual([['affected', 'none']]);
    const fixes = readableFixes(world.advisories);
    expect(await world.fixes.unread(fixes, 1000)).toEqual(fixes);
    await world.fixes.record(await readFixes({ fetcher: answering([upstream]), fixes, signal }), 1000);
    expect(await world.fixes.unread(fixes, 1e12)).toEqual([]);
    await world.run();
    expect(await state()).toEqual([['fixed', 'verified']]);
    expect(await world.fixes.changes()).toBe(await world.fixes.changes());
    expect((await world.events()).map(([kind]) => kind)).toEqual([
      'matching.matched',
      'matching.fixes-read',
      'matching.matched',
    ]);
  });

  test('what failed is tried again after a week', async () => {
    const { fixes } = await worldOn(engine);
    const [one, other] = [fix('1'), fix('2')];
    await fixes.record(await readFixes({ fetcher: answering([503, upstream]), fixes: [one, other], signal }), 1000);
    expect((await fixes.changes()).size).toBe(1);
    expect(await fixes.unread([one, other, fix('3')], 1000)).toEqual([fix('3')]);
    expect(await fixes.unread([one, other], 1000 + 7 * 86_400_000)).toEqual([one]);
    await fixes.record(await readFixes({ fetcher: answering([upstream]), fixes: [one], signal }), 2000);
    expect((await fixes.changes()).size).toBe(2);
  });
});
