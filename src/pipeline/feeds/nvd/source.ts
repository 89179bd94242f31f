import { setTimeout as wait } from 'node:timers/promises';
import { toIso } from '../../../foundation/clock.ts';
import { AppError } from '../../../foundation/errors.ts';
import type { FeedItem, FeedSource, Normalised, ReadContext } from '../model.ts';
import { normalisePiece } from '../normalising/normalise-text.ts';
import { feedErrors } from '../reading/errors.ts';
import { fetchBody } from '../reading/fetch-body.ts';
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

/** Answers of the API, or yearly files of the same shape, in a folder or archive. */
async function* recordsIn(path: string, context: ReadContext): AsyncGenerator<Normalised> {
  for await (const { name, bytes } of filesOf(path, context.signal)) yield* recordsOf(bytes(), name, context);
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

/** Everything page by page at first, later what changed since, in windows. The cursor is the instant of the last good sync. */
async function* readApi(context: ReadContext, url: string): AsyncGenerator<FeedItem> {
  const started = context.clock.now();
  const since = context.cursor === null ? null : Number(context.cursor);
  if (since === null || started - since > windowMs) {
    yield* readPages(context, url, null);
    yield { kind: 'end', cursor: String(started), complete: true };
    return;
  }
  yield* readPages(context, url, { from: since - overlapMs, to: started });
  yield { kind: 'end', cursor: String(started), complete: false };
}

async function* readPages(
  context: ReadContext,
  url: string,
  window: { readonly from: number; readonly to: number } | null,
): AsyncGenerator<Normalised> {
  let total = Number.POSITIVE_INFINITY;
  for (let start = 0; start < total; start += pageSize) {
    if (start > 0)
      await wait(context.secret === null ? pauseMs.without : pauseMs.withKey, undefined, { signal: context.signal });
    const page = await fetchBody(context, {
      url: pageUrl(url, start, window),
      maxBytes: maxPageBytes,
      ...(context.secret === null ? {} : { headers: { apiKey: context.secret } }),
    });
    if (page.kind !== 'content')
      throw new AppError(feedErrors.refused, 'the NVD API gives no answer at this address', {
        hint: 'Correct feeds.nvd.url in the configuration.',
      });
    let announced: number | null = null;
    yield* recordsOf(page.body, `startIndex=${start}`, context, (key, text) => {
      if (key === 'totalResults') announced = Number(text);
    });
    if (announced === null || !Number.isSafeInteger(announced))
      throw new AppError(feedErrors.unreadable, 'the answer of the NVD API does not say how many records there are');
    total = announced;
    context.progress.advance(Math.min(total, start + pageSize), total, 'records of the NVD');
  }
}

function pageUrl(base: string, start: number, window: { readonly from: number; readonly to: number } | null): string {
  const url = new URL(base);
  url.searchParams.set('resultsPerPage', String(pageSize));
  url.searchParams.set('startIndex', String(start));
  if (window !== null) {
    url.searchParams.set('lastModStartDate', toIso(window.from));
    url.searchParams.set('lastModEndDate', toIso(window.to));
  }
  return url.href;
}
