import { expect, test } from 'vitest';
import { lineOfVersion, publishedUrl, readPublishedUrl } from './published-url.ts';
import { readUpstream, upstreamUrl } from './upstream-url.ts';
import { readFlakeName, readWanted } from './wanted-input.ts';

const revision = 'a'.repeat(40);

test.each([
  ['github:NixOS/nixpkgs', 'NixOS/nixpkgs', null],
  ['github:nixos/nixpkgs/nixos-unstable', 'NixOS/nixpkgs', '0.1'],
  ['github:NixOS/nixpkgs/nixpkgs-unstable', 'NixOS/nixpkgs', '0.1'],
  ['github:NixOS/nixpkgs/nixos-unstable-small', 'NixOS/nixpkgs', '0.1'],
  ['github:NixOS/nixpkgs/nixpkgs-26.05-darwin', 'NixOS/nixpkgs', '0.2605'],
  ['github:NixOS/nixpkgs/release-20.03', 'NixOS/nixpkgs', '0.2003'],
  ['nixpkgs', 'NixOS/nixpkgs', null],
  ['nixpkgs/nixos-25.11', 'NixOS/nixpkgs', '0.2511'],
  ['flake:nixpkgs/nixos-25.11-small', 'NixOS/nixpkgs', '0.2511'],
  ['github:acme/tool', 'acme/tool', null],
  ['github:acme/tool/v1.2.3', 'acme/tool', '=1.2.3'],
  ['github:acme/tool/1.2.3-rc.1', 'acme/tool', '=1.2.3-rc.1'],
])('%s may be published as %s in %s', (url, name, range) => {
  const [organisation, flake] = name.split('/');
  expect(readUpstream(url)).toEqual({ kind: 'published-as', flake: { organisation, flake }, range });
});

test.each([
  ['github:acme/tool?dir=s', 'stays'],
  ['github:acme/tool?ref=main', 'stays'],
  ['github:acme/tool/feature/x', 'stays'],
  ['github:acme/tool/main', 'stays'],
  [`github:acme/tool/${revision}`, 'stays'],
  ['github:NixOS/nixpkgs/nixos-19.09', 'stays'],
  ['github:NixOS/nixpkgs/nixos-26.06', 'stays'],
  ['github:NixOS/nixpkgs/master', 'stays'],
  ['gitlab:acme/tool', 'foreign'],
  ['git+https://github.com/NixOS/nixpkgs', 'foreign'],
  ['path:./x', 'foreign'],
  ['home-manager', 'foreign'],
  ['', 'foreign'],
])('%s %s', (url, kind) => {
  expect(readUpstream(url).kind).toBe(kind);
});

test.each([
  ['NixOS/nixpkgs', '0.2605.1042+rev-x', null, 'github:NixOS/nixpkgs/nixos-26.05'],
  ['NixOS/nixpkgs', '0.2009.1', null, 'github:NixOS/nixpkgs/nixos-20.09'],
  ['NixOS/nixpkgs', `0.1.99+rev-${revision}`, null, 'github:NixOS/nixpkgs'],
  ['NixOS/nixpkgs', '0.888552.257', null, 'github:NixOS/nixpkgs'],
  ['NixOS/nixpkgs', '0.2609.1', null, 'github:NixOS/nixpkgs'],
  ['nix-community/home-manager', '0.2511.7', null, 'github:nix-community/home-manager/release-25.11'],
  ['nix-community/home-manager', '0.1.7', null, 'github:nix-community/home-manager'],
  ['acme/tool', '1.2.3', null, 'github:acme/tool/1.2.3'],
  ['acme/tool', `0.1.7+rev-${revision}`, null, 'github:acme/tool'],
  ['acme/tool', '1.2.3', 'nix/sub', 'github:acme/tool/1.2.3?dir=nix/sub'],
  ['acme/tool', '1.2.3', '', 'github:acme/tool/1.2.3'],
])('%s %s %s was made from %s', (source, version, subdirectory, url) => {
  expect(upstreamUrl({ source, version, subdirectory })).toBe(url);
});

