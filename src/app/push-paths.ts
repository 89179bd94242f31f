import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError } from '../foundation/errors.ts';
import { findNix } from '../platform/nix-tool/find-nix.ts';

/** Has the Nix of this machine copy paths with all they need to a cache; the token goes by a file that only we can read. */
export async function pushPaths(given: {
  readonly url: string;
  readonly token: string | null;
  readonly installables: readonly string[];
  readonly cwd: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const nix = await findNix({});
  if (nix === null)
    throw new AppError({ code: 'cache.no-nix', retryable: false }, 'there is no nix on the PATH to copy with', {
      hint: 'Run it on the machine that built the paths.',
    });
  const folder = await mkdtemp(path.join(tmpdir(), 'snowguard-netrc-'));
  try {
    const netrc = path.join(folder, 'netrc');
    const entry = `machine ${new URL(given.url).hostname} login snowguard password ${given.token}\n`;
    await writeFile(netrc, given.token === null ? '' : entry, { mode: 0o600 });
    const options = ['--extra-experimental-features', 'nix-command flakes', '--option', 'netrc-file', netrc];
    const args = ['copy', '--to', `${given.url}?compression=zstd`, ...options, '--', ...given.installables];
    const child = spawn(nix.program, args, {
      cwd: given.cwd,
      env: nix.environment,
      stdio: ['ignore', 2, 2],
      signal: given.signal,
    });
    const [status] = await once(child, 'close');
    if (status !== 0)
      throw new AppError({ code: 'cache.not-pushed', retryable: true }, 'nix copy did not end well: see what it said', {
        hint: 'It needs a token with the scope cache-write in SNOWGUARD_TOKEN: snowguard token create --help',
      });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
