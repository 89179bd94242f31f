import { expect, test } from 'vitest';
import { measure } from './measure.ts';

test('by turns, the first of each untimed; the fastest runs are compared', async () => {
  let now = 0;
  const said: string[] = [];
  const side = (name: string, tookMs: readonly number[]) => {
    const left = [...tookMs];
    const run = async () => {
      said.push(name);
      now += left.shift() ?? 0;
      return [1];
    };
    return { name, run };
  };
  const prepared = { input: '3 files', ours: side('ours', [900, 30, 50, 40]), floor: side('floor', [900, 20, 10, 90]) };
  expect(await measure(prepared, { runs: 3, nowMs: () => now })).toEqual({
    input: '3 files',
    ours: { name: 'ours', minMs: 30, medianMs: 40 },
    floor: { name: 'floor', minMs: 10, medianMs: 20 },
    ratio: 3,
  });
  expect(said.slice(0, 4)).toEqual(['floor', 'ours', 'floor', 'ours']);
  expect(said).toHaveLength(8);
});

test('unequal work is refused', async () => {
  const side = (name: string) => ({ name, run: async () => name });
  const prepared = { input: '', ours: side('a'), floor: side('b') };
  await expect(measure(prepared, { runs: 1, nowMs: () => 0 })).rejects.toThrow('a gave "a", b gave "b"');
});