test.each(['nixos-26.05', 'nixos-25.11', 'nixos-20.03'])('%s and back', (branch) => {
  const there = readUpstream(`github:NixOS/nixpkgs/${branch}`);
  if (there.kind !== 'published-as') throw new Error(there.kind);
  expect(upstreamUrl({ source: 'NixOS/nixpkgs', version: `${there.range}.7`, subdirectory: null })).toBe(
    `github:NixOS/nixpkgs/${branch}`,
  );
});

test.each([
  ['0.1.99+rev-x', '0.1'],
  ['0.2605.1', '0.2605'],
  ['1.2.3', '1'],
  ['2.0.0-rc.1+x', '2.0.0-rc.1'],
  ['nonsense', '*'],
])('%s is on the line %s', (version, line) => {
  expect(lineOfVersion(version)).toBe(line);
});

test('an address of the server and what it names', () => {
  const flake = { organisation: 'acme', flake: 'secure' };
  expect(publishedUrl('https://s.example/base', flake, '=1.2.3')).toBe('https://s.example/base/f/acme/secure/%3D1.2.3');
  const read = (url: string) => readPublishedUrl('https://s.example', url);
  expect(read('https://s.example/f/acme/secure')).toEqual({ flake, range: null, more: false });
  expect(read('HTTPS://S.example/f/acme/secure/%3D1.2.3.tar.gz')).toEqual({ flake, range: '=1.2.3', more: false });
  expect(read('tarball+https://s.example/f/acme/secure/0/')).toEqual({ flake, range: '0', more: false });
  expect(read('https://s.example/f/acme/secure/0?dir=x')?.more).toBe(true);
  expect(read('https://s.example/f/pinned/acme/secure/0.1.2/x/source.tar.gz')?.more).toBe(true);
  expect(read('https://s.example/f/acme/secure/%zz')?.range).toBe('%zz');
  expect(read('https://s.example.org/f/acme/secure/0')).toBeNull();
  expect(read('github:acme/secure')).toBeNull();
});

test.each([
  ['acme/secure', { kind: 'published', flake: { organisation: 'acme', flake: 'secure' }, range: null }],
  ['acme/secure/', { kind: 'published', flake: { organisation: 'acme', flake: 'secure' }, range: null }],
  [
    'acme/secure/v1.2.3.tar.gz',
    { kind: 'published', flake: { organisation: 'acme', flake: 'secure' }, range: '1.2.3' },
  ],
  ['acme/secure/0.2605.*', { kind: 'published', flake: { organisation: 'acme', flake: 'secure' }, range: '0.2605.*' }],
  ['github:acme/tool', { kind: 'url', url: 'github:acme/tool', name: 'tool' }],
  ['github:acme/tool/main?dir=x', { kind: 'url', url: 'github:acme/tool/main?dir=x', name: 'tool' }],
  ['path:./x', { kind: 'url', url: 'path:./x', name: 'x' }],
  ['https://x.example/a/b.tar.gz', { kind: 'url', url: 'https://x.example/a/b.tar.gz', name: null }],
])('%s is wanted', (text, wanted) => {
  expect(readWanted(text)).toEqual(wanted);
});

test.each([
  '',
  'acme',
  'a/b/c/d',
  '../x',
  '/a/b',
  'a//b',
  'acme/se cure',
  'https://x/"',
  'https://x/\u0024{y}',
  'git:a b',
])('%j is not wanted', (text) => {
  expect(() => readWanted(text)).toThrow(/is not a flake/);
});

test('a name alone', () => {
  expect(readFlakeName('acme/secure')).toEqual({ organisation: 'acme', flake: 'secure' });
  expect(() => readFlakeName('acme/secure/0')).toThrow(/is not a flake/);
  expect(() => readFlakeName('github:acme/secure')).toThrow(/is not a flake/);
});
