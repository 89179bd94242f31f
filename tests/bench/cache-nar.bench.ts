import { readFileSync } from 'node:fs';
import { startCaches } from './cache-world.ts';
import type { Benchmark } from './measure.ts';
import { byWrk, missingPrograms, wrk } from './registry-world.ts';

export const benchmark: Benchmark = {
  title: 'stream an archive of 50 MB',
  runs: 3,
  prepare: async (folder) => {
    const missing = await missingPrograms();
    if (missing !== null) return { missing };
    const { ours, nginx, nar, oursPid } = await startCaches(folder);
    const run = (origin: string) => byWrk(origin + nar, { connections: 8, seconds: 4, perUnit: 10 });
    await run(ours);
    const before = residentMb(oursPid);
    await wrk(ours + nar, { connections: 500, seconds: 5 });
    return {
      input: `10 downloads, 8 at once; with 500 at once our memory went from ${before} to ${residentMb(oursPid)} MB`,
      ours: { name: 'snowguard up, folder store', run: () => run(ours) },
      floor: { name: 'nginx, sendfile', run: () => run(nginx) },
    };
  },
};

function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1024);
}
