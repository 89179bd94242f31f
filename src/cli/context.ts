import type { Command } from 'commander';
import type { Clock } from '../foundation/clock.ts';
import { plainLines } from '../platform/log/plain-text.ts';

/** What a command may touch of the world around it. */
export interface CliContext {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

/** Prints data on stdout: as JSON, or as the text that `lines` makes of it. */
export function print(context: CliContext, json: boolean, value: unknown, lines: () => readonly string[]): void {
  const text = json ? JSON.stringify(value, null, 2) : plainLines(lines().join('\n'));
  if (text !== '') context.stdout.write(`${text}\n`);
}

/** A command: parsed by commander, its exit status given to `finish` (0 when it is not called). */
export type CommandMaker = (context: CliContext, finish: (status: number) => void) => Command;
