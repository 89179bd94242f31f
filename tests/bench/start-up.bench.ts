import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Benchmark } from './measure.ts';

const root = path.resolve(import.meta.dirname, '../..');

export const benchmark: Benchmark = {
  title: 'start of the command line program',
  runs: 15,
  prepare: async () => {
    const { buildIfStale } = (await import(new URL('../../scripts/build.mjs', import.meta.url).href)) as {
      readonly buildIfStale: () => Promise<void>;
    };
    await buildIfStale();
    const node = async (...args: readonly string[]) => {
      await promisify(execFile)(process.execPath, args, { cwd: root });
    };
    return {
      input: 'node',
      ours: { name: 'snowguard --help', run: () => node('dist/snowguard.js', '--help') },
      floor: { name: 'node -e 0', run: () => node('-e', '0') },
    };
  },
};
