// `npm run bench [-- NAME …] [--json]`: times tests/bench/NAME.bench.ts, each beside its floor. Figures of a machine
// that does something else too are worth little; the ratio bears it best, since both sides take turns.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { root } from './setup.mjs';

const folder = path.join(root, 'tests', 'bench');
const ending = '.bench.ts';
const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
const all = readdirSync(folder)
  .filter((file) => file.endsWith(ending))
  .map((file) => file.slice(0, -ending.length));
const unknown = positionals.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exit(2);
}

const { boundHeap } = await import('../src/app/bound-heap.ts');
// As the program itself runs.
boundHeap();
const { measure } = await import('../tests/bench/measure.ts');
const { peakMemory } = await import('../tests/bench/peak-memory.ts');
const results = [];
for (const name of positionals.length > 0 ? positionals : all) {
  const { benchmark } = await import(pathToFileURL(path.join(folder, name + ending)).href);
  const scratch = mkdtempSync(path.join(tmpdir(), 'snowguard-bench-'));
  try {
    const prepared = await benchmark.prepare(scratch);
    if ('missing' in prepared) {
      console.error(`${name}: skipped, ${prepared.missing}`);
      continue;
    }
    const measured = await measure(prepared, {
      runs: benchmark.runs,
      nowMs: () => performance.now(),
      memory: peakMemory,
    });
    results.push({ name, ...measured });
    if (!values.json) print(name, benchmark.title, measured);
  } catch (error) {
    console.error(`${name}: failed, ${error.message}`);
    process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
if (values.json) console.log(JSON.stringify(results, null, 2));

function print(name, title, { input, ours, floor, ratio, note }) {
  const line = (label, side) =>
    `  ${label.padEnd(6)} ${side.name.padEnd(36)} min ${msOf(side.minMs)} ms   median ${msOf(side.medianMs)} ms   peak ${side.peakMb.toFixed(0).padStart(5)} MiB`;
  const msOf = (tookMs) => tookMs.toFixed(tookMs < 10 ? 2 : 0).padStart(7);
  console.log(
    `${name}: ${title} (${input})\n${line('ours', ours)}   ${ratio.toFixed(2)} × floor\n${line('floor', floor)}${note === undefined ? '' : `\n  ${note}`}`,
  );
}
