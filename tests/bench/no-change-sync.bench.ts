import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Benchmark } from './measure.ts';
import { realWorld } from './real-world.ts';

export const benchmark: Benchmark = {
  title: 'the real feeds synced again, nothing new; the goal is 2 s',
  runs: 5,
  prepare: async () => {
    const world = await realWorld();
    if (world === null) return { missing: 'the real feeds are not here' };
    const files = world.feedPaths.flatMap(filesIn);
    return {
      input: `${world.feedPaths.length} feeds in ${files.length.toLocaleString('en')} files`,
      ours: { name: 'sync and merge', run: world.sync },
      floor: {
        name: 'every file read and hashed',
        run: async () => {
          for (const file of files) createHash('sha256').update(readFileSync(file)).digest();
          return 0;
        },
      },
    };
  },
};

function filesIn(place: string): readonly string[] {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
