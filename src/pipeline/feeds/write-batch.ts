import { zstdCompressSync } from 'node:zlib';
import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { inParts } from '../../foundation/in-parts.ts';
import { affectedRows } from './affected-rows.ts';
import { takeNumbers } from './counters.ts';
import type { BatchPlan, RecordWrite } from './plan-batch.ts';
import { packRaw } from './raw-pack.ts';
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
    source,
    at,
    plan,
    products,
  }: {
    readonly source: string;
    readonly at: EpochMs;
    readonly plan: BatchPlan;
    readonly products: Map<string, number>;
  },
): Promise<void> {
  const moved = plan.records.filter((write) => write.moved);
  const packs = packRaw(plan.records.map((write) => write.raw));
  const places = packs.flatMap((pack, index) => pack.places.map((place) => ({ ...place, index })));
  const next = await takeNumbers(trx, {
    record: plan.records.filter((write) => write.stored === null).length,
    pack: packs.length,
    change: moved.length,
  });
  const keys = new Map<RecordWrite, number>();
  let [key, change] = [next.record, next.change];
  for (const write of plan.records) keys.set(write, write.stored?.id ?? key++);
  const keyOf = (write: RecordWrite) => keys.get(write) ?? 0;

  await upsertRecords(
    trx,
    plan.records.map((write, index) => ({
      id: keyOf(write),
      source,
      record_id: write.record.id,
      state: write.record.state,
      published_at: write.record.publishedAt,
      modified_at: write.record.modifiedAt,
      first_seen_at: at,
      meaning_digest: write.encoded.meaningDigest,
      raw_digest: write.rawDigest,
      raw_pack: next.pack + (places[index]?.index ?? 0),
      raw_offset: places[index]?.offset ?? 0,
      raw_length: places[index]?.length ?? 0,
      change: write.moved ? change++ : (write.stored?.change ?? 0),
      missing_since: null,
    })),
  );
  await insertPacks(
    trx,
    packs.map(({ content }, index) => ({ id: next.pack + index, content })),
  );
  await upsertBodies(
    trx,
    moved.map((write) => ({ record_id: keyOf(write), body: write.encoded.body })),
  );
  await replaceAffected(trx, {
    rewritten: moved.flatMap((write) => write.stored?.id ?? []),
    rows: await affectedRows(
      trx,
      products,
      moved.map((write) => ({ key: keyOf(write), record: write.record })),
    ),
  });
  await upsertScores(
    trx,
    plan.scores.map(({ id, epss, raw }) => ({ id, source, epss: String(epss), raw })),
  );
  await moveQuarantine(trx, source, at, plan);
}

async function upsertRecords(trx: Transaction<FeedsTables>, rows: readonly FeedsTables['feed_record'][]) {
  for (const part of inParts(rows))
    await trx
      .insertInto('feed_record')
      .values(part)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          state: row.ref('excluded.state'),
          published_at: row.ref('excluded.published_at'),
          modified_at: row.ref('excluded.modified_at'),
          meaning_digest: row.ref('excluded.meaning_digest'),
          raw_digest: row.ref('excluded.raw_digest'),
          raw_pack: row.ref('excluded.raw_pack'),
          raw_offset: row.ref('excluded.raw_offset'),
          raw_length: row.ref('excluded.raw_length'),
          change: row.ref('excluded.change'),
          missing_since: row.ref('excluded.missing_since'),
        })),
      )
      .execute();
}

async function insertPacks(trx: Transaction<FeedsTables>, rows: readonly FeedsTables['feed_pack'][]) {
  for (const part of inParts(rows)) await trx.insertInto('feed_pack').values(part).execute();
}

async function upsertBodies(trx: Transaction<FeedsTables>, rows: readonly FeedsTables['feed_body'][]) {
  for (const part of inParts(rows))
    await trx
      .insertInto('feed_body')
      .values(part)
      .onConflict((conflict) => conflict.column('record_id').doUpdateSet((row) => ({ body: row.ref('excluded.body') })))
      .execute();
}

async function replaceAffected(
  trx: Transaction<FeedsTables>,
  given: { readonly rewritten: readonly number[]; readonly rows: readonly FeedsTables['feed_affected'][] },
) {
  for (const part of inParts(given.rewritten))
    await trx.deleteFrom('feed_affected').where('record_id', 'in', part).execute();
  for (const part of inParts(given.rows)) await trx.insertInto('feed_affected').values(part).execute();
}

async function upsertScores(trx: Transaction<FeedsTables>, rows: readonly FeedsTables['feed_score'][]) {
  for (const part of inParts(rows))
    await trx
      .insertInto('feed_score')
      .values(part)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          source: row.ref('excluded.source'),
          epss: row.ref('excluded.epss'),
          raw: row.ref('excluded.raw'),
        })),
      )
      .execute();
}

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
