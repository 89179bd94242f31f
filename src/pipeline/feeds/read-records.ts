import type { Kysely } from 'kysely';
import { inParts } from '../../foundation/in-parts.ts';
import { filedKey } from './filed-key.ts';
import type { AffectedProduct, FeedRecord } from './model.ts';
import { unpackRaw } from './raw-pack.ts';
import { decodeAffected, decodeRecord } from './record-codec.ts';
import type { FeedsTables } from './tables.ts';

/** What an active record says of the product that was asked for. */
export interface Candidate {
  /** The record's number in our database. */
  readonly recordKey: number;
  readonly source: string;
  readonly recordId: string;
  readonly affected: AffectedProduct;
}

export interface RecordChange {
  /** Grows with every change of meaning, of any record. */
  readonly sequence: number;
  readonly recordKey: number;
  readonly source: string;
  readonly recordId: string;
  readonly state: FeedRecord['state'] | 'gone';
}

export async function readCandidates(
  db: Kysely<FeedsTables>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, readonly Candidate[]>> {
  const asked = new Map(keys.map((key) => [filedKey(key), key]));
  const found = new Map<string, Candidate[]>();
  for (const part of inParts([...asked.keys()])) {
    const rows = await db
      .selectFrom('feed_product as product')
      .innerJoin('feed_affected as affected', 'affected.product_id', 'product.id')
      .innerJoin('feed_record as record', 'record.id', 'affected.record_id')
      .where('product.key', 'in', part)
      .select(['product.key', 'affected.record_id', 'affected.body', 'record.source', 'record.record_id as name'])
      .orderBy('product.id')
      .orderBy('affected.record_id')
      .orderBy('affected.position')
      .execute();
    for (const row of rows) {
      const key = asked.get(row.key) ?? row.key;
      const candidate: Candidate = {
        recordKey: row.record_id,
        source: row.source,
        recordId: row.name,
        affected: decodeAffected(row.body),
      };
      const own = found.get(key);
      if (own === undefined) found.set(key, [candidate]);
      else own.push(candidate);
    }
  }
  return found;
}

export async function readRecords(
  db: Kysely<FeedsTables>,
  keys: readonly number[],
): Promise<ReadonlyMap<number, FeedRecord>> {
  const found = new Map<number, FeedRecord>();
  for (const part of inParts(keys)) {
    const rows = await db
      .selectFrom('feed_record as record')
      .innerJoin('feed_body as body', 'body.record_id', 'record.id')
      .where('record.id', 'in', part)
      .where('record.state', '!=', 'gone')
      .select(['record.id', 'source', 'record.record_id as name', 'state', 'published_at', 'modified_at', 'body'])
      .execute();
    const affected = Map.groupBy(
      await db
        .selectFrom('feed_affected')
        .where('record_id', 'in', part)
        .select(['record_id', 'body'])
        .orderBy('record_id')
        .orderBy('position')
        .execute(),
      (row) => row.record_id,
    );
    for (const row of rows) {
      const head = {
        source: row.source,
        id: row.name,
        state: row.state as FeedRecord['state'],
        publishedAt: row.published_at,
        modifiedAt: row.modified_at,
      };
      const own = affected.get(row.id) ?? [];
      found.set(
        row.id,
        decodeRecord(
          head,
          row.body,
          own.map(({ body }) => body),
        ),
      );
    }
  }
  return found;
}

/** In the order of change. */
export async function readChanges(
  db: Kysely<FeedsTables>,
  sequence: number,
  limit: number,
): Promise<readonly RecordChange[]> {
  const rows = await db
    .selectFrom('feed_record')
    .where('change', '>', sequence)
    .select(['change', 'id', 'source', 'record_id', 'state'])
    .orderBy('change')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    sequence: row.change,
    recordKey: row.id,
    source: row.source,
    recordId: row.record_id,
    state: row.state as RecordChange['state'],
  }));
}

export async function readRaw(
  db: Kysely<FeedsTables>,
  recordKey: number,
): Promise<{ readonly text: string; readonly digest: string } | null> {
  const row = await db
    .selectFrom('feed_record as record')
    .innerJoin('feed_pack as pack', 'pack.id', 'record.raw_pack')
    .where('record.id', '=', recordKey)
    .select(['raw_digest', 'raw_offset', 'raw_length', 'content'])
    .executeTakeFirst();
  if (row === undefined) return null;
  return { text: unpackRaw(row.content, { offset: row.raw_offset, length: row.raw_length }), digest: row.raw_digest };
}

/** EPSS probabilities by CVE id. */
export async function readScores(
  db: Kysely<FeedsTables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const part of inParts(ids))
    for (const row of await db.selectFrom('feed_score').select(['id', 'epss']).where('id', 'in', part).execute())
      found.set(row.id, Number(row.epss));
  return found;
}
