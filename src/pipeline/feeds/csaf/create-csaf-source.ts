import { AppError } from '../../../foundation/errors.ts';
import type { FeedItem, FeedSource, Normalised, ReadContext } from '../model.ts';
import { normalisePiece } from '../normalising/normalise-text.ts';
import { feedErrors } from '../reading/errors.ts';
import { fetchBytes } from '../reading/fetch-body.ts';
import { filesOf } from '../reading/files-of.ts';
import { maxPageBytes } from '../reading/limits.ts';
import { obtain } from '../reading/obtain.ts';
import { documentsOf, type Piece } from '../reading/pieces.ts';
import { readSingles } from '../reading/read-incremental.ts';
import { readWhole } from '../reading/read-whole.ts';
import { type CsafChange, csafArchiveOf, csafChanges, csafIdOf, firstChanges } from './changes.ts';
import { normaliseCsaf } from './normalise.ts';

/** A provider of CSAF: an address ending in `/` with `changes.csv`, `deletions.csv` and perhaps an archive; or an archive, a folder, a file. */
export function createCsafSource(source: Omit<FeedSource, 'read' | 'optIn' | 'intervalMs'>): FeedSource {
  return {
    ...source,
    intervalMs: 3_600_000,
    optIn: null,
    read: (context) =>
      context.location.kind === 'url' && context.location.url.endsWith('/')
        ? readProvider(context, source.id, context.location.url)
        : readWhole(context, { records: (path) => recordsIn(path, source.id, context) }),
  };
}

/** How many documents are fetched one by one in one sync; the next goes on from there. */
const maxSingles = 2000;

interface Cursor {
  /** Up to which the changes have been followed: at first the instant of the archive, where there is one. */
  readonly reached: number;
  /** Listed as changed, but not there: asked for again as long as they are listed. */
  readonly absent: readonly string[];
}

async function* readProvider(context: ReadContext, source: string, folder: string): AsyncGenerator<FeedItem> {
  const now = context.clock.now();
  const archive =
    context.cursor === null ? csafArchiveOf((await textAt(context, `${folder}archive_latest.txt`)) ?? '') : null;
  if (archive !== null) yield* readArchive(context, source, `${folder}${archive.name}`);
  const cursor = context.cursor === null ? null : cursorOf(context.cursor);
  const since = cursor?.reached ?? archive?.at ?? null;
  const isNew = ({ at }: CsafChange) => since === null || at > since;
  const all = await changesAt(context, folder);
  const changes = all.filter(isNew);
  const deletions = csafChanges((await textAt(context, `${folder}deletions.csv`)) ?? '', now).filter(isNew);
  const next = firstChanges(changes, maxSingles);
  // What was deleted and then written again is not gone.
  const written = new Map(changes.map(({ path, at }) => [path, at]));
  const gone = new Set(deletions.filter(({ path, at }) => (written.get(path) ?? 0) < at).map(({ path }) => path));
  const missed = new Set(cursor?.absent);
  const again = all.filter((change) => !isNew(change) && missed.has(csafIdOf(change.path)));
  if (next.length + again.length === 0 && gone.size === 0 && archive === null) {
    yield { kind: 'unchanged' };
    return;
  }
  const present = [...again, ...next].filter(({ path }) => !gone.has(path));
  const urls = new Map(present.map(({ path }) => [csafIdOf(path), `${folder}${path}`]));
  const naming = { source, now };
  const single = {
    urlOfRecord: (id: string) => urls.get(id) ?? folder,
    normalise: (piece: Piece) => normalisePiece(piece, normaliseCsaf, naming),
  };
  const absent = yield* readSingles(context, single, [...urls.keys()]);
  for (const path of gone) yield { kind: 'gone', id: csafIdOf(path) };
  const isAll = next.length === changes.length;
  const reached = Math.max(since ?? 0, next.at(-1)?.at ?? 0, isAll ? (deletions.at(-1)?.at ?? 0) : 0);
  const end: Cursor = { reached, absent };
  yield { kind: 'end', cursor: JSON.stringify(end), complete: false };
}

/** It was only the instant once. */
function cursorOf(text: string): Cursor {
  const value = JSON.parse(text) as Cursor | number;
  return typeof value === 'number' ? { reached: value, absent: [] } : value;
}

async function* readArchive(context: ReadContext, source: string, url: string): AsyncGenerator<Normalised> {
  const obtained = await obtain(context, { mark: null, request: { url } });
  if (obtained.kind === 'unchanged') return;
  try {
    yield* recordsIn(obtained.path, source, context);
  } finally {
    await obtained.dispose();
  }
}

/** Every document at a path: the lists beside them have other names. */
async function* recordsIn(path: string, source: string, { clock, signal }: ReadContext): AsyncGenerator<Normalised> {
  const context = { source, now: clock.now() };
  for await (const piece of documentsOf(filesOf(path, signal), (name) => name.endsWith('.json'))) {
    signal.throwIfAborted();
    yield normalisePiece(piece, normaliseCsaf, context);
  }
}

async function changesAt(context: ReadContext, folder: string): Promise<readonly CsafChange[]> {
  const text = await textAt(context, `${folder}changes.csv`);
  if (text === null)
    throw new AppError(feedErrors.noSuchLocation, 'there is no list of changes at the address', {
      hint: 'Configure the folder that has changes.csv, or an archive.',
    });
  const changes = csafChanges(text, context.clock.now());
  if (changes.length > 0) return changes;
  throw new AppError(feedErrors.unreadable, 'the list of changes has no line that can be read', {
    hint: 'Look at changes.csv in the folder of this source; the next sync tries again.',
  });
}

async function textAt(context: ReadContext, url: string): Promise<string | null> {
  const content = await fetchBytes(context, { url, maxBytes: maxPageBytes });
  return content === null ? null : content.toString('utf8');
}
