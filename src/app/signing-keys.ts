import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '../foundation/errors.ts';
import { makeFolder } from './storage.ts';

const privateKeyFile = 'keys/feeds.pem';
/** In the workspace: hand it to those who are to trust what the workspace exports. */
export const publicKeyFile = 'keys/feeds.pub.pem';

/** The key that a workspace signs its exports with, made at its first use. */
export async function exportKey(folder: string): Promise<KeyObject> {
  const file = path.join(folder, privateKeyFile);
  const known = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw unreadable(file, error);
  });
  if (known !== null) return createPrivateKey(known);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  await makeFolder(path.dirname(file));
  await writeFile(path.join(folder, publicKeyFile), publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  return privateKey;
}

export async function readPublicKey(file: string): Promise<KeyObject> {
  try {
    const key = createPublicKey(await readFile(file));
    if (key.asymmetricKeyType === 'ed25519') return key;
    throw new Error('it is not an Ed25519 key');
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): AppError {
  return new AppError({ code: 'usage.key', retryable: false }, `the key ${file} cannot be used: ${messageOf(error)}`, {
    cause: error,
    hint: `Get ${publicKeyFile} from the workspace that exported.`,
  });
}
