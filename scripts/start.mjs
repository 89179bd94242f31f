// `npm start`: installs, builds, and brings up the starter world (or the workspace named with --workspace).
import path from 'node:path';
import { ensureInstalled, modernNode, root, runForeground } from './setup.mjs';

ensureInstalled();
const { buildIfStale } = await import('./build.mjs');
await buildIfStale();
process.exitCode = await runForeground(modernNode(), [
  path.join(root, 'dist', 'snowguard.js'),
  'up',
  '--starter',
  ...process.argv.slice(2),
]);
