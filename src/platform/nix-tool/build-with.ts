import { stripVTControlCharacters } from 'node:util';
import type { NixTool } from './index.ts';
import { errorText, runExpression, type Tool } from './run-expression.ts';

const maxOutput = 1024 * 1024;
const mismatch = /^\s*got:\s+((?:sha256|sha512|sha1)-[A-Za-z0-9+/]{20,100}={0,2})\s*$/gm;

/** Builders, substituters and the sandbox are those that this Nix is configured with; the evaluation is closed in. */
export function buildWith(tool: Tool): NixTool['build'] {
  return async (options) => {
    const run = await runExpression(tool, {
      ...options,
      command: ['build', '--no-link', '--print-out-paths', '--print-build-logs'],
      maxBytes: maxOutput,
    });
    if (run.kind === 'too-large') return { kind: 'failed', log: 'nix build wrote more than is believable' };
    const log = stripVTControlCharacters(run.stderr);
    if (run.kind === 'timeout') return { kind: 'timeout', log };
    if (run.code === 0) return { kind: 'built', outputs: run.stdout.split('\n').filter((line) => line !== ''), log };
    const got = [...new Set([...log.matchAll(mismatch)].map(([, hash = '']) => hash))];
    const [only] = got;
    if (only !== undefined && got.length === 1) return { kind: 'other-hash', got: only, log };
    return { kind: 'failed', log: errorText(log, run.code) };
  };
}
