// `npm run check`: types, style, the import rules and unused code. All run; the exit status says whether all passed.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './setup.mjs';

const bin = (name) => path.join(root, 'node_modules', '.bin', name);
const checks = [
  ['types', bin('tsc'), ['-p', '.']],
  ['format and lint', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['import rules', process.execPath, [path.join(root, 'scripts', 'check-imports.mjs')]],
  ['unused code', bin('knip'), ['--no-progress']],
];

let failed = 0;
for (const [title, program, args] of checks) {
  const started = performance.now();
  const result = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}` },
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  if (result.status === 0) console.log(`ok       ${title} (${seconds} s)`);
  else {
    failed++;
    console.log(`not ok   ${title} (${seconds} s)\n${result.stdout ?? ''}${result.stderr ?? ''}`);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
