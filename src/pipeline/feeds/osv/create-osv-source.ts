import type { FeedItem, FeedSource, ReadContext } from '../model.ts';
import { type Normalise, normalisePiece } from '../normalising/normalise-text.ts';
import { fetchBytes } from '../reading/fetch-body.ts';
import { filesOf } from '../reading/files-of.ts';
import { maxRecordBytes } from '../reading/limits.ts';
import { obtain } from '../reading/obtain.ts';
import { documentsOf } from '../reading/pieces.ts';
import { readChanges } from './changes.ts';
import { normaliseOsv } from './normalise.ts';

export interface OsvDatabase extends Omit<FeedSource, 'read' | 'optIn' | 'intervalMs'> {
  readonly intervalMs?: number;
  readonly optIn?: string | null;
  readonly normalise?: Normalise;
  /** Which members of a folder or archive are records. */
  readonly accept?: (name: string) => boolean;
}

/** The cursor of an address: of the archive and of the change list beside it, which is newest first. */
interface Cursor {
  readonly mark: string;
  readonly modified: string | null;
  readonly wholeAt: number;
}

const hour = 3_600_000;
/** How long changes alone are followed before the whole archive shows again what is gone. */
const wholeEveryMs = 7 * 24 * hour;
/** Beyond this many single records the archive is quicker. */
const maxSingles = 2000;

/** A database in the OSV format: `…/<ecosystem>/all.zip` with `modified_id.csv` and single records beside it, another archive, a folder or a file. */
export function createOsvSource(database: OsvDatabase): FeedSource {
  const { normalise = normaliseOsv, accept, ...rest } = database;
  return {
    intervalMs: hour,
    optIn: null,
    ...rest,
    read: (context) => readDatabase(context, { source: database.id, normalise, accept }),
  };
}

interface Reading {
  readonly source: string;
  readonly normalise: Normalise;
  readonly accept: ((name: string) => boolean) | undefined;
}

async function* readDatabase(context: ReadContext, reading: Reading): AsyncGenerator<FeedItem> {
  const cursor = context.cursor === null ? null : (JSON.parse(context.cursor) as Cursor);
  const { location } = context;
  const now = context.clock.now();
  const folder =
    location.kind === 'url' && location.url.endsWith('/all.zip') ? location.url.slice(0, -'all.zip'.length) : null;
  // Read before the archive, so that nothing which changes meanwhile is missed.
  const changes =
    folder === null ? null : await readChanges(context, `${folder}modified_id.csv`, cursor?.modified ?? null);
  if (folder !== null && changes !== null && cursor !== null && cursor.modified !== null) {
    if (now - cursor.wholeAt < wholeEveryMs && changes.ids.length <= maxSingles) {
      if (changes.ids.length === 0) yield { kind: 'unchanged' };
      else {
        yield* readSingles(context, reading, folder, changes.ids);
        yield { kind: 'end', cursor: JSON.stringify({ ...cursor, modified: changes.newest }), complete: false };
      }
      return;
    }
  }
  yield* readWhole(context, reading, { mark: cursor?.mark ?? null, modified: changes?.newest ?? null });
}

async function* readSingles(
  context: ReadContext,
  { source, normalise }: Reading,
  folder: string,
  ids: readonly string[],
): AsyncGenerator<FeedItem> {
  const now = context.clock.now();
  for (const [index, id] of ids.entries()) {
    const content = await fetchBytes(context, {
      url: `${folder}${encodeURIComponent(id)}.json`,
      maxBytes: maxRecordBytes,
    });
    context.progress.advance(index + 1, ids.length, 'changed records');
    if (content === null) yield { kind: 'rejected', id, reason: 'listed as changed, but not there', raw: '' };
    else yield normalisePiece({ name: id, text: content.toString('utf8'), whole: true }, normalise, { source, now });
  }
}

async function* readWhole(
  context: ReadContext,
  { source, normalise, accept }: Reading,
  before: { readonly mark: string | null; readonly modified: string | null },
): AsyncGenerator<FeedItem> {
  const obtained = await obtain(context, { mark: before.mark });
  if (obtained.kind === 'unchanged') {
    yield obtained;
    return;
  }
  const now = context.clock.now();
  let done = 0;
  try {
    for await (const piece of documentsOf(filesOf(obtained.path, context.signal), accept)) {
      context.signal.throwIfAborted();
      yield normalisePiece(piece, normalise, { source, now });
      if (++done % 1000 === 0) context.progress.advance(done, null, 'records');
    }
  } finally {
    await obtained.dispose();
  }
  const cursor: Cursor = { mark: obtained.mark, modified: before.modified, wholeAt: now };
  yield { kind: 'end', cursor: JSON.stringify(cursor), complete: true };
}
