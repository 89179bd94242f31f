import { zstdCompressSync } from 'node:zlib';
import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { inParts } from '../../foundation/in-parts.ts';
import { type Database, insertRows } from '../../platform/database/index.ts';
import { takeNumbers } from './counters.ts';
import type { BatchPlan, RecordWrite } from './plan-batch.ts';
import type { RawPack } from './raw-pack.ts';
import { replaceAffected } from './replace-affected.ts';
import type { FeedsTables } from './tables.ts';

export interface BatchTotals {
  readonly added: number;
  readonly changed: number;
  /** Added, or there again after they were gone. */
  readonly grown: number;
}

export function totalsOf({ records, scores }: BatchPlan): BatchTotals {
  const count = (test: (write: RecordWrite) => boolean) => records.filter(test).length;
  const newScores = scores.filter((score) => score.isNew).length;
  const added = count(({ stored }) => stored === null) + newScores;
  return {
    added,
    changed: count(({ stored, moved }) => stored !== null && moved) + scores.length - newScores,
    grown: added + count(({ stored }) => stored?.state === 'gone'),
  };
}

/** Writes what a plan says; `products` remembers the ids of product keys. */
export async function writeBatch(
  trx: Transaction<FeedsTables>,
  {
    dialect,
    source,
    at,
    plan,
    packs,
    products,
  }: {
    readonly dialect: Database<never>['dialect'];
    readonly source: string;
    readonly at: EpochMs;
    readonly plan: BatchPlan;
    /** The raw texts of the plan's records, in their order. */
    readonly packs: readonly RawPack[];
    readonly products: Map<string, number>;
  },
): Promise<void> {
  const moved = plan.records.filter((write) => write.moved);
  const places = packs.flatMap((pack, index) => pack.places.map((place) => ({ ...place, index })));
  const next = await takeNumbers(trx, {
    record: plan.records.filter((write) => write.stored === null).length,
    pack: packs.length,
    change: moved.length,
    score: plan.scores.length,
  });
  const keys = new Map<RecordWrite, number>();
  let [key, change] = [next.record, next.change];
  for (const write of plan.records) keys.set(write, write.stored?.id ?? key++);
  const keyOf = (write: RecordWrite) => keys.get(write) ?? 0;

  // Begun together: the database works on one while the rows of the next are made.
  await Promise.all([
    insertRows(trx, {
      dialect,
      table: 'feed_record',
      columns: recordColumns,
      existing: { key: 'id', replacing: recordColumns.slice(3).filter((column) => column !== 'first_seen_at') },
      rows: plan.records.map((write, index) => [
        keyOf(write),
        source,
        write.record.id,
        write.record.state,
        write.record.publishedAt,
        write.record.modifiedAt,
        at,
        write.encoded.meaningDigest,
        write.rawDigest,
        next.pack + (places[index]?.index ?? 0),
        places[index]?.offset ?? 0,
        places[index]?.length ?? 0,
        write.moved ? change++ : (write.stored?.change ?? 0),
        null,
      ]),
    }),
    insertRows(trx, {
      dialect,
      table: 'feed_pack',
      columns: ['id', 'content'],
      rows: packs.map(({ content }, index) => [next.pack + index, content]),
    }),
    insertRows(trx, {
      dialect,
      table: 'feed_body',
      columns: ['record_id', 'body'],
      existing: { key: 'record_id', replacing: ['body'] },
      rows: moved.map((write) => [keyOf(write), write.encoded.body]),
    }),
    replaceAffected(trx, { dialect, products, writes: moved.map((write) => ({ ...write, key: keyOf(write) })) }),
    insertRows(trx, {
      dialect,
      table: 'feed_score',
      columns: ['id', 'source', 'epss', 'raw'],
      existing: { key: 'id', replacing: ['source', 'epss', 'raw'] },
      rows: plan.scores.map(({ id, epss, raw }) => [id, source, String(epss), raw]),
    }),
    moveQuarantine(trx, source, at, plan),
  ]);
}

const recordColumns = [
  'id',
  'source',
  'record_id',
  'state',
  'published_at',
  'modified_at',
  'first_seen_at',
  'meaning_digest',
  'raw_digest',
  'raw_pack',
  'raw_offset',
  'raw_length',
  'change',
  'missing_since',
] as const;

async function moveQuarantine(trx: Transaction<FeedsTables>, source: string, at: EpochMs, plan: BatchPlan) {
  const leaving = [...plan.released, ...plan.rejections.map((rejection) => rejection.id)];
  for (const part of inParts(leaving))
    await trx.deleteFrom('feed_quarantine').where('source', '=', source).where('record_id', 'in', part).execute();
  for (const part of inParts(plan.rejections))
    await trx
      .insertInto('feed_quarantine')
      .values(
        part.map(({ id, reason, raw, digest }) => ({
          source,
          record_id: id,
          at,
          reason,
          digest,
          raw: zstdCompressSync(raw.toWellFormed()),
        })),
      )
      .execute();
}
