import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { AppError, messageOf } from '../../foundation/errors.ts';
import { type Component, readComponents } from '../../pipeline/consumers/index.ts';
import { findNix } from '../../platform/nix-tool/find-nix.ts';
import { runBounded } from '../../platform/nix-tool/run-bounded.ts';

const closureErrors = {
  unreadable: { code: 'usage.closure', retryable: false },
  noNix: { code: 'closure.no-nix', retryable: false },
  failed: { code: 'closure.failed', retryable: false },
} as const;

const maxBytes = 256 * 1024 * 1024;

export interface ClosureRequest {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** A file that lists components; it goes before the installable. */
  readonly closure: string | undefined;
  /** `.#default`: what Nix has built of it. */
  readonly installable: string | null;
}

export async function closureOf(request: ClosureRequest): Promise<readonly Component[]> {
  const { closure, cwd, installable } = request;
  if (closure !== undefined) return (await componentsOfFile(path.resolve(cwd, closure))).components;
  if (installable === null) return [];
  return builtClosure(installable, request);
}

/** A file with a closure, a graph, a bill of materials or store paths; it may be gzipped. */
export async function componentsOfFile(
  file: string,
): Promise<{ readonly source: string; readonly components: readonly Component[] }> {
  const outcome = readComponents(await textOfFile(file));
  if (outcome.kind === 'components') return outcome;
  throw new AppError(closureErrors.unreadable, `${file} lists no components: ${outcome.reason}`, {
    hint: 'Write one with: nix path-info -r --json .#default > closure.json',
  });
}

/** Gunzipped where it is packed. */
export async function textOfFile(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
    const bytes = await readFile(file);
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return (isPacked ? gunzipSync(bytes, { maxOutputLength: maxBytes }) : bytes).toString('utf8');
  } catch (error) {
    throw new AppError(closureErrors.unreadable, `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

async function builtClosure(installable: string, request: ClosureRequest): Promise<readonly Component[]> {
  const outcome = readComponents(await closureText([absolute(installable, request.cwd)], request));
  if (outcome.kind === 'components') return outcome.components;
  throw new AppError(closureErrors.failed, `what Nix says of ${installable} cannot be read: ${outcome.reason}`);
}

/** What Nix has of installables and store paths, as it prints it: JSON. */
export async function closureText(
  installables: readonly string[],
  { environment, signal }: Pick<ClosureRequest, 'environment' | 'signal'>,
): Promise<string> {
  const named = installables.join(' ').slice(0, 300);
  const nix = await findNix({ environment });
  if (nix === null)
    throw new AppError(closureErrors.noNix, `Nix is needed to look into ${named}, and there is none here`, {
      hint: 'Where it is built, run: nix path-info -r --json INSTALLABLE > closure.json; then name that file.',
    });
  const run = await runBounded({
    program: nix.program,
    args: ['path-info', '-r', '--json', '--extra-experimental-features', 'nix-command flakes', ...installables],
    environment: nix.environment,
    timeoutMs: 10 * 60_000,
    maxBytes,
    signal,
  });
  if (run.kind === 'exited' && run.code === 0) return run.stdout;
  throw new AppError(
    closureErrors.failed,
    `Nix has no closure of ${named}: ${run.kind === 'exited' ? messageOf(run.stderr.slice(-600)) : run.kind}`,
    { hint: `Build it first: nix build --no-link ${named}` },
  );
}

/** Relative flakes are meant from where the command runs. */
export function absolute(installable: string, cwd: string): string {
  const [flake = '', ...rest] = installable.split('#');
  const isPath = flake === '' || /^(?:path:)?[./]/.test(flake);
  return isPath ? [path.resolve(cwd, flake.replace(/^path:/, '') || '.'), ...rest].join('#') : installable;
}
