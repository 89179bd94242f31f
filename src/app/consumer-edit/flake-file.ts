import { randomUUID } from 'node:crypto';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '../../foundation/errors.ts';

const fileErrors = {
  missing: { code: 'usage.no-flake', retryable: false },
  unreadable: { code: 'flake.unreadable', retryable: false },
  unwritable: { code: 'flake.unwritable', retryable: false },
  changed: { code: 'flake.changed', retryable: true },
} as const;

const maxBytes = 4 * 1024 * 1024;

/** A flake.nix as it was read; the text is null when there is no such file. */
export interface FlakeFile {
  readonly file: string;
  readonly text: string | null;
}

/** Reads the named file, or the flake.nix of the named folder. */
export async function readFlakeFile(named: string): Promise<FlakeFile> {
  const found = await stat(named).catch(() => null);
  const file = found?.isDirectory() === true ? path.join(named, 'flake.nix') : named;
  try {
    if ((await stat(file)).size > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
    // Bytes that are not UTF-8 would not survive being written back.
    return { file, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await readFile(file)) };
  } catch (error) {
    if (isMissing(error)) return { file, text: null };
    throw new AppError(fileErrors.unreadable, `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** The text of a file that must be there. */
export function textOf({ file, text }: FlakeFile): string {
  if (text !== null) return text;
  throw new AppError(fileErrors.missing, `there is no ${file}`, { hint: 'Name the flake with --flake-path.' });
}

/** Puts a new text in the place of the one that was read, whole or not at all, behind symbolic links too. */
export async function writeFlakeFile({ file, text: before }: FlakeFile, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const fresh = path.join(path.dirname(target), `.${path.basename(target)}.${randomUUID()}`);
  try {
    const mode = (await stat(target).catch(() => null))?.mode ?? 0o644;
    const handle = await open(fresh, 'wx', mode & 0o777);
    try {
      await handle.chmod(mode & 0o777);
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if ((await readFlakeFile(target)).text !== before)
      throw new AppError(fileErrors.changed, `${file} was changed by somebody else meanwhile`, {
        hint: 'Nothing was written. Run the command again.',
      });
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { force: true });
    if (error instanceof AppError) throw error;
    throw new AppError(fileErrors.unwritable, `${file} cannot be written: ${messageOf(error)}`, {
      cause: error,
      hint: 'Check who owns the file and its folder. Nothing was written.',
    });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
