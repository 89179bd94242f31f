import { expect, test } from 'vitest';
import { measure } from './measure.ts';

const noMemory = { reset: () => {}, mb: () => 0 };

test('by turns, the first of each untimed; the fastest runs are compared', async () => {
  let now = 0;
  let peak = 0;
  const memory = {
    reset: () => {
      peak = 0;
    },
    mb: () => peak,
  };
  const said: string[] = [];
  const side = (name: string, tookMs: readonly number[]) => {
    const left = [...tookMs];
    const run = async () => {
      said.push(name);
      const took = left.shift() ?? 0;
      now += took;
      peak = Math.max(peak, took);
      return [1];
    };
    return { name, run };
  };
  const prepared = { input: '3 files', ours: side('ours', [900, 30, 50, 40]), floor: side('floor', [900, 20, 10, 90]) };
  expect(await measure(prepared, { runs: 3, nowMs: () => now, memory })).toEqual({
    input: '3 files',
    ours: { name: 'ours', minMs: 30, medianMs: 40, peakMb: 50 },
    floor: { name: 'floor', minMs: 10, medianMs: 20, peakMb: 90 },
    ratio: 3,
  });
  expect(said.slice(0, 4)).toEqual(['floor', 'ours', 'floor', 'ours']);
  expect(said).toHaveLength(8);
});

test('unequal work is refused', async () => {
  const side = (name: string) => ({ name, run: async () => name });
  const prepared = { input: '', ours: side('a'), floor: side('b') };
  await expect(measure(prepared, { runs: 1, nowMs: () => 0, memory: noMemory })).rejects.toThrow(
    'a gave "a", b gave "b"',
  );
});
