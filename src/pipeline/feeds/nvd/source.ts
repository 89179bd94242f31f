import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { toIso } from '../../../foundation/clock.ts';
import { AppError } from '../../../foundation/errors.ts';
import type { FeedItem, FeedSource, Normalised, ReadContext } from '../model.ts';
import { normalisePiece } from '../normalising/normalise-text.ts';
import { feedErrors } from '../reading/errors.ts';
import { fetchBytes } from '../reading/fetch-body.ts';
import { filesOf } from '../reading/files-of.ts';
import { maxPageBytes } from '../reading/limits.ts';
import { elementsOf } from '../reading/pieces.ts';
import { readWhole } from '../reading/read-whole.ts';
import { normaliseNvd } from './normalise.ts';

export const nvd: FeedSource = {
  id: 'nvd',
  title: 'NVD',
  licence: 'public domain',
  attribution: 'This product uses data from the NVD API but is not endorsed or certified by the NVD.',
  homepage: 'https://nvd.nist.gov',
  defaultUrl: 'https://services.nvd.nist.gov/rest/json/cves/2.0',
  intervalMs: 2 * 3_600_000,
  optIn: null,
  read: (context) =>
    context.location.kind === 'url' && !/\.(gz|zip|json|jsonl)$/.test(context.location.url)
      ? readApi(context, context.location.url)
      : readWhole(context, { records: (path) => recordsIn(path, context) }),
};

/**
 * Answers of the API, yearly files of the same shape, or one record a file, in a folder or archive. A broken file is told of
 * at the end: the others are good.
 */
async function* recordsIn(path: string, context: ReadContext): AsyncGenerator<Normalised> {
  let broken: AppError | null = null;
  for await (const file of filesOf(path, context.signal)) {
    // What else lies in a mirror's folder; a download has no name of its own.
    if (file.name.includes('.') && !/\.json(?:\.gz)?$/.test(file.name)) continue;
    const whole = await file.read();
    if (whole !== null && /^\s*\{\s*"cve"\s*:/.test(whole.toString('utf8', 0, 200))) {
      const piece = { name: file.name, text: whole.toString('utf8'), whole: true };
      yield normalisePiece(piece, normaliseNvd, { source: nvd.id, now: context.clock.now() });
      continue;
    }
    try {
      yield* recordsOf(file.bytes(), file.name, context);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== feedErrors.unreadable.code) throw error;
      broken ??= error;
    }
  }
  if (broken !== null) throw broken;
}

async function* recordsOf(
  bytes: AsyncIterable<Buffer>,
  name: string,
  { clock }: ReadContext,
  onScalar?: (key: string, text: string) => void,
): AsyncGenerator<Normalised> {
  const context = { source: nvd.id, now: clock.now() };
  const options = { name, path: ['vulnerabilities'], ...(onScalar === undefined ? {} : { onScalar }) };
  for await (const piece of elementsOf(bytes, options)) yield normalisePiece(piece, normaliseNvd, context);
}

const pageSize = 2_000;
/** The longest window that the API takes, less a day. */
const windowMs = 119 * 86_400_000;
/** Changes may show up late in the answers. */
const overlapMs = 2 * 3_600_000;
const pauseMs = { withKey: 700, without: 6_200 } as const;

/**
 * Everything page by page at first, later what changed since, in windows. The cursor is the instant at which the last good
 * sync began; with the index of the next page while everything is read, which takes long enough to be cut short.
 */
async function* readApi(context: ReadContext, url: string): AsyncGenerator<FeedItem> {
  const now = context.clock.now();
  const [since = 0, next = null] = context.cursor?.split(' ').map(Number) ?? [];
  const isRecent = now - since <= windowMs;
  if (isRecent && next === null) {
    yield* readPages(context, url, { window: { from: since - overlapMs, to: now } });
    yield { kind: 'end', cursor: String(now), complete: false };
    return;
  }
  const [started, first] = isRecent && next !== null ? [since, next] : [now, 0];
  yield* readPages(context, url, { first, cursorAt: (index) => `${started} ${index}` });
  yield { kind: 'end', cursor: String(started), complete: first === 0 };
}

interface Window {
  readonly from: number;
  readonly to: number;
}

async function* readPages(
  context: ReadContext,
  url: string,
  {
    first = 0,
    window = null,
    cursorAt,
  }: { readonly first?: number; readonly window?: Window | null; readonly cursorAt?: (index: number) => string },
): AsyncGenerator<Extract<FeedItem, { readonly kind: 'record' | 'rejected' | 'reached' }>> {
  const firstWaitMs = context.secret === null ? pauseMs.without : pauseMs.withKey;
  let total = Number.POSITIVE_INFINITY;
  for (let start = first; start < total; ) {
    if (start > first) await wait(firstWaitMs, undefined, { signal: context.signal });
    const page = await fetchBytes(context, {
      url: pageUrl(url, start, window),
      maxBytes: maxPageBytes,
      firstWaitMs,
      ...(context.secret === null ? {} : { headers: { apiKey: context.secret } }),
    });
    if (page === null)
      throw new AppError(feedErrors.refused, 'the NVD API gives no answer at this address', {
        hint: 'Correct feeds.nvd.url in the configuration.',
      });
    let announced = Number.NaN;
    const before = start;
    const onScalar = (key: string, text: string) => {
      if (key === 'totalResults') announced = Number(text);
    };
    for await (const item of recordsOf(Readable.from([page]), `startIndex=${before}`, context, onScalar)) {
      yield item;
      // A server may give smaller pages than it is asked for.
      start++;
    }
    if (!Number.isSafeInteger(announced) || (start === before && start < announced))
      throw new AppError(feedErrors.unreadable, 'the NVD API does not give the records that it announces', {
        hint: 'The next sync tries again.',
      });
    total = announced;
    if (cursorAt !== undefined && start < total) yield { kind: 'reached', cursor: cursorAt(start) };
    context.progress.advance(Math.min(total, start), total, 'records of the NVD');
  }
}

function pageUrl(base: string, start: number, window: Window | null): string {
  const url = new URL(base);
  url.searchParams.set('resultsPerPage', String(pageSize));
  url.searchParams.set('startIndex', String(start));
  if (window !== null) {
    url.searchParams.set('lastModStartDate', toIso(window.from));
    url.searchParams.set('lastModEndDate', toIso(window.to));
  }
  return url.href;
}
