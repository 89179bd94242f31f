import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '../foundation/errors.ts';
import { migrate, migrations } from '../migrations/index.ts';
import { createFileBlobs } from '../platform/blobs/files.ts';
import type { BlobStore } from '../platform/blobs/index.ts';
import type { Database } from '../platform/database/index.ts';
import { openPostgres } from '../platform/database/postgres.ts';
import { openSqlite } from '../platform/database/sqlite.ts';

const storageErrors = { unwritable: { code: 'storage.unwritable', retryable: false } } as const;

/** Opens the database that the setting names, with the schema up to date. */
export async function openDatabase<Tables>(options: {
  readonly setting: string;
  readonly folder: string;
  readonly now: number;
}): Promise<Database<Tables>> {
  const { setting, folder } = options;
  const database = setting.startsWith('sqlite:')
    ? await openSqlite<Tables>({ file: path.resolve(folder, setting.slice('sqlite:'.length)) })
    : await openPostgres<Tables>({ url: setting });
  try {
    await migrate(database, migrations, options.now);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Opens the blob store that the setting names. */
export async function openBlobs(options: { readonly setting: string; readonly folder: string }): Promise<BlobStore> {
  const directory = path.resolve(options.folder, options.setting.slice('files:'.length));
  await makeFolder(directory);
  return createFileBlobs({ directory });
}

/** Makes a folder; where that is not allowed, says so in one sentence. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeMissing(folder);
  } catch (error) {
    throw new AppError(storageErrors.unwritable, `the folder ${folder} cannot be written: ${messageOf(error)}`, {
      cause: error,
      hint: 'Choose a folder that you own with --workspace DIR, or correct its permissions.',
    });
  }
}

// Node's own recursion never ends where a parent is there and takes no folders, as under /proc.
async function makeMissing(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  if (parent !== folder && !existsSync(parent)) await makeMissing(parent);
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST' || !statSync(folder).isDirectory()) throw error;
  });
}
