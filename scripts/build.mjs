// Bundles src/ into dist/ when a source is newer than the last build; about half a second.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { root } from './setup.mjs';

function* filesBelow(directory) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const full = path.join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(full);
    else yield full;
  }
}

function fingerprint() {
  const hash = createHash('sha256');
  const files = [
    ...filesBelow(path.join(root, 'src')),
    path.join(root, 'package-lock.json'),
    path.join(root, 'scripts', 'build.mjs'),
  ];
  for (const file of files.filter((name) => !name.includes('.test.')).sort()) {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${path.relative(root, file)}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex');
}

/** Bundles a program, with the threads that it starts beside it. */
export async function bundleInto(outdir, entryPoints) {
  const { build } = await import('esbuild');
  await build({
    absWorkingDir: root,
    entryPoints: {
      ...entryPoints,
      'sqlite-writer.worker': 'src/platform/database/sqlite-writer.worker.ts',
      'inspect-nar.worker': 'src/pipeline/releases/cache/inspect-nar.worker.ts',
    },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    sourcemap: false,
    legalComments: 'none',
    external: ['pg-native'],
    loader: { '.css': 'text', '.nix': 'text', '.svg': 'text' },
    // Some dependencies are CommonJS and ask for require().
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
}

/** Builds dist/ unless it was built from these very sources. */
export async function buildIfStale() {
  const dist = path.join(root, 'dist');
  const stamp = path.join(dist, '.fingerprint');
  const current = fingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === current) return;
  const fresh = path.join(root, `.dist-${process.pid}`);
  await bundleInto(fresh, { snowguard: 'src/main.ts' });
  cpSync(path.join(root, 'src', 'app', 'default-covered'), path.join(fresh, 'default-covered'), { recursive: true });
  writeFileSync(path.join(fresh, '.fingerprint'), current);
  mkdirSync(dist, { recursive: true });
  rmSync(dist, { recursive: true, force: true });
  renameSync(fresh, dist);
}

if (process.argv[1] && path.resolve(process.argv[1]) === path.join(root, 'scripts', 'build.mjs')) await buildIfStale();
