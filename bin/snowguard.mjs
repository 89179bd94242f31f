#!/usr/bin/env node
// The command in a checkout: builds when sources changed, then runs the bundle with Node 24.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled, modernNode, root, runForeground } from '../scripts/setup.mjs';

if (existsSync(path.join(root, 'src'))) {
  ensureInstalled();
  const { buildIfStale } = await import('../scripts/build.mjs');
  await buildIfStale();
}
const bundle = path.join(root, 'dist', 'snowguard.js');
if (modernNode() === process.execPath) await import(bundle);
else process.exitCode = await runForeground(modernNode(), [bundle, ...process.argv.slice(2)]);
