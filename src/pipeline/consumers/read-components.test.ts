import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readComponents } from './read-components.ts';

const at = (digit: string, name: string) => `/nix/store/${digit.repeat(32)}-${name}`;

function read(value: unknown) {
  const outcome = readComponents(typeof value === 'string' ? value : JSON.stringify(value));
  if (outcome.kind === 'unreadable') return outcome.reason;
  return outcome.components.map(({ name, version, storePaths, drvPath, isSource }) => ({
    name,
    version,
    storePaths,
    drvPath,
    isSource,
  }));
}

const openssl = {
  name: 'openssl',
  version: '3.5.4',
  storePaths: [at('a', 'openssl-3.5.4'), at('b', 'openssl-3.5.4-bin')],
  drvPath: at('d', 'openssl-3.5.4.drv'),
  isSource: false,
};

describe('a closure', () => {
  const info = { deriver: at('d', 'openssl-3.5.4.drv'), references: [], narHash: 'sha256-x' };
  test.each([
    [
      'as a list',
      [
        { path: at('a', 'openssl-3.5.4'), ...info },
        { path: at('b', 'openssl-3.5.4-bin'), ...info },
      ],
    ],
    [
      'as an object',
      { [at('a', 'openssl-3.5.4')]: info, [at('b', 'openssl-3.5.4-bin')]: info, [at('f', 'gone')]: null },
    ],
    [
      'with base names',
      {
        version: 2,
        info: Object.fromEntries(
          ['a', 'b'].map((digit, index) => [
            `${digit.repeat(32)}-openssl-3.5.4${index === 0 ? '' : '-bin'}`,
            { deriver: `${'d'.repeat(32)}-openssl-3.5.4.drv`, references: [] },
          ]),
        ),
      },
    ],
  ])('%s', (_, value) => {
    expect(read(value)).toEqual([openssl]);
  });

  test('as plain paths, without a deriver', () => {
    expect(read(`# a closure\n${at('b', 'openssl-3.5.4-bin')}\n${at('d', 'openssl-3.5.4.drv')}\n\n`)).toEqual([
      { ...openssl, storePaths: [at('b', 'openssl-3.5.4-bin')], drvPath: null },
      { ...openssl, storePaths: [] },
    ]);
    expect(read(at('a', 'setup-hook.sh'))).toMatchObject([{ isSource: true }]);
  });
});

test('a graph of derivations, before and after 2.32', () => {
  const shown = {
    name: 'openssl-3.5.4',
    env: { pname: 'openssl', version: '3.5.4' },
    outputs: { out: { path: at('a', 'openssl-3.5.4') }, bin: { path: at('b', 'openssl-3.5.4-bin') } },
  };
  const archive = {
    name: 'openssl-3.5.4.tar.gz',
    env: {},
    outputs: { out: { hash: 'sha256-x', path: at('c', 'openssl-3.5.4.tar.gz') } },
  };
  for (const value of [
    { [at('d', 'openssl-3.5.4.drv')]: shown, [at('e', 'openssl-3.5.4.tar.gz.drv')]: archive },
    {
      version: 4,
      derivations: {
        [`${'d'.repeat(32)}-openssl-3.5.4.drv`]: { ...shown, env: {}, structuredAttrs: shown.env },
        [`${'e'.repeat(32)}-openssl-3.5.4.tar.gz.drv`]: archive,
      },
    },
  ])
    expect(read(value)).toMatchObject([openssl, { isSource: true }]);
});

test('bills of materials', () => {
  const nested = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    metadata: { component: { type: 'application', name: 'app' } },
  };
  const component = {
    name: 'openssl',
    version: '3.5.4',
    properties: [
      { name: 'nix:output_path', value: at('a', 'openssl-3.5.4') },
      { name: 'nix:drv_path', value: at('d', 'openssl-3.5.4.drv') },
    ],
    components: [{ name: 'inner' }, 7],
  };
  expect(read({ ...nested, components: [component] })).toEqual([
    { name: 'app', version: null, storePaths: [], drvPath: null, isSource: false },
    { ...openssl, storePaths: [at('a', 'openssl-3.5.4')] },
    { name: 'inner', version: null, storePaths: [], drvPath: null, isSource: false },
  ]);
  const spdx = {
    spdxVersion: 'SPDX-2.3',
    packages: [{ SPDXID: 'SPDXRef-1', name: 'openssl', versionInfo: '3.5.4' }, 'x'],
  };
  expect(read(spdx)).toMatchObject([{ name: 'openssl', version: '3.5.4', storePaths: [] }]);
});

test.each([
  ['', /no store path/],
  ['curl', /"curl" is no store path/],
  ['{', /no JSON/],
  [{}, /neither/],
  [{ nodes: {}, root: 'root' }, /neither/],
  [[1], /neither/],
  [`${'['.repeat(100_000)}`, /no JSON/],
])('%j is none of them', (value, reason) => {
  expect(read(value)).toMatch(reason);
});

const data = path.resolve('../shared/data');
test.skipIf(!existsSync(data))('real ones', () => {
  const closure = gunzipSync(readFileSync(path.join(data, 'packages/closure-curl-2026-06-26.json.gz'))).toString();
  const outcome = readComponents(closure);
  if (outcome.kind === 'unreadable') throw new Error(outcome.reason);
  expect([outcome.source, outcome.components.length]).toEqual(['derivations', 303]);
  expect(outcome.components.filter(({ isSource }) => !isSource).map(({ name }) => name)).toContain('curl');
  const spdx = readFileSync(path.join(data, 'schemas/samples/spdx/SPDXJSONExample-v2.3.spdx.json'), 'utf8');
  expect(read(spdx)).toMatchObject([{ name: 'glibc', version: '2.11.1' }, {}, {}, {}]);
});
if (!existsSync(data)) console.log('skipped: real closures, ../shared/data is absent');
