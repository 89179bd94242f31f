import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Configuration, configErrors } from '../config/index.ts';
import { AppError, messageOf } from '../foundation/errors.ts';
import { createIdentityData, type IdentityData, readDictionary, readPurlProducts } from '../pipeline/matching/index.ts';

const maxBytes = 256 * 1024 * 1024;

/** The dictionaries that the settings name; without any, the records' own vendors stand in. */
export async function identityOf(setting: Configuration['identity'], folder: string): Promise<IdentityData> {
  const [dictionary, purls] = await Promise.all([
    textOf(setting.cpe_dictionary, folder),
    textOf(setting.purl_to_cpe, folder),
  ]);
  return createIdentityData({
    ...(dictionary === null ? {} : { dictionary: readDictionary(dictionary) }),
    ...(purls === null ? {} : { purlProducts: readPurlProducts(purls) }),
  });
}

async function textOf(named: string | undefined, folder: string): Promise<string | null> {
  if (named === undefined) return null;
  const file = path.resolve(folder, named);
  try {
    const bytes = await readFile(file);
    return (file.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: maxBytes }) : bytes).toString('utf8');
  } catch (error) {
    throw new AppError(configErrors.unreadable, `${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
      hint: 'Correct [identity] in snowguard.toml, or get the file again.',
    });
  }
}
