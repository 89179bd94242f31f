import { expect, test } from 'vitest';
import { parseStorePath } from '../formats/nix/store-path.ts';
import type { WalkContext } from '../worker/index.ts';
import { coveredClosure } from './covered-closure.ts';

const pathOf = (letter: string, name: string) => `/nix/store/${letter.repeat(32)}-${name}`;
// curl and git are covered; curl → nghttp2 → libev, curl → glibc (covered), git → nghttp2; of hidden nothing is known.
const references: Readonly<Record<string, readonly string[]>> = {
  [pathOf('a', 'curl-8.15.0')]: [pathOf('a', 'curl-8.15.0'), pathOf('b', 'nghttp2-1.66.0'), pathOf('c', 'glibc-2.40')],
  [pathOf('b', 'nghttp2-1.66.0')]: [pathOf('d', 'libev-4.33'), pathOf('c', 'glibc-2.40')],
  [pathOf('c', 'glibc-2.40')]: [],
  [pathOf('d', 'libev-4.33')]: [pathOf('f', 'secret-1')],
  [pathOf('f', 'secret-1')]: [pathOf('d', 'libev-4.33')],
  [pathOf('g', 'git-2.51.0')]: [pathOf('b', 'nghttp2-1.66.0')],
};
const read = (text: string) => parseStorePath(text) ?? expect.fail(text);

function world(instances: readonly (readonly [string, string])[]) {
  const context = {
    organisation: 'acme',
    channels: [{ id: 'rolling', flake: 'secure' }],
    catalog: {
      latestEvaluation: async () => ({ id: '1' }),
      instancesOf: async () => instances.map(([attr, out]) => ({ attr, system: 'x86_64-linux', outputs: { out } })),
      covered: async () => ['curl', 'git', 'glibc', 'hidden'].map((attr) => ({ attr })),
    },
    cache: {
      store: {
        path: async (_: unknown, hash: string) => {
          const found = Object.entries(references).find(([key]) => read(key).hash === hash)?.[1];
          return found === undefined ? null : { narInfo: { references: found.map(read) } };
        },
      },
    },
  };
  return context as unknown as WalkContext;
}

test('what covered packages lead to is told with who needs it, and what is not known is said', async () => {
  const context = world([
    ['curl', pathOf('a', 'curl-8.15.0')],
    ['git', pathOf('g', 'git-2.51.0')],
    ['glibc', pathOf('c', 'glibc-2.40')],
    ['libev', pathOf('d', 'libev-4.33')],
    ['hidden', pathOf('h', 'hidden-1')],
  ]);
  expect(await coveredClosure(context, 'x86_64-linux')).toEqual({
    system: 'x86_64-linux',
    paths: 6,
    uncovered: [
      { name: 'libev', attr: 'libev', neededBy: ['curl', 'git'] },
      { name: 'nghttp2-1.66.0', attr: null, neededBy: ['curl', 'git'] },
      { name: 'secret-1', attr: null, neededBy: ['curl', 'git'] },
    ],
    unknown: ['hidden'],
  });
  expect(await coveredClosure(context, 'aarch64-linux')).toMatchObject({ paths: 0, uncovered: [], unknown: [] });
});
