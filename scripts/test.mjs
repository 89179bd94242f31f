// `npm test`: installs, gets the real programs the tests talk to, checks the sources, runs every test.
// `npm test -- FILTER …`: only the test files whose path contains FILTER, without the checks; takes vitest's options too.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled, modernNode, root, runForeground, secondsSince } from './setup.mjs';

const tools = [
  {
    name: 'Nix',
    variable: 'SNOWGUARD_TEST_NIX',
    ensure: async () => (await import('./test-tools/nix.mjs')).ensureNix(),
  },
  {
    name: 'Chromium',
    variable: 'CHROMIUM',
    ensure: async () => (await import('./test-tools/chromium.mjs')).ensureChromium(),
  },
];

const filters = process.argv.slice(2);
const report = path.join(root, '.cache', 'test-report.json');
const times = [];

async function timed(phase, work) {
  const started = performance.now();
  const result = await work();
  times.push(`${phase} ${secondsSince(started)}`);
  return result;
}

/** The tools' programs as environment variables, so that no test looks for them again. */
async function ensureTools() {
  const found = await Promise.all(tools.map(async (tool) => ({ tool, answer: await tool.ensure() })));
  for (const { tool, answer } of found) if (answer.missing) console.log(`without ${tool.name}: ${answer.missing}`);
  return Object.fromEntries(
    found.flatMap(({ tool, answer }) => (answer.program ? [[tool.variable, answer.program]] : [])),
  );
}

async function build() {
  try {
    const { buildIfStale } = await import('./build.mjs');
    await buildIfStale();
    return 0;
  } catch (error) {
    console.log(`not ok   build\n${error.message}`);
    return 1;
  }
}

/** A file that cannot be loaded has no tests in the report, yet it is a failure. */
function counts() {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  const broken = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
  );
  return { passed: numPassedTests, failed: numFailedTests + broken.length, skipped: numPendingTests + numTodoTests };
}

rmSync(report, { force: true });
await timed('install', ensureInstalled);
const node = modernNode();
const run = (args, extra) =>
  runForeground(node, args, {
    cwd: root,
    env: { ...process.env, ...extra, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` },
  });

const buildStatus = await timed('build', build);
const gettingTools = timed('tools', ensureTools);
const checkStatus = filters.length > 0 ? 0 : await timed('check', () => run([path.join(root, 'scripts', 'check.mjs')]));
const programs = await gettingTools;
const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
const testStatus = await timed('tests', () =>
  run([vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters], programs),
);

const { passed, failed, skipped } = counts();
console.log(times.join(', ') + (checkStatus === 0 ? '' : '; the checks failed, see above'));
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = buildStatus || checkStatus || testStatus;
