// `npm run check`: types, style, the import rules and unused code, side by side. All run; the exit status says whether
// all passed.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root, secondsSince } from './setup.mjs';

const bin = (name) => path.join(root, 'node_modules', '.bin', name);
const types = ['-p', '.', '--incremental', '--tsBuildInfoFile', path.join('.cache', 'types.tsbuildinfo')];
const checks = [
  ['types', bin('tsc'), types],
  ['format and lint', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['import rules', process.execPath, [path.join(root, 'scripts', 'check-imports.mjs')]],
  ['unused code', bin('knip'), ['--no-progress']],
];
// The programs of node_modules run with the `node` on the PATH.
const environment = { ...process.env, PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}` };

function passes([title, program, args]) {
  const started = performance.now();
  const child = spawn(program, args, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      output += error.message;
    });
    child.on('close', (code) => {
      console.log(`${code === 0 ? 'ok      ' : 'not ok  '} ${title} (${secondsSince(started)})`);
      if (code !== 0) console.log(output.trimEnd());
      resolve(code === 0);
    });
  });
}

const passed = await Promise.all(checks.map(passes));
process.exitCode = passed.every(Boolean) ? 0 : 1;
