import { describe, expect, test } from 'vitest';
import { source } from '../detectors/testing.ts';
import { safePath } from './safe-path.ts';
import { sourcePlaces } from './source-places.ts';
import { repositoryOf, tagOf } from './tag-of.ts';

const commit = (name: string) => ({ name, commitId: name.padEnd(40, '0') });
const tagged = (pname: string, version: string, names: readonly string[], tag: string | null = null) =>
  tagOf({ pname, version, sources: [source({ tag })] }, names.map(commit))?.name ?? null;

describe('the tag of a version', () => {
  test.each([
    ['xz', '5.6.1', ['v5.6.0', 'v5.6.1'], 'v5.6.1'],
    ['curl', '8.17.0', ['curl-8_16_0', 'curl-8_17_0'], 'curl-8_17_0'],
    ['openssl', '3.5.4', ['openssl-3.5.4', 'openssl-3.5.4-beta1'], 'openssl-3.5.4'],
    ['expat', '2.7.3', ['R_2_7_3', 'R_2_7_2'], 'R_2_7_3'],
    ['openssh', '9.9p1', ['V_9_9', 'V_9_9_P1'], 'V_9_9_P1'],
    ['postgresql', '17.9', ['REL_17_9', 'REL_17_8', 'REL_9_17'], 'REL_17_9'],
    ['libxml2', '2.13.5', ['v2.13.5', 'v2.13.5-rc1'], 'v2.13.5'],
    ['ffmpeg', '7.1', ['n7.1', 'n7.1-dev', 'n7.1.1'], 'n7.1'],
    ['tool', '1.0', ['v1.0-rc1', 'v1.0.1'], null],
    ['tool', '1.0', ['old/1_0', 'new/1_0'], null],
    ['tool', 'unstable', ['v1.0'], null],
  ])('%s %s', (pname, version, names, expected) => {
    expect(tagged(pname, version, names)).toBe(expected);
  });

  test('the one that the package itself names goes first', () => {
    expect(tagged('tool', '1.0', ['v1.0', 'final-1.0'], 'final-1.0')).toBe('final-1.0');
  });
});

describe('the repository of a project', () => {
  const of = (url: string, homepage: string | null = null, set: Readonly<Record<string, string>> = {}) =>
    repositoryOf({ attr: 'tool', sources: [source({ urls: [url] })], homepage }, set);
  test.each([
    ['https://github.com/a/tool/releases/download/v1/tool.tar.gz', null, 'https://github.com/a/tool'],
    ['https://github.com/a/tool/archive/refs/tags/v1.tar.gz', null, 'https://github.com/a/tool'],
    ['https://example.org/tool.tar.gz', 'https://codeberg.org/a/tool', 'https://codeberg.org/a/tool'],
    ['https://example.org/tool.tar.gz', 'https://git.intern.example.org/a/tool', null],
    ['https://github.com.example.org/a/tool/x', null, null],
    ['http://github.com/a/tool/x', null, null],
  ])('%s', (url, homepage, expected) => {
    expect(of(url, homepage)).toBe(expected);
  });
  test('the settings decide', () => {
    expect(of('https://github.com/a/b/c', null, { tool: '/srv/tool.git' })).toBe('/srv/tool.git');
  });
});

describe('places of an archive', () => {
  test('one a host, the short names of Nixpkgs written out, then mirrors by digest', () => {
    const hash = `sha256-${'A'.repeat(43)}=`;
    const urls = ['mirror://gnu/gzip/gzip-1.14.tar.xz', 'https://ftp.gnu.org/other', 'mirror://nobody/x', 'ftp://a/b'];
    expect(sourcePlaces({ urls, hash }, { mirrors: ['https://mirror.example.org'] })).toEqual([
      'https://ftpmirror.gnu.org/gzip/gzip-1.14.tar.xz',
      'https://ftp.gnu.org/pub/gnu/gzip/gzip-1.14.tar.xz',
      `https://mirror.example.org/sha256/${'0'.repeat(64)}`,
    ]);
  });
});

test.each([
  ['a/b', 'a/b'],
  ['./a//b/', 'a/b'],
  ['/a', '%2f/a'],
  ['../../a', '%2e%2e/%2e%2e/a'],
  ['a/.GIT/hooks', 'a/%2eGIT/hooks'],
  ['a/.github', 'a/.github'],
  ['./', ''],
  ['/', ''],
])('the path %j', (name, path) => {
  expect(safePath(name)).toBe(path);
});
