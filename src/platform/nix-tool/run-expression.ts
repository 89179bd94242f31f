import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { NixTool } from './index.ts';
import { type RunBounds, type RunOutcome, runBounded } from './run-bounded.ts';

export type Tool = Pick<NixTool, 'program' | 'environment'>;

export const features = ['--extra-experimental-features', 'nix-command flakes'];

/** What an evaluation of code from outside may not do: build, fetch, read other folders, load native code. */
const closed = Object.entries({
  'allow-import-from-derivation': 'false',
  'restrict-eval': 'true',
  'allowed-uris': '',
  'allow-unsafe-native-code-during-evaluation': 'false',
  'eval-cache': 'false',
  'warn-dirty': 'false',
}).flatMap(([name, value]) => ['--option', name, value]);

const maxMessage = 20_000;

/** A subcommand of nix on an expression that may read these folders and nothing else. */
export async function runExpression(
  { program, environment }: Tool,
  {
    command,
    expression,
    readable,
    ...bounds
  }: RunBounds & {
    readonly command: readonly string[];
    readonly expression: string;
    readonly readable: readonly string[];
  },
): Promise<RunOutcome> {
  // Large expressions do not fit on a command line, and stdin is read relative to the current folder by old versions.
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'snowguard-nix-')));
  try {
    const file = path.join(folder, 'expression.nix');
    await writeFile(file, expression);
    const places = await Promise.all([folder, ...readable].map((place) => realpath(place)));
    const open = places.flatMap((place) => ['-I', place]);
    return await runBounded({
      program,
      args: [...command, ...features, ...closed, ...open, '--file', file],
      environment,
      ...bounds,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** From Nix's last `error:` on, where the cause stands at the end; without warnings before it. */
export function errorText(stderr: string, code: number): string {
  const plain = stripVTControlCharacters(stderr).trim();
  const start = /^error:/m.exec(plain)?.index ?? 0;
  const text = plain.slice(start);
  if (text === '') return `nix ended with code ${code} and said nothing`;
  return text.length <= maxMessage ? text : `${text.slice(0, 4000)}\n…\n${text.slice(-(maxMessage - 4003))}`;
}
