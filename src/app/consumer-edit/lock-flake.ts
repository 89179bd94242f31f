import path from 'node:path';
import { findNix } from '../../platform/nix-tool/find-nix.ts';
import { runBounded } from '../../platform/nix-tool/run-bounded.ts';

export type LockOutcome =
  | { readonly kind: 'locked' }
  | { readonly kind: 'no nix' }
  | { readonly kind: 'failed'; readonly message: string };

const timeoutMs = 30 * 60_000;

/** Runs `nix flake lock` where a flake.nix lies; what Nix says meanwhile goes to `onLine`. */
export async function lockFlake(given: {
  readonly file: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}): Promise<LockOutcome> {
  const nix = await findNix({ environment: given.environment });
  if (nix === null) return { kind: 'no nix' };
  const run = await runBounded({
    program: nix.program,
    args: ['flake', 'lock', '--extra-experimental-features', 'nix-command flakes', path.dirname(given.file)],
    environment: nix.environment,
    timeoutMs,
    maxBytes: 1024 * 1024,
    signal: given.signal,
    onLine: (line) => {
      given.onLine(line);
      return false;
    },
  });
  if (run.kind === 'exited' && run.code === 0) return { kind: 'locked' };
  const message = run.kind === 'exited' ? run.stderr : `it ended by ${run.kind}`;
  return { kind: 'failed', message };
}
