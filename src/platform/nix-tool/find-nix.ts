import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { buildWith } from './build-with.ts';
import { evaluateWith } from './evaluate-with.ts';
import type { NixTool } from './index.ts';
import { runBounded } from './run-bounded.ts';
import { dumpWith, sizesWith } from './store-paths.ts';

/** Older ones lack `nix eval --json --file`. */
const oldest = [2, 4] as const;

const usualPlaces = ['/nix/var/nix/profiles/default/bin', '/run/current-system/sw/bin', '/usr/local/bin', '/usr/bin'];

const kept =
  /^(PATH|HOME|USER|TMPDIR|XDG_(CACHE|CONFIG|STATE|DATA)_HOME|NIX_(REMOTE|STORE_DIR|STATE_DIR|LOG_DIR|LOCALSTATE_DIR|CONF_DIR|CONFIG|USER_CONF_FILES|SSL_CERT_FILE|DAEMON_SOCKET_PATH|STORE)|SSL_CERT_FILE|https?_proxy|no_proxy|all_proxy)$/i;

/** The named program, or the first `nix` on the PATH or in a usual place; null when there is none, or only one before 2.4. */
export async function findNix(
  options: { readonly program?: string; readonly environment?: Readonly<Record<string, string | undefined>> } = {},
): Promise<NixTool | null> {
  const surroundings = options.environment ?? process.env;
  const environment = nixEnvironment(surroundings);
  const program = options.program ?? (await firstNix(surroundings.PATH ?? ''));
  if (program === null) return null;
  const version = await versionOf(program, environment);
  if (version === null || isOlder(version, oldest)) return null;
  const tool = { program, environment };
  return {
    version,
    ...tool,
    evaluate: evaluateWith(tool),
    build: buildWith(tool),
    dump: dumpWith(tool),
    sizes: sizesWith(tool),
  };
}

/** Whether a version such as `2.18.1pre2023` lies before `[major, minor]`. */
export function isOlder(version: string, than: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major < than[0] || (major === than[0] && minor < than[1]);
}

/** `nix (Nix) 2.26.3`, `nix (Lix, like Nix) 2.91.1`, `nix (Determinate Nix 3.8.2) 2.30.1`. */
export function parseNixVersion(text: string): string | null {
  return /^nix \(.{1,80}\) (\d+\.\d+[0-9A-Za-z._-]*)/m.exec(text)?.[1] ?? null;
}

// NIX_PATH, NIXPKGS_CONFIG, NIXPKGS_ALLOW_… of the person at the keyboard would change what is evaluated.
function nixEnvironment(surroundings: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const own = Object.entries(surroundings).flatMap(([name, value]) =>
    value !== undefined && kept.test(name) ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(own), LC_ALL: 'C', NO_COLOR: '1', NIX_PATH: '', NIX_PAGER: 'cat' };
}

async function firstNix(searchPath: string): Promise<string | null> {
  for (const folder of [...searchPath.split(path.delimiter), ...usualPlaces]) {
    if (!path.isAbsolute(folder)) continue;
    const program = path.join(folder, 'nix');
    const runnable = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runnable) return program;
  }
  return null;
}

async function versionOf(program: string, environment: Readonly<Record<string, string>>): Promise<string | null> {
  try {
    const run = await runBounded({ program, args: ['--version'], environment, timeoutMs: 20_000, maxBytes: 10_000 });
    return run.kind === 'exited' && run.code === 0 ? parseNixVersion(run.stdout) : null;
  } catch {
    return null;
  }
}
