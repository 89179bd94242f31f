import { readFile } from 'node:fs/promises';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { AppError, messageOf } from '../../foundation/errors.ts';

/** A TOML file of the starter world under its schema. */
export async function readToml<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.infer<Schema>> {
  try {
    return schema.parse(parse(await readFile(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw starterError(`${file}: ${why}`, error);
  }
}

export function starterError(message: string, cause?: unknown): AppError {
  return new AppError({ code: 'starter.unreadable', retryable: false }, message.slice(0, 1000), {
    cause,
    hint: 'The files of the starter world belong together: get them all anew from one version of Snowguard.',
  });
}
