import { parseJson } from '../../../formats/json/parse-json.ts';
import { objectAt } from '../../../formats/json/shape.ts';
import { toIso } from '../../../foundation/clock.ts';
import { AppError } from '../../../foundation/errors.ts';
import type { FeedItem, ReadContext } from '../model.ts';
import { normalisePiece } from '../normalising/normalise-text.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';
import { feedErrors } from '../reading/errors.ts';
import { fetchBody } from '../reading/fetch-body.ts';
import { maxPageBytes } from '../reading/limits.ts';
import { elementsOf, type Piece } from '../reading/pieces.ts';
import { normaliseGhsa } from './normalise.ts';

const pageSize = 100;
/** Of one sync; the next goes on from there. Without a token GitHub answers 60 times an hour. */
const maxPages = { withToken: 1000, without: 40 } as const;

/**
 * The advisories in the order in which they were updated; the cursor is the instant of the last one. The server names the
 * page that follows. One that does not is asked for that second again, so that none is missed and a few come twice.
 */
export async function* readApi(context: ReadContext, source: string, url: string): AsyncGenerator<FeedItem> {
  const naming = { source, now: context.clock.now() };
  const seen = new Set<string>();
  let since = context.cursor === null ? null : Number(context.cursor);
  let next: string | null = null;
  for (let left = context.secret === null ? maxPages.without : maxPages.withToken; left > 0; left--) {
    const address = next ?? pageUrl(url, since === null ? null : `>=${iso(since)}`, 'asc');
    const { pieces: page, next: named } = await readPage(context, address);
    next = named;
    const isFull = page.length >= pageSize;
    const last = Math.max(since ?? 0, ...page.map((piece) => updatedAt(piece, naming.now) ?? 0));
    if (isFull && last === since && next === null) page.push(...(await restOfSecond(context, url, since)));
    for (const piece of page) {
      if (!seen.has(piece.text)) yield normalisePiece(piece, normaliseGhsa, naming);
      seen.add(piece.text);
    }
    context.progress.advance(seen.size, null, 'advisories of GitHub');
    if (isFull && last === 0) throw unreadable('no advisory of a whole page says when it was updated');
    since = isFull && last === since && next === null ? since + 1000 : last;
    if (!isFull && next === null) break;
  }
  if (seen.size === 0) yield { kind: 'unchanged' };
  else yield { kind: 'end', cursor: String(since), complete: false };
}

/** More of one second than a page holds: the other end of the list shows as many again. */
async function restOfSecond(context: ReadContext, url: string, second: number): Promise<readonly Piece[]> {
  return (await readPage(context, pageUrl(url, `${iso(second)}..${iso(second)}`, 'desc'))).pieces;
}

async function readPage(
  context: ReadContext,
  url: string,
): Promise<{ readonly pieces: Piece[]; readonly next: string | null }> {
  const page = await fetchBody(context, {
    url,
    maxBytes: maxPageBytes,
    headers: {
      Accept: 'application/vnd.github+json',
      ...(context.secret === null ? {} : { Authorization: `Bearer ${context.secret}` }),
    },
  });
  if (page.kind !== 'content') throw unreadable('there is nothing at the address');
  const pieces: Piece[] = [];
  for await (const piece of elementsOf(page.body, { name: 'advisories', path: [] })) pieces.push(piece);
  return { pieces, next: page.next ?? null };
}

function pageUrl(base: string, updated: string | null, direction: 'asc' | 'desc'): string {
  const url = new URL(base);
  url.searchParams.set('type', 'reviewed');
  url.searchParams.set('sort', 'updated');
  url.searchParams.set('direction', direction);
  url.searchParams.set('per_page', String(pageSize));
  if (updated !== null) url.searchParams.set('updated', updated);
  return url.href;
}

function updatedAt({ text }: Piece, now: number): number | null {
  try {
    const { updated_at: updated } = objectAt(parseJson(text), 'the advisory');
    return typeof updated === 'string' ? plausibleInstant(updated, now) : null;
  } catch {
    // What is broken is set aside when it is normalised.
    return null;
  }
}

/** GitHub's instants have no fractions. */
function iso(instant: number): string {
  return toIso(instant).replace(/\.\d+Z$/, 'Z');
}

function unreadable(why: string): AppError {
  return new AppError(feedErrors.unreadable, `the API of GitHub: ${why}`, {
    hint: 'Correct the address of this source in the configuration.',
  });
}
