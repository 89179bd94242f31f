import { createHash, type KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Clock, type EpochMs, toIso } from '../../../foundation/clock.ts';
import { AppError, messageOf } from '../../../foundation/errors.ts';
import type { Progress } from '../../../platform/log/index.ts';
import type { FeedItem, FeedSource } from '../model.ts';
import type { FeedStore } from '../store.ts';
import { type SyncOutcome, syncFeed } from '../sync-feed.ts';
import { boundedLines } from './bounded-lines.ts';
import { type BundleManifest, bundleErrors, parseBundleHead } from './format.ts';

export interface ImportedFeed {
  readonly source: string;
  /** Null for a source that this version does not know. */
  readonly outcome: SyncOutcome | null;
}

/**
 * Takes a signed bundle in as if each source had been read in whole: what did not change is not written, what is lacking
 * is gone after the second time. Nothing is taken before all of it is checked.
 */
export async function importFeeds(given: {
  readonly store: FeedStore;
  readonly sources: readonly FeedSource[];
  readonly file: string;
  /** Ed25519, public: any of them. */
  readonly keys: readonly KeyObject[];
  /** When the newest bundle that was taken in was written; null for the first. */
  readonly newest: EpochMs | null;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}): Promise<{ readonly createdAt: EpochMs; readonly feeds: readonly ImportedFeed[] }> {
  const { store, sources, file, newest, clock, progress, signal } = given;
  const manifest = await check(given);
  // What was signed once stays signed: an old bundle would take back what is known since.
  if (newest !== null && manifest.createdAt < newest)
    throw new AppError(
      bundleErrors.older,
      `the bundle of ${toIso(manifest.createdAt)} is older than the one of ${toIso(newest)} that was taken in`,
      { hint: 'Take the newest one. To go back on purpose, restore a backup of the workspace.' },
    );
  const lines = linesOf(file);
  // The head was checked.
  for (let line = 0; line < 2; line++) await lines.next();
  const imported: ImportedFeed[] = [];
  for (const { source: id, lines: count, readAt } of manifest.parts) {
    const source = sources.find((one) => one.id === id);
    const items = takeItems(lines, count, Math.min(readAt ?? manifest.createdAt, clock.now()));
    if (source === undefined) {
      for await (const _ of items);
      imported.push({ source: id, outcome: null });
      continue;
    }
    progress.step(`taking in ${id}`);
    const outcome = await syncFeed({
      source: { ...source, read: () => items },
      location: { kind: 'path', path: 'bundle' },
      secret: null,
      store,
      fetcher: { fetch: () => Promise.reject(new Error('a bundle needs no network')) },
      clock,
      progress,
      signal,
    });
    imported.push({ source: id, outcome });
  }
  return { createdAt: manifest.createdAt, feeds: imported };
}

const copyAgain = { hint: 'Nothing was taken in. Copy the bundle again from where it was written.' };

async function check({
  file,
  keys,
  signal,
}: {
  readonly file: string;
  readonly keys: readonly KeyObject[];
  readonly signal: AbortSignal;
}): Promise<BundleManifest> {
  const lines = linesOf(file);
  const next = async () => {
    signal.throwIfAborted();
    const line = await lines.next();
    if (line.done === true) throw new AppError(bundleErrors.unreadable, 'the bundle ends too early', copyAgain);
    return line.value;
  };
  const manifest = parseBundleHead(await next(), await next(), keys);
  for (const part of manifest.parts) {
    const digest = createHash('sha256');
    for (let line = 0; line < part.lines; line++) digest.update(`${await next()}\n`);
    if (digest.digest('base64url') !== part.sha256)
      throw new AppError(
        bundleErrors.untrusted,
        `the records of ${part.source} are not those that were signed`,
        copyAgain,
      );
  }
  if ((await lines.next()).done !== true)
    throw new AppError(bundleErrors.untrusted, 'the bundle has more than was signed', copyAgain);
  return manifest;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  // Failures of either stream come out of the last.
  const bytes = pipeline(createReadStream(file), createGunzip(), () => {});
  try {
    yield* boundedLines(bytes);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(bundleErrors.unreadable, `${file}: ${messageOf(error)}`, { cause: error, ...copyAgain });
  }
}

/** The lines were signed by an installation of ours: their shape is known. All are taken, also when the sync stops early. */
async function* takeItems(lines: AsyncGenerator<string>, count: number, asOf: EpochMs): AsyncGenerator<FeedItem> {
  let taken = 0;
  try {
    for (; taken < count; taken++) {
      const line = await lines.next();
      if (line.done !== true) yield JSON.parse(line.value) as FeedItem;
    }
    yield { kind: 'end', cursor: null, complete: true, asOf };
  } finally {
    for (; taken < count; taken++) await lines.next();
  }
}
