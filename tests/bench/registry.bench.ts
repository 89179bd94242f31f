import type { Benchmark } from './measure.ts';
import { byWrk, missingPrograms, registryWorld } from './registry-world.ts';

const perUnit = 10_000;

export const benchmark: Benchmark = {
  title: 'resolve a range and redirect',
  runs: 5,
  prepare: async (folder) => {
    const missing = await missingPrograms();
    if (missing !== null) return { missing };
    const { ours, bare, nginx } = await registryWorld(folder);
    const run = (origin: string) => byWrk(`${origin}/f/acme/secure/0`, { connections: 64, seconds: 3, perUnit });
    const { tookMs } = await run(nginx);
    return {
      input: `10,000 answers on 64 connections, 500 releases; nginx with a fixed 307: ${tookMs.toFixed(0)} ms`,
      ours: { name: 'snowguard up', run: () => run(ours) },
      floor: { name: 'node:http with the same fixed 307', run: () => run(bare) },
    };
  },
};
