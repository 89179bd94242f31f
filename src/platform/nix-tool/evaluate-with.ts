import { AppError } from '../../foundation/errors.ts';
import type { NixTool } from './index.ts';
import { errorText, runExpression, type Tool } from './run-expression.ts';

const nixErrors = {
  evaluation: { code: 'nix.evaluation', retryable: false },
  timeout: { code: 'nix.timeout', retryable: true },
  tooLarge: { code: 'nix.too-large', retryable: false },
} as const;

const maxOutput = 256 * 1024 * 1024;

export function evaluateWith(tool: Tool): NixTool['evaluate'] {
  return async ({ readable = [], onTrace, ...options }) => {
    const run = await runExpression(tool, {
      ...options,
      command: ['eval', '--json', '--read-only'],
      readable,
      maxBytes: maxOutput,
      onLine: (line) => {
        if (onTrace === undefined || !line.startsWith('trace: ')) return false;
        onTrace(line.slice('trace: '.length));
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
  };
}
