import { expect, test } from 'vitest';
import { isEnough, type RecordedCoverage } from '../../pipeline/releases/index.ts';
import type { WalkContext } from '../walk-context.ts';
import { coverageOfEvaluation, coverageRefusal, recordCoverage } from './release-coverage.ts';

const hash = (index: number) => String(index).padStart(32, '0');
const instance = (attr: string, system: string, index: number) => ({
  attr,
  system,
  outputs: { out: `/nix/store/${hash(index)}-${attr}` },
});

function world(minimum: Readonly<Record<string, number>>) {
  const recorded: RecordedCoverage[] = [];
  const asked: (readonly string[])[] = [];
  const context = {
    organisation: 'acme',
    catalog: {
      covered: async () => [{ attr: 'curl' }, { attr: 'xz' }],
      instancesOf: async () => [
        instance('curl', 'x86_64-linux', 1),
        instance('xz', 'x86_64-linux', 2),
        instance('curl', 'riscv64-linux', 3),
        instance('not-covered', 'x86_64-linux', 4),
      ],
    },
    cache: {
      minimum,
      store: {
        present: async (caches: readonly string[]) => {
          asked.push(caches);
          return new Set([hash(1)]);
        },
      },
      coverage: {
        record: async ({ systems }: { readonly systems: readonly RecordedCoverage[] }) =>
          void recorded.push(...systems),
      },
    },
  } as unknown as WalkContext;
  return { context, recorded, asked };
}

test('only covered packages count, in the cache of the flake and in the common one', async () => {
  const { context, asked } = world({});
  expect(await coverageOfEvaluation(context, 'secure', { id: '1' })).toEqual([
    { system: 'riscv64-linux', wanted: 1, present: 0, missing: ['curl'] },
    { system: 'x86_64-linux', wanted: 2, present: 1, missing: ['xz'] },
  ]);
  expect(asked).toEqual([['of/acme/secure', 'common']]);
});

test.each([
  [{}, null],
  [{ 'x86_64-linux': 0.5 }, null],
  [{ 'x86_64-linux': 0.51 }, /x86_64-linux has 1 of 2 .* 51\.0 %/],
  [{ 'riscv64-linux': 0.1 }, /riscv64-linux has 0 of 1/],
  [{ 'aarch64-darwin': 1 }, null],
])('with the minimum %j it waits: %s', async (minimum, why) => {
  const { context } = world(minimum);
  const said = coverageRefusal(context, await coverageOfEvaluation(context, 'secure', { id: '1' }));
  if (why === null) expect(said).toBeNull();
  else expect(said).toMatch(why);
});

test('an exception is recorded where it was one', async () => {
  const { context, recorded } = world({ 'x86_64-linux': 0.9 });
  const systems = await coverageOfEvaluation(context, 'secure', { id: '1' });
  const exception = { reason: 'the builder burns', by: 'ada', approvedBy: 'ben' };
  await recordCoverage(context, { uuid: 'u', systems, exception, at: 1 });
  expect(recorded.map((one) => [one.system, one.minimumPerMille, one.exception])).toEqual([
    ['riscv64-linux', 0, null],
    ['x86_64-linux', 900, exception],
  ]);
  expect(recorded.every((one) => isEnough(one, one.minimumPerMille / 1000) === (one.exception === null))).toBe(true);
});
