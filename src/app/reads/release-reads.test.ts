import { expect, test } from 'vitest';
import { release } from '../../http/testing.ts';
import type { WalkContext } from '../../worker/index.ts';
import { registryReads } from './index.ts';

test.each([
  ['https://github.com/NixOS/nixpkgs', 'NixOS/nixpkgs'],
  ['https://github.com/NixOS/nixpkgs.git', 'NixOS/nixpkgs'],
  ['https://ada:secret@GitHub.com/acme/nix.pkgs-2/', 'acme/nix.pkgs-2'],
  ['ssh://git@github.com/acme/nixpkgs.git', 'acme/nixpkgs'],
  ['git://github.com/acme/nixpkgs', 'acme/nixpkgs'],
  ['https://github.com/acme', null],
  ['https://github.com/acme/a/b', null],
  ['https://github.com/a%20b/c', null],
  ['https://github.com.evil.example/acme/nixpkgs', null],
  ['https://gitlab.com/acme/nixpkgs', null],
  ['file:///github.com/acme/nixpkgs', null],
  ['/srv/git/acme/nixpkgs', null],
])('the upstream %s is the repository %s', (url, source) => {
  const never = () => Promise.reject(new Error('not asked'));
  const store = { current: never, textOf: never };
  const channel = {
    id: 'rolling',
    flake: 'secure',
    branch: 'refs/heads/rolling',
    upstream: { url, branch: 'master', partial: true },
    validated: [],
    newer: [],
    everyMs: 1,
    inventory: async () => null,
  };
  const registry = registryReads({ context: { channels: [channel] } as unknown as WalkContext, store });
  expect(registry.sourceOf(release(1))).toBe(source);
  expect(registry.sourceOf(release(1, { channel: 'given-up' }))).toBeNull();
});
