import { describe, expect, test } from 'vitest';
import { linesTo } from './fetch-branch.ts';
import { gitEnvironment, lastWords } from './git-process.ts';
import { assertSafePaths, parseProgress } from './index.ts';

describe('assertSafePaths', () => {
  test.each([
    [['a/../../etc/passwd']],
    [['/etc/passwd']],
    [['a//b']],
    [['./a']],
    [['sub/.git/config']],
    [['.GIT/hooks/post-checkout']],
    [['a', 'a']],
    [['a', 'a/b']],
    [['a/b', 'a']],
    [['a/b/c', 'a/b']],
    [['n'.repeat(256)]],
    [[`a/${'ä'.repeat(128)}/b`]],
    [[Array.from({ length: 60 }, () => 'fifteen letters').join('/')]],
  ])('refuses %j', (paths) => {
    expect(() => assertSafePaths(paths)).toThrow(expect.objectContaining({ code: 'git.unsafe' }));
  });

  test('takes usual ones', () => {
    assertSafePaths([
      '.github/x',
      '.gitignore',
      'a/b',
      'a/c',
      'a.b',
      'ab/c',
      '..a',
      'n'.repeat(255),
      `${'d/'.repeat(400)}f`,
    ]);
  });
});

test('progress comes line by line, however it is cut', () => {
  const lines: string[] = [];
  const take = linesTo((line) => lines.push(line));
  for (const piece of [
    'Receiving ob',
    'jects:  45% (450/1000)\rReceiving objects: 46%',
    ' (460/1000), 1 MiB | 2 MiB/s\n',
    '\n',
  ])
    take(piece);
  expect(lines).toEqual(['Receiving objects:  45% (450/1000)', 'Receiving objects: 46% (460/1000), 1 MiB | 2 MiB/s']);
  expect(lines.map(parseProgress)).toEqual([
    { what: 'Receiving objects', done: 450, total: 1000 },
    { what: 'Receiving objects', done: 460, total: 1000 },
  ]);
  expect(parseProgress('remote: Counting objects: 100% (3/3), done.')).toEqual({
    what: 'Counting objects',
    done: 3,
    total: 3,
  });
  expect(parseProgress('From https://example.org/x')).toBeNull();
});

test('passwords stay out of messages', () => {
  expect(lastWords("fatal: unable to access 'https://bob:secret@example.org/x/': 403")).toBe(
    "fatal: unable to access 'https://example.org/x/': 403",
  );
});

test('only harmless variables reach git', () => {
  const environment = gitEnvironment({
    PATH: '/bin',
    GIT_SSH_COMMAND: 'id',
    GIT_DIR: '/x',
    LD_PRELOAD: '/x',
    HOME: '/h',
  });
  expect(Object.keys(environment)).toEqual(expect.arrayContaining(['PATH', 'HOME', 'GIT_ALLOW_PROTOCOL']));
  expect(environment).not.toHaveProperty('GIT_SSH_COMMAND');
  expect(environment).not.toHaveProperty('LD_PRELOAD');
  expect(environment.GIT_DIR).toBeUndefined();
});
