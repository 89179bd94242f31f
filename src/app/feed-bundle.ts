import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '../foundation/errors.ts';
import { exportFeeds, feedSources, importFeeds } from '../pipeline/feeds/index.ts';
import type { Workspace } from './open-workspace.ts';
import { makeFolder } from './storage.ts';

const privateKeyFile = 'keys/feeds.pem';
const publicKeyFile = 'keys/feeds.pub.pem';

export interface ExportedBundle {
  readonly file: string;
  /** Hand it to those who import; without it they cannot tell who wrote the bundle. */
  readonly publicKey: string;
  readonly feeds: readonly { readonly feed: string; readonly records: number }[];
}

/** Writes every record of every feed into one signed file, for a machine without a network. */
export async function exportBundle(workspace: Workspace, file: string, signal: AbortSignal): Promise<ExportedBundle> {
  const { context, folder } = workspace;
  const { parts } = await exportFeeds({
    store: context.feedStore,
    file,
    key: await ownKey(folder),
    clock: context.clock,
    progress: context.progress,
    signal,
  });
  return {
    file,
    publicKey: path.join(folder, publicKeyFile),
    feeds: parts.map(({ source, lines }) => ({ feed: source, records: lines })),
  };
}

export interface ImportedBundle {
  readonly feeds: readonly {
    readonly feed: string;
    readonly outcome: string;
    readonly added: number;
    readonly changed: number;
  }[];
}

/** Takes in a bundle that one of the keys has signed; nothing before all of it is checked. */
export async function importBundle(
  { context }: Workspace,
  given: { readonly file: string; readonly keyFiles: readonly string[]; readonly signal: AbortSignal },
): Promise<ImportedBundle> {
  const imported = await importFeeds({
    store: context.feedStore,
    sources: feedSources,
    file: given.file,
    keys: await Promise.all(given.keyFiles.map(readPublicKey)),
    clock: context.clock,
    progress: context.progress,
    signal: given.signal,
  });
  return {
    feeds: imported.map(({ source, outcome }) => ({
      feed: source,
      outcome: outcome?.kind ?? 'unknown to this version',
      added: outcome?.kind === 'synced' ? outcome.counts.added : 0,
      changed: outcome?.kind === 'synced' ? outcome.counts.changed : 0,
    })),
  };
}

/** The workspace's key, made at its first use. */
async function ownKey(folder: string): Promise<KeyObject> {
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

async function readPublicKey(file: string): Promise<KeyObject> {
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
    hint: `Get ${publicKeyFile} from the workspace that wrote the bundle.`,
  });
}
