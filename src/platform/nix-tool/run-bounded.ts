import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export type RunOutcome =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'timeout'; readonly stderr: string }
  | { readonly kind: 'too-large' };

const maxStderr = 200_000;

export interface RunBounds {
  readonly cwd?: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => boolean;
}

/**
 * Runs a program with bounds on time and output; at the bound, or on abort, it and its children are killed. Each line of
 * stderr goes to `onLine`; a line for which it answers true is not kept.
 */
export function runBounded(
  options: RunBounds & {
    readonly program: string;
    readonly args: readonly string[];
    readonly environment: Readonly<Record<string, string>>;
  },
): Promise<RunOutcome> {
  return new Promise((resolve, reject) => {
    options.signal?.throwIfAborted();
    // A process group of its own, so that what it started ends with it.
    const child = spawn(options.program, options.args, {
      env: options.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    const kill = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        child.kill('SIGKILL');
      }
    };
    let ended: RunOutcome | null = null;
    let aborted = false;
    let size = 0;
    const chunks: Buffer[] = [];
    let stderr = '';
    const timer = setTimeout(() => {
      ended = { kind: 'timeout', stderr };
      kill();
    }, options.timeoutMs);
    const onAbort = () => {
      aborted = true;
      kill();
    };
    options.signal?.addEventListener('abort', onAbort, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= options.maxBytes) chunks.push(chunk);
      else {
        ended ??= { kind: 'too-large' };
        kill();
      }
    });
    const lines = createInterface({ input: child.stderr, crlfDelay: Number.POSITIVE_INFINITY });
    lines.on('line', (line) => {
      if (options.onLine?.(line) === true) return;
      stderr = `${stderr}${line}\n`.slice(-maxStderr);
    });
    const linesDone = new Promise<void>((done) => lines.on('close', done));
    const finish = (work: () => void) => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
      work();
    };
    child.on('error', (error) => finish(() => reject(error)));
    child.on('close', async (code) => {
      await linesDone;
      finish(() => {
        if (aborted) reject(options.signal?.reason ?? new Error('aborted'));
        else
          resolve(
            ended ?? { kind: 'exited', code: code ?? 128, stdout: Buffer.concat(chunks).toString('utf8'), stderr },
          );
      });
    });
  });
}
