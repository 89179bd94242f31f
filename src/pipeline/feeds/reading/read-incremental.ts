import { AppError } from '../../../foundation/errors.ts';
import type { FeedItem, Normalised, ReadContext } from '../model.ts';
import { feedErrors } from './errors.ts';
import { fetchBytes } from './fetch-body.ts';
import { filesOf } from './files-of.ts';
import { maxRecordBytes } from './limits.ts';
import { obtain } from './obtain.ts';
import { documentsOf, type Piece } from './pieces.ts';

/** What a list of changes says since a point that it named itself before. */
export interface Changes {
  /** Null when the list does not reach back so far. */
  readonly ids: readonly string[] | null;
  /** The point to go on from. */
  readonly newest: string | null;
}

export interface IncrementalOptions {
  /** The list of changes beside the archive; resolves to null where there is none. Null for a folder or file. */
  readonly changesSince: ((since: string | null) => Promise<Changes | null>) | null;
  readonly urlOfRecord: (id: string) => string;
  readonly normalise: (piece: Piece) => Normalised;
  /** Which members of a folder or archive are records. */
  readonly accept?: (name: string) => boolean;
  /** Where the archive lies, when it is not the location itself. */
  readonly archiveUrl?: string;
}

interface Cursor {
  /** Of the archive. */
  readonly mark: string;
  /** Of the list of changes. */
  readonly newest: string | null;
  readonly wholeAt: number;
  /** Listed as changed, but not there: asked for again, because a list may be ahead of what it lists. */
  readonly absent?: readonly string[];
}

/** How long changes alone are followed before the whole archive shows again what is gone. */
const wholeEveryMs = 7 * 86_400_000;
/** Beyond this many single records the archive is quicker. */
const maxSingles = 2000;

/** A source of single records with a list of changes and an archive of all: the archive at first and every week, between them what changed. */
export async function* readIncremental(context: ReadContext, options: IncrementalOptions): AsyncGenerator<FeedItem> {
  const cursor = context.cursor === null ? null : (JSON.parse(context.cursor) as Cursor);
  // Read before the archive, so that nothing which changes meanwhile is missed.
  const changes = (await options.changesSince?.(cursor?.newest ?? null)) ?? null;
  const isRecent = cursor !== null && cursor.newest !== null && context.clock.now() - cursor.wholeAt < wholeEveryMs;
  if (isRecent && changes?.ids != null && changes.ids.length <= maxSingles) {
    const asked = new Set([...changes.ids, ...(cursor.absent ?? [])]);
    if (asked.size === 0) yield { kind: 'unchanged' };
    else {
      const absent = yield* readSingles(context, options, [...asked]);
      const next: Cursor = { ...cursor, newest: changes.newest, absent };
      yield { kind: 'end', cursor: JSON.stringify(next), complete: false };
    }
  } else yield* readArchive(context, options, { mark: cursor?.mark ?? null, newest: changes?.newest ?? null });
}

const mostAbsent = 100;

/** Records that lie at an address each. One that is not there is rejected, for a list of changes named it, and given back in the end. */
export async function* readSingles(
  context: ReadContext,
  { urlOfRecord, normalise }: Pick<IncrementalOptions, 'urlOfRecord' | 'normalise'>,
  ids: readonly string[],
): AsyncGenerator<Normalised, readonly string[]> {
  const absent: string[] = [];
  for (const [index, id] of ids.entries()) {
    const content = await fetchBytes(context, { url: urlOfRecord(id), maxBytes: maxRecordBytes });
    context.progress.advance(index + 1, ids.length, 'changed records');
    if (content === null) {
      absent.push(id);
      yield { kind: 'rejected', id, reason: 'listed as changed, but not there', raw: '' };
    } else yield normalise({ name: id, text: content.toString('utf8'), whole: true });
  }
  return absent.slice(0, mostAbsent);
}

async function* readArchive(
  context: ReadContext,
  { normalise, accept, archiveUrl: url }: IncrementalOptions,
  before: { readonly mark: string | null; readonly newest: string | null },
): AsyncGenerator<FeedItem> {
  const obtained = await obtain(context, { mark: before.mark, ...(url === undefined ? {} : { request: { url } }) });
  if (obtained.kind === 'unchanged') {
    yield obtained;
    return;
  }
  let done = 0;
  try {
    for await (const piece of documentsOf(filesOf(obtained.path, context.signal, obtained.name), accept)) {
      context.signal.throwIfAborted();
      yield normalise(piece);
      if (++done % 1000 === 0) context.progress.advance(done, null, 'records');
    }
  } finally {
    await obtained.dispose();
  }
  if (done === 0)
    throw new AppError(feedErrors.unreadable, 'there is no record of this source', {
      hint: 'Check the location of this source in the configuration: it leads to something else.',
    });
  const cursor: Cursor = { mark: obtained.mark, newest: before.newest, wholeAt: context.clock.now() };
  yield { kind: 'end', cursor: JSON.stringify(cursor), complete: true };
}
