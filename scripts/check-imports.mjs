// Enforces the import rules of docs/architecture.md with dependency-cruiser, and asserts that it read the sources at all.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { root } from './setup.mjs';

const stages = [
  'catalog',
  'feeds',
  'advisories',
  'matching',
  'findings',
  'embargoes',
  'changes',
  'evidence',
  'releases',
  'consumers',
  'alerts',
];
const tests = '\\.(test|bench)\\.tsx?$|/testing\\.ts$';

const rule = (name, from, to, comment) => ({ name, severity: 'error', comment, from: { pathNot: tests, ...from }, to });

const forbidden = [
  rule('no-cycles', {}, { circular: true }, 'no import cycles anywhere'),
  rule(
    'foundation-alone',
    { path: '^src/foundation/' },
    { path: '^src/', pathNot: '^src/foundation/' },
    'foundation imports nothing of ours',
  ),
  rule(
    'formats-pure',
    { path: '^src/formats/' },
    { path: '^src/', pathNot: '^src/(formats|foundation)/' },
    'formats import only foundation',
  ),
  rule(
    'formats-no-io',
    { path: '^src/formats/' },
    { path: '^(node:)?(fs|net|http|https|child_process|worker_threads|dgram|dns)(/|$)' },
    'formats do no I/O',
  ),
  rule(
    'platform-no-domain',
    { path: '^src/platform/' },
    { path: '^src/', pathNot: '^src/(platform|foundation|formats)/' },
    'platform knows no domain',
  ),
  rule(
    'journal-below',
    { path: '^src/journal/' },
    { path: '^src/', pathNot: '^src/(journal|platform|foundation|formats)/' },
    'the journal stands on platform',
  ),
  rule(
    'accounts-below',
    { path: '^src/accounts/' },
    { path: '^src/', pathNot: '^src/(accounts|journal|platform|foundation|formats)/' },
    'accounts stand on the journal',
  ),
  rule(
    'accounts-front-door',
    { path: '^src/', pathNot: `^src/accounts/|${tests}|^src/migrations/` },
    { path: '^src/accounts/', pathNot: '^src/accounts/index\\.ts$' },
    'accounts are entered through their index.ts',
  ),
  rule(
    'pipeline-inside',
    { path: '^src/pipeline/' },
    { path: '^src/(http|cli|worker|app|config|migrations)/' },
    'stages know nothing of http, cli, worker, app, config',
  ),
  rule(
    'http-inside',
    { path: '^src/http/' },
    { path: '^src/(cli|worker|app|config|migrations)/' },
    'http knows nothing of cli, worker, app, config',
  ),
  rule(
    'adapters-only-in-app',
    { path: '^src/(accounts|pipeline|http|journal|worker|formats)/' },
    { path: '^src/platform/', pathNot: '^src/platform/[^/]+/index\\.ts$' },
    'only app picks adapters',
  ),
  rule(
    'config-readers',
    { path: '^src/', pathNot: `^src/(app|cli|config)/|${tests}` },
    { path: '^src/config/' },
    'only app and cli read configuration',
  ),
  ...stages.map((stage, index) =>
    rule(
      `stage-order-${stage}`,
      { path: `^src/pipeline/${stage}/` },
      { path: `^src/pipeline/(${stages.slice(index + 1).join('|') || '-'})/` },
      'a stage imports only stages above it',
    ),
  ),
  ...stages.map((stage) =>
    rule(
      `front-door-${stage}`,
      { path: '^src/', pathNot: `^src/pipeline/${stage}/|${tests}|^src/migrations/` },
      { path: `^src/pipeline/${stage}/`, pathNot: `^src/pipeline/${stage}/index\\.ts$` },
      'a stage is entered through its index.ts',
    ),
  ),
];

function countSources(directory) {
  return readdirSync(directory, { withFileTypes: true, recursive: true }).filter(
    (entry) => entry.isFile() && /\.tsx?$/.test(entry.name),
  ).length;
}

/** Violations as text lines, and how many modules of ours were read. */
export async function checkImports(directory) {
  const before = process.cwd();
  process.chdir(directory);
  try {
    const result = await cruise(
      ['src'],
      {
        ruleSet: { forbidden },
        validate: true,
        doNotFollow: { path: 'node_modules' },
        tsPreCompilationDeps: true,
        tsConfig: { fileName: 'tsconfig.json' },
      },
      undefined,
      { tsConfig: extractTSConfig(path.join(directory, 'tsconfig.json')) },
    );
    const output = result.output;
    return {
      read: output.modules.filter((module) => module.source.startsWith('src/')).length,
      expected: countSources(path.join(directory, 'src')),
      violations: output.summary.violations.map(({ rule: { name }, from, to }) => `${name}: ${from} -> ${to}`),
    };
  } finally {
    process.chdir(before);
  }
}

if (process.argv[1] && path.resolve(process.argv[1]) === path.join(root, 'scripts', 'check-imports.mjs')) {
  const { read, expected, violations } = await checkImports(root);
  for (const violation of violations) console.log(violation);
  if (read < expected) console.log(`the import check read ${read} of ${expected} source files`);
  console.log(`${read} modules read, ${violations.length} violations`);
  process.exitCode = violations.length > 0 || read < expected ? 1 : 0;
}
