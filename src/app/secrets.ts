import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '../foundation/errors.ts';

/** A key that a setting points to: the value of an environment variable, or the first line of a file. */
export async function readSecret(
  setting: { readonly secret_env?: string | undefined; readonly secret_file?: string | undefined },
  given: { readonly folder: string; readonly environment: Readonly<Record<string, string | undefined>> },
): Promise<string | null> {
  if (setting.secret_env !== undefined) return given.environment[setting.secret_env] || null;
  if (setting.secret_file === undefined) return null;
  const file = path.resolve(given.folder, setting.secret_file);
  try {
    return (await readFile(file, 'utf8')).split('\n')[0]?.trim() || null;
  } catch (error) {
    throw new AppError(
      { code: 'config.secret', retryable: false },
      `the key in ${file} cannot be read: ${messageOf(error)}`,
      {
        cause: error,
        hint: 'Correct secret_file in snowguard.toml, or make the file readable for this user.',
      },
    );
  }
}
