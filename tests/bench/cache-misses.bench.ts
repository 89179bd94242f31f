import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { startCaches } from './cache-world.ts';
import type { Benchmark, SelfTimed } from './measure.ts';
import { missingPrograms } from './registry-world.ts';

/** Asks for paths that are not there, as Nix does for everything it is about to build. */
const script = `local digits = '0123456789abcdfghijklmnpqrsvwxyz'
request = function()
  local hash = {}
  for at = 1, 32 do local one = math.random(32); hash[at] = digits:sub(one, one) end
  return wrk.format('GET', '/cache/' .. table.concat(hash) .. '.narinfo')
end
done = function(summary, latency) io.write(string.format('answers %d p99us %d\\n', summary.requests, latency:percentile(99))) end`;

export const benchmark: Benchmark = {
  title: 'narinfo misses, the time that 99 of 100 stay under',
  runs: 5,
  prepare: async (folder) => {
    const missing = await missingPrograms();
    if (missing !== null) return { missing };
    const { ours, nginx } = await startCaches(folder);
    const lua = path.join(folder, 'misses.lua');
    await writeFile(lua, script);
    const run = async (origin: string): Promise<SelfTimed> => {
      const { stdout } = await promisify(execFile)('wrk', ['-t1', '-c4', '-d8s', '-s', lua, origin]);
      const [, answers = '', p99 = ''] = /answers (\d+) p99us (\d+)/.exec(stdout) ?? [];
      if (Number(answers) < 10_000) throw new Error(`only ${answers} answers in 8 s`);
      return { kind: 'self-timed', tookMs: Number(p99) / 1000, result: 'absent' };
    };
    return {
      input: 'at least 10,000 misses, 4 at once',
      ours: { name: 'snowguard up', run: () => run(ours) },
      floor: { name: 'nginx, no such file', run: () => run(nginx) },
    };
  },
};
