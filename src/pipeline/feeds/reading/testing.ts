import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { compareVersions } from '../../../formats/versions/index.ts';
import type { FetchOutcome, FetchRequest } from '../../../platform/fetcher/index.ts';
import { silentProgress } from '../../../platform/log/index.ts';
import type { AffectedProduct, FeedItem, FeedLocation, FeedRecord, FeedSource, Range } from '../model.ts';

/** 2026-06-01: the day after the public snapshot ends. */
export const snapshotDay = Date.UTC(2026, 5, 1);

/** Real data that lies beside the project; null, with one line, where it is absent. */
export function feedData(path: string): string | null {
  const place = `../shared/data/feeds/${path}`;
  if (existsSync(place)) return place;
  console.log(`left out: ${place} is not there`);
  return null;
}

export interface Asked {
  readonly location: FeedLocation;
  readonly cursor?: string | null;
  readonly secret?: string | null;
  readonly now?: number;
  /** What an address answers; null is 404. Asked for again and again where a source does so. */
  readonly answer?: (request: FetchRequest) => string | Buffer | FetchOutcome | null;
}

/** Everything that one reading of a source yields. */
export async function readItems(source: FeedSource, asked: Asked): Promise<readonly FeedItem[]> {
  const items: FeedItem[] = [];
  const given = {
    location: asked.location,
    cursor: asked.cursor ?? null,
    secret: asked.secret ?? null,
    fetcher: { fetch: async (request: FetchRequest) => outcomeOf(asked.answer?.(request) ?? null) },
    clock: { now: () => asked.now ?? snapshotDay },
    progress: silentProgress,
    signal: new AbortController().signal,
  };
  for await (const item of source.read(given)) items.push(item);
  return items;
}

/** The records at a path by id; one that is rejected fails the test. */
export async function recordsAt(source: FeedSource, path: string): Promise<ReadonlyMap<string, FeedRecord>> {
  const records = new Map<string, FeedRecord>();
  for (const item of await readItems(source, { location: { kind: 'path', path } })) {
    if (item.kind === 'rejected') throw new Error(`${item.id}: ${item.reason}`);
    if (item.kind !== 'record') continue;
    if (records.has(item.record.id)) throw new Error(`${item.record.id} twice`);
    records.set(item.record.id, item.record);
  }
  return records;
}

/** `[1.0, 1.2) (2.0, ∞)`: ranges as mathematics writes them. */
export function rangesText({ ranges }: Pick<AffectedProduct, 'ranges'>): string {
  return ranges.map(rangeText).join(' ');
}

function rangeText({ lo, loInclusive, hi, hiInclusive }: Range): string {
  return `${lo !== null && loInclusive ? '[' : '('}${lo ?? '-∞'}, ${hi ?? '∞'}${hi !== null && hiInclusive ? ']' : ')'}`;
}

/** Whether the ranges and versions name a version, in their own order. */
export function isAffected({ scheme, ranges, versions, unaffected }: AffectedProduct, version: string): boolean {
  const order = (bound: string) => compareVersions(scheme, version, bound);
  const holds = ({ lo, loInclusive, hi, hiInclusive }: Range) => {
    const low = lo === null ? 1 : (order(lo) ?? -1);
    const high = hi === null ? -1 : (order(hi) ?? 1);
    return (low > 0 || (low === 0 && loInclusive)) && (high < 0 || (high === 0 && hiInclusive));
  };
  return !unaffected.some(holds) && (ranges.some(holds) || versions.some((listed) => order(listed) === 0));
}

function outcomeOf(answer: string | Buffer | FetchOutcome | null): FetchOutcome {
  if (answer === null) return { kind: 'refused', status: 404, retryAfterMs: null, message: 'not found' };
  if (typeof answer === 'string' || Buffer.isBuffer(answer))
    return { kind: 'content', body: Readable.from([Buffer.from(answer)]), validators: {}, contentType: '' };
  return answer;
}
