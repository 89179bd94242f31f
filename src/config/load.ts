import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, TomlError } from 'smol-toml';
import type { z } from 'zod';
import { AppError, messageOf } from '../foundation/errors.ts';
import { configurationFile } from './configuration-file.ts';
import { problemLines } from './problems.ts';
import { Configuration } from './schema.ts';

export const configErrors = {
  missing: { code: 'config.missing', retryable: false },
  unreadable: { code: 'config.unreadable', retryable: false },
  invalid: { code: 'config.invalid', retryable: false },
} as const;

const maxBytes = 4 * 1024 * 1024;

/** Reads the workspace's snowguard.toml. Failures carry every problem found and what to do. */
export async function loadConfiguration(workspace: string): Promise<Configuration> {
  const file = path.join(workspace, configurationFile);
  const text = await readText(file, {
    missing: `Run "snowguard init ${workspace}" to make a workspace, or name another with --workspace.`,
  });
  return parseSettings(text, { file, schema: Configuration });
}

/** A TOML text under a schema; every problem names its place. */
export function parseSettings<Schema extends z.ZodType>(
  text: string,
  { file, schema }: { readonly file: string; readonly schema: Schema },
): z.infer<Schema> {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    const [first = ''] = messageOf(error).split(/\s{2,}|\s+\d+:/);
    const place = error instanceof TomlError ? `, line ${error.line}` : '';
    throw new AppError(configErrors.invalid, `${file} is not TOML${place}: ${first.slice(0, 200)}`, {
      cause: error,
      hint: `Mend the line that the message names, then run "snowguard config check".`,
    });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError(configErrors.invalid, `${file}: ${problemLines(parsed.error).join('; ')}`, {
    hint: 'Correct the file, then run "snowguard config check". "snowguard init" writes a template that explains each setting.',
  });
}

export async function readText(file: string, hints: { readonly missing: string }): Promise<string> {
  try {
    const bytes = await readFile(file);
    if (bytes.length > maxBytes)
      throw new AppError(configErrors.unreadable, `${file} is larger than ${maxBytes} bytes`);
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof AppError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new AppError(
      missing ? configErrors.missing : configErrors.unreadable,
      missing ? `there is no ${file}` : `${file} cannot be read: ${messageOf(error)}`,
      { cause: error, hint: missing ? hints.missing : 'Check who owns the file and its permissions.' },
    );
  }
}
