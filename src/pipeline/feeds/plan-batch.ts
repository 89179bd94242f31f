import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import { inParts } from '../../foundation/in-parts.ts';
import { digestOf } from './digest-of.ts';
import type { FeedItem, FeedRecord } from './model.ts';
import { type EncodedRecord, encodeRecord } from './record-codec.ts';
import type { RunState } from './run-state.ts';
import type { FeedsTables } from './tables.ts';

/** A record as the database has it. */
export type StoredRecord = Pick<
  FeedsTables['feed_record'],
  'id' | 'record_id' | 'state' | 'meaning_digest' | 'raw_digest' | 'change' | 'missing_since'
>;

export interface RecordWrite {
  readonly record: FeedRecord;
  readonly raw: string;
  readonly rawDigest: string;
  readonly encoded: EncodedRecord;
  /** Null when it is new. */
  readonly stored: StoredRecord | null;
  /** Whether the meaning moved, and not only how it is written. */
  readonly moved: boolean;
}

export interface ScoreWrite {
  readonly id: string;
  readonly epss: number;
  readonly raw: string;
  readonly isNew: boolean;
}

export interface Rejection {
  readonly id: string;
  readonly reason: string;
  readonly raw: string;
  readonly digest: string;
}

/** What a batch of items changes, told by digests before anything is written. */
export interface BatchPlan {
  readonly records: readonly RecordWrite[];
  readonly scores: readonly ScoreWrite[];
  readonly rejections: readonly Rejection[];
  /** Ids of the quarantine that can be read now. */
  readonly released: readonly string[];
}

/** What a batch is made of. */
export type BatchItem = Exclude<FeedItem, { readonly kind: 'end' | 'unchanged' | 'reached' }>;

const longestId = 200;
const longestRaw = 256 * 1024;
const digestsATurn = 32;

export async function planBatch(
  db: Kysely<FeedsTables>,
  given: readonly BatchItem[],
  { source, lastKey, quarantine, sighting }: RunState,
): Promise<BatchPlan> {
  // A source may give a record twice: the later word counts.
  const items = [...new Map(given.map(checked).map((item) => [idOf(item), item])).values()];
  const stored = await storedRecords(db, source, items.map(idOf));
  const scored = await storedScores(db, items);
  const records: RecordWrite[] = [];
  const scores: ScoreWrite[] = [];
  const rejections: Rejection[] = [];
  const released: string[] = [];
  for (const [index, item] of items.entries()) {
    // Others have a turn: digests of a whole batch would hold the event loop, and the writer waits for its next statement.
    if (index % digestsATurn === digestsATurn - 1) await nextTurn();
    const id = idOf(item);
    const known = stored.get(id) ?? null;
    if (item.kind === 'gone') {
      sighting.gone.add(id);
      continue;
    }
    if (known !== null && known.id <= lastKey && (known.state !== 'gone' || item.kind === 'record'))
      sighting.seen.add(known.id);
    sighting.read += 1;
    sighting.gone.delete(id);
    if (item.kind === 'rejected') {
      sighting.rejected.add(id);
      const digest = digestOf(`${item.reason}\n${item.raw}`);
      if (quarantine.get(id) !== digest)
        rejections.push({ id, reason: plainReason(item.reason), raw: item.raw.slice(0, longestRaw), digest });
      continue;
    }
    if (sighting.rejected.delete(id) || quarantine.has(id)) released.push(id);
    const epss = scoreOf(item.record);
    if (epss !== null) {
      const before = scored.get(id);
      sighting.scores += 1;
      if (before === item.raw) sighting.unchanged += 1;
      else scores.push({ id, epss, raw: item.raw, isNew: before === undefined });
      continue;
    }
    const rawDigest = digestOf(item.raw);
    const returns = known !== null && (known.state === 'gone' || known.missing_since !== null);
    if (known?.raw_digest === rawDigest && !returns) {
      sighting.unchanged += 1;
      continue;
    }
    const encoded = encodeRecord(item.record);
    const moved = known === null || known.state === 'gone' || known.meaning_digest !== encoded.meaningDigest;
    if (!moved) sighting.unchanged += 1;
    records.push({ record: item.record, raw: item.raw, rawDigest, encoded, stored: known, moved });
  }
  return { records, scores, rejections, released };
}

export function idOf(item: BatchItem): string {
  return item.kind === 'record' ? item.record.id : item.id;
}

/** An id that no engine could index, or no page show, is refused here, whatever the source let through. */
function checked(item: BatchItem): BatchItem {
  const id = idOf(item);
  if (id.length <= longestId && /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(id)) return item;
  return {
    kind: 'rejected',
    id: `${id.slice(0, 40).replaceAll(/[^\x21-\x7e]/g, '?')}#${digestOf(id).slice(0, 12)}`,
    reason: 'the id is empty, too long or not plain ASCII',
    raw: item.kind === 'gone' ? '' : item.raw,
  };
}

// PostgreSQL takes no NUL in text.
function plainReason(reason: string): string {
  return reason.replaceAll('\0', '').slice(0, 500).toWellFormed();
}

/** The EPSS probability of a record that says nothing else. */
function scoreOf(record: FeedRecord): number | null {
  const { exploitation } = record;
  if (exploitation === null || exploitation.epss === null) return null;
  const more =
    exploitation.knownExploitedSince ??
    exploitation.ssvc ??
    [record.affected, record.severities, record.statements, record.aliases, record.upstream, record.references].find(
      (list) => list.length > 0,
    );
  return more === null || more === undefined ? exploitation.epss : null;
}

async function storedRecords(
  db: Kysely<FeedsTables>,
  source: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StoredRecord>> {
  const found = new Map<string, StoredRecord>();
  for (const part of inParts(ids)) {
    const rows = await db
      .selectFrom('feed_record')
      .select(['id', 'record_id', 'state', 'meaning_digest', 'raw_digest', 'change', 'missing_since'])
      .where('source', '=', source)
      .where('record_id', 'in', part)
      .execute();
    for (const row of rows) found.set(row.record_id, row);
  }
  return found;
}

async function storedScores(
  db: Kysely<FeedsTables>,
  items: readonly BatchItem[],
): Promise<ReadonlyMap<string, string>> {
  const ids = items.flatMap((item) =>
    item.kind === 'record' && scoreOf(item.record) !== null ? [item.record.id] : [],
  );
  const found = new Map<string, string>();
  for (const part of inParts(ids))
    for (const row of await db.selectFrom('feed_score').select(['id', 'raw']).where('id', 'in', part).execute())
      found.set(row.id, row.raw);
  return found;
}
