import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Configuration } from '../config/index.ts';
import { AppError, messageOf } from '../foundation/errors.ts';
import { migrate, migrations } from '../migrations/index.ts';
import { createFileBlobs } from '../platform/blobs/files.ts';
import type { BlobStore } from '../platform/blobs/index.ts';
import type { Database } from '../platform/database/index.ts';
import { openPostgres } from '../platform/database/postgres.ts';
import { openSqlite } from '../platform/database/sqlite.ts';

const storageErrors = { unwritable: { code: 'storage.unwritable', retryable: false } } as const;

/** Opens the database that the setting names, as it is; null where there is none yet. */
export async function openAsIs<Tables>(options: {
  readonly setting: string;
  readonly folder: string;
}): Promise<Database<Tables> | null> {
  const { setting, folder } = options;
  const file = setting.startsWith('sqlite:') ? path.resolve(folder, setting.slice('sqlite:'.length)) : null;
  if (file !== null && !existsSync(file)) return null;
  return file === null ? openPostgres<Tables>({ url: setting }) : openSqlite<Tables>({ file });
}

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

/** Opens the blob store that the settings name. */
export async function openBlobs(options: {
  readonly storage: Configuration['storage'];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}): Promise<BlobStore> {
  const { storage, folder, environment } = options;
  const bucket = /^s3:\/\/([^/]+)\/?(.*)$/.exec(storage.blobs);
  if (bucket !== null) {
    const { createS3Blobs } = await import('../platform/blobs/s3.ts');
    const [, name = '', prefix = ''] = bucket;
    return createS3Blobs({
      endpoint: storage.s3.endpoint ?? null,
      region: storage.s3.region,
      bucket: name,
      prefix: prefix === '' ? '' : `${prefix.replace(/\/+$/, '')}/`,
      credentials: s3Credentials(storage.s3, environment),
      addressSeconds: Math.floor(storage.s3.redirect / 1000),
    });
  }
  const directory = path.resolve(folder, storage.blobs.slice('files:'.length));
  await makeFolder(directory);
  return createFileBlobs({ directory });
}

function s3Credentials(
  { access_key_env, secret_key_env }: Configuration['storage']['s3'],
  environment: Readonly<Record<string, string | undefined>>,
) {
  if (access_key_env === undefined || secret_key_env === undefined) return null;
  const [accessKeyId, secretAccessKey] = [environment[access_key_env], environment[secret_key_env]];
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey };
  throw new AppError(
    { code: 'config.secret', retryable: false },
    `the environment has no ${accessKeyId ? secret_key_env : access_key_env} for the blob store`,
    { hint: 'Set it, or take access_key_env and secret_key_env out to use the credentials of the machine.' },
  );
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
