import { expect, test } from 'vitest';
import { coveredStates, newNameIn } from './covered-standing.ts';

// As aliases.nix of Nixpkgs words them, from its history of 2021 to 2025.
test.each([
  ["'noto-fonts-emoji' has been renamed to/replaced by 'noto-fonts-color-emoji'", 'noto-fonts-color-emoji'],
  ["'poppler_utils' has been renamed to/replaced by 'poppler-utils'", 'poppler-utils'],
  ['aminal was renamed to darktile.', 'darktile'],
  ["fedora-coreos-config-transpiler has been renamed to 'butane'.", 'butane'],
  ['fish-foreign-env has been replaced with fishPlugins.foreign-env', 'fishPlugins.foreign-env'],
  ['elasticmq has been removed in favour of elasticmq-server-bin', 'elasticmq-server-bin'],
  ['couchdb2 was removed from nixpkgs, use couchdb3 instead', 'couchdb3'],
  ['The xorg package set has been deprecated, and `xorg.libX11` was moved to `libx11`', 'libx11'],
  ['arora has been removed.', null],
  ['aesop has been removed from nixpkgs, as it was unmaintained.', null],
  ['undefined variable use', null],
])('%s', (message, name) => {
  expect(newNameIn(message)).toBe(name);
});

const covered = (attr: string, tiers?: Record<string, 'full' | 'evaluates'>) => ({
  attr,
  category: 'c',
  owner: 'o',
  since: '2026-11-01',
  ...(tiers === undefined ? {} : { tiers }),
});
const failure = (attr: string, how: 'throws' | 'aborts' | 'missing', message: string, system = 'x86_64-linux') => ({
  attr,
  system,
  how,
  message,
});

test('each covered package is found, or what happened to it is said with what to do', () => {
  const darwin = 'aarch64-darwin';
  const states = coveredStates({
    covered: [
      covered('xz'),
      covered('systemd'),
      covered('iptables', { [darwin]: 'evaluates' }),
      covered('couchdb2'),
      covered('arora'),
      covered('nothing'),
      covered('bad'),
      covered('later'),
    ],
    found: [
      { attr: 'xz', version: '5.8.1', systems: ['x86_64-linux', darwin] },
      { attr: 'systemd', version: '258', systems: ['x86_64-linux'] },
      { attr: 'iptables', version: '1.8.11', systems: ['x86_64-linux'] },
    ],
    failures: [
      failure('systemd', 'throws', 'not available on darwin', darwin),
      failure('iptables', 'throws', 'not available on darwin', darwin),
      failure('couchdb2', 'throws', 'couchdb2 was removed from nixpkgs, use couchdb3 instead'),
      failure('arora', 'throws', 'arora has been removed.'),
      failure('nothing', 'missing', 'there is no such attribute'),
      failure('bad', 'aborts', 'infinite recursion encountered'),
    ],
  });
  expect(states.map(({ package: { attr }, standing }) => `${attr} ${standing.kind}`)).toEqual([
    'xz carried',
    'systemd partly',
    'iptables carried',
    'couchdb2 renamed',
    'arora gone',
    'nothing gone',
    'bad broken',
    'later unknown',
  ]);
  expect(states.map(({ suggestion }) => suggestion?.match(/add \S+|remove \S+|aarch64-darwin|channel/)?.[0])).toEqual([
    undefined,
    darwin,
    undefined,
    'add couchdb3',
    'remove arora',
    'remove nothing',
    'channel',
    undefined,
  ]);
});
