import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../foundation/errors.ts';
import type { NixTool } from './index.ts';
import { runBounded } from './run-bounded.ts';
import { features, type Tool } from './run-expression.ts';

const storeErrors = {
  failed: { code: 'nix.store', retryable: false },
  tooLarge: { code: 'nix.too-large', retryable: false },
} as const;

/** `nix store dump-path`, which finds a path wherever the store of this Nix lies. */
export function dumpWith(tool: Tool): NixTool['dump'] {
  return async ({ path, into, maxBytes, signal }) => {
    const child = spawn(tool.program, ['store', 'dump-path', ...features, path], {
      env: tool.environment,
      stdio: ['ignore', 'pipe', 'ignore'],
      signal,
    });
    const ended = new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve(code ?? 128));
    });
    ended.catch(() => {});
    let size = 0;
    const bounded = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        size += chunk.length;
        if (size <= maxBytes) return done(null, chunk);
        done(new AppError(storeErrors.tooLarge, `${path} has more than ${maxBytes} bytes`));
      },
    });
    try {
      await pipeline(child.stdout, bounded, createWriteStream(into));
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    if ((await ended) !== 0) throw new AppError(storeErrors.failed, `${path} cannot be read out of the store`);
  };
}

/** `nix path-info -sS`: lines of a path, its size, and that of its closure. */
export function sizesWith(tool: Tool): NixTool['sizes'] {
  return async ({ paths, signal }) => {
    const run = await runBounded({
      program: tool.program,
      args: ['path-info', '-sS', ...features, ...paths],
      environment: tool.environment,
      timeoutMs: 60_000,
      maxBytes: 1024 * 1024,
      signal,
    });
    if (run.kind !== 'exited' || run.code !== 0)
      throw new AppError(storeErrors.failed, 'the sizes of what was built cannot be read');
    const lines = run.stdout.split('\n').flatMap((line) => {
      const [, size, closure] = /^\S+\s+(\d+)\s+(\d+)\s*$/.exec(line) ?? [];
      return size === undefined ? [] : [{ sizeBytes: Number(size), closureBytes: Number(closure) }];
    });
    return {
      sizeBytes: lines.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      closureBytes: Math.max(0, ...lines.map(({ closureBytes }) => closureBytes)),
    };
  };
}
