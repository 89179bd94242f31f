// `npm test`: installs, gets the real programs the tests talk to, checks the sources, runs every test.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled, modernNode, root, runForeground } from './setup.mjs';

ensureInstalled();
const { buildIfStale } = await import('./build.mjs');
await buildIfStale();

const node = modernNode();
const environment = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` };
const run = (args) => runForeground(node, args, { cwd: root, env: environment });

const checkStatus = await run([path.join(root, 'scripts', 'check.mjs')]);
const report = path.join(root, '.cache', 'test-report.json');
mkdirSync(path.dirname(report), { recursive: true });
const testStatus = await run([
  path.join(root, 'node_modules', 'vitest', 'vitest.mjs'),
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
if (existsSync(report)) {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
  console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
}
process.exitCode = checkStatus || testStatus;
