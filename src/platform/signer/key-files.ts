import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type CacheKey, isKeyName, parseSecretKey } from '../../formats/nix/signature.ts';
import { AppError, messageOf } from '../../foundation/errors.ts';
import type { Signer } from './index.ts';

const ending = '.secret';
const signerErrors = { unreadable: { code: 'config.cache-key', retryable: false } } as const;

/** Keys as files `NAME.secret` of a folder, as `nix key generate-secret` writes them, beside those given as text. */
export function createKeyFiles(options: {
  readonly directory: string;
  /** One secret key a line, from the environment; empty for none. */
  readonly given: string;
}): Signer {
  const { directory } = options;
  const fileOf = (name: string) => {
    if (!isKeyName(name)) throw new AppError(signerErrors.unreadable, `${JSON.stringify(name)} is no name of a key`);
    return path.join(directory, name + ending);
  };
  return {
    keys: async () => {
      const names = (await orEmpty(readdir(directory))).filter((name) => name.endsWith(ending));
      const files = await Promise.all(names.map((name) => keyIn(path.join(directory, name))));
      const texts = options.given.split(/\s+/).filter((text) => text !== '');
      const all = [...files, ...texts.map((text) => keyOf(text, 'the environment'))];
      return [...new Map(all.map((key) => [key.name, key])).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    add: async (name, text) => {
      const file = fileOf(name);
      await mkdir(directory, { recursive: true, mode: 0o700 });
      try {
        await writeFile(file, `${text}\n`, { flag: 'wx', mode: 0o600 });
        return true;
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return false;
        throw error;
      }
    },
    remove: async (name) => {
      try {
        await rm(fileOf(name));
        return true;
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return false;
        throw error;
      }
    },
  };
}

async function keyIn(file: string): Promise<CacheKey> {
  try {
    return keyOf(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(signerErrors.unreadable, `the key ${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Make it readable for this user only (chmod 600), or take it away.',
    });
  }
}

function keyOf(text: string, where: string): CacheKey {
  const key = parseSecretKey(text);
  if (key !== null) return key;
  throw new AppError(signerErrors.unreadable, `what ${where} holds is no secret key of a cache`, {
    hint: 'A key is NAME:BASE64, as "snowguard cache key generate" and "nix key generate-secret" write it.',
  });
}

async function orEmpty(asked: Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await asked;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
