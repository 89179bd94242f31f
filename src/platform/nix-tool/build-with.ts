import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { closed, errorText } from './evaluate-with.ts';
import type { NixTool } from './index.ts';
import { runBounded } from './run-bounded.ts';

const maxOutput = 1024 * 1024;
const mismatch = /^\s*got:\s+((?:sha256|sha512|sha1)-[A-Za-z0-9+/]{20,100}={0,2})\s*$/gm;

/** Builders, substituters and the sandbox are those that this Nix is configured with; the evaluation is closed in. */
export function buildWith(tool: {
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
}): NixTool['build'] {
  return async (options) => {
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'snowguard-build-')));
    try {
      const file = path.join(folder, 'expression.nix');
      await writeFile(file, options.expression);
      const readable = await Promise.all([folder, ...options.readable].map((place) => realpath(place)));
      const run = await runBounded({
        program: tool.program,
        args: [
          'build',
          '--extra-experimental-features',
          'nix-command flakes',
          '--no-link',
          '--print-out-paths',
          '--print-build-logs',
          ...Object.entries(closed).flatMap(([name, value]) => ['--option', name, value]),
          ...readable.flatMap((place) => ['-I', place]),
          '--file',
          file,
        ],
        environment: tool.environment,
        timeoutMs: options.timeoutMs,
        maxBytes: maxOutput,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      if (run.kind === 'too-large') return { kind: 'failed', log: 'nix build wrote more than is believable' };
      const log = stripVTControlCharacters(run.stderr);
      if (run.kind === 'timeout') return { kind: 'timeout', log };
      if (run.code === 0) return { kind: 'built', outputs: run.stdout.split('\n').filter((line) => line !== ''), log };
      const got = [...new Set([...log.matchAll(mismatch)].map(([, hash = '']) => hash))];
      const [only] = got;
      if (only !== undefined && got.length === 1) return { kind: 'other-hash', got: only, log };
      return { kind: 'failed', log: errorText(log, run.code) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}
