import path from 'node:path';
import { appendEvent, latestEvents } from '../journal/index.ts';
import { exportFeeds, feedSources, importFeeds } from '../pipeline/feeds/index.ts';
import type { Workspace } from './open-workspace.ts';
import { exportKey, publicKeyFile, readPublicKey } from './signing-keys.ts';

const bundleTaken = 'feeds.bundle-taken';

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
    key: await exportKey(folder),
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
  { context, database }: Workspace,
  given: { readonly file: string; readonly keyFiles: readonly string[]; readonly signal: AbortSignal },
): Promise<ImportedBundle> {
  const [last] = await latestEvents(database, { kinds: [bundleTaken], limit: 1 });
  const newest = last?.payload.createdAt;
  const { createdAt, feeds } = await importFeeds({
    store: context.feedStore,
    sources: feedSources,
    file: given.file,
    keys: await Promise.all(given.keyFiles.map(readPublicKey)),
    newest: typeof newest === 'number' ? newest : null,
    clock: context.clock,
    progress: context.progress,
    signal: given.signal,
  });
  await database.write((trx) =>
    appendEvent(trx, {
      at: context.clock.now(),
      kind: bundleTaken,
      subject: 'bundle',
      actor: 'operator',
      payload: { createdAt, feeds: feeds.map(({ source }) => source) },
    }),
  );
  return {
    feeds: feeds.map(({ source, outcome }) => ({
      feed: source,
      outcome: outcome?.kind ?? 'unknown to this version',
      added: outcome?.kind === 'synced' ? outcome.counts.added : 0,
      changed: outcome?.kind === 'synced' ? outcome.counts.changed : 0,
    })),
  };
}
