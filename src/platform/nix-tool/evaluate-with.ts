import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { AppError } from '../../foundation/errors.ts';
import type { NixTool } from './index.ts';
import { runBounded } from './run-bounded.ts';

export const nixErrors = {
  evaluation: { code: 'nix.evaluation', retryable: false },
  timeout: { code: 'nix.timeout', retryable: true },
  tooLarge: { code: 'nix.too-large', retryable: false },
} as const;

const maxOutput = 256 * 1024 * 1024;
const maxMessage = 20_000;

/** What an evaluation of code from outside may not do: build, fetch, read other folders, load native code. */
export const closed = {
  'allow-import-from-derivation': 'false',
  'restrict-eval': 'true',
  'allowed-uris': '',
  'allow-unsafe-native-code-during-evaluation': 'false',
  'eval-cache': 'false',
  'warn-dirty': 'false',
} as const;

export function evaluateWith(tool: {
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
}): NixTool['evaluate'] {
  return async (options) => {
    // Large expressions do not fit on a command line, and stdin is read relative to the current folder by old versions.
    const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'snowguard-eval-')));
    try {
      const file = path.join(folder, 'expression.nix');
      await writeFile(file, options.expression);
      const readable = await Promise.all([folder, ...(options.readable ?? [])].map((place) => realpath(place)));
      const run = await runBounded({
        program: tool.program,
        args: [
          'eval',
          '--extra-experimental-features',
          'nix-command flakes',
          '--json',
          '--read-only',
          ...Object.entries(closed).flatMap(([name, value]) => ['--option', name, value]),
          ...readable.flatMap((place) => ['-I', place]),
          '--file',
          file,
        ],
        environment: tool.environment,
        timeoutMs: options.timeoutMs,
        maxBytes: maxOutput,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        onLine: (line) => {
          if (options.onTrace === undefined || !line.startsWith('trace: ')) return false;
          options.onTrace(line.slice('trace: '.length));
          return true;
        },
      });
      switch (run.kind) {
        case 'timeout':
          throw new AppError(nixErrors.timeout, `the evaluation took longer than ${options.timeoutMs} ms`, {
            hint: 'Raise the time limit, or evaluate fewer packages or systems.',
          });
        case 'too-large':
          throw new AppError(nixErrors.tooLarge, `the evaluation wrote more than ${maxOutput} bytes`);
        case 'exited':
          if (run.code === 0) return run.stdout;
          throw new AppError(nixErrors.evaluation, errorText(run.stderr, run.code));
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

/** From Nix's last `error:` on, where the cause stands at the end; without warnings before it. */
export function errorText(stderr: string, code: number): string {
  const plain = stripVTControlCharacters(stderr).trim();
  const start = /^error:/m.exec(plain)?.index ?? 0;
  const text = plain.slice(start);
  if (text === '') return `nix ended with code ${code} and said nothing`;
  return text.length <= maxMessage ? text : `${text.slice(0, 4000)}\n…\n${text.slice(-(maxMessage - 4003))}`;
}
