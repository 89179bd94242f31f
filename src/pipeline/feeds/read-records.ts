import type { Kysely } from 'kysely';
import { inParts } from '../../foundation/in-parts.ts';
import { filedText } from './filed-text.ts';
import type { FeedRecord, ProductIdentity } from './model.ts';
import { nixpkgsKeys } from './product-key.ts';
import { unpackRaw } from './raw-pack.ts';
import { decodeIdentity, type PackedIdentity, type RecordHead } from './record-codec.ts';
import type { FeedsTables } from './tables.ts';

const mostAttributes = 10_000;

/** A product that is filed under the key asked for, and the active records that name it so. */
export interface Candidate {
  readonly identity: ProductIdentity;
  readonly recordKeys: readonly number[];
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
  const asked = new Map(keys.map((key) => [filedText(key), key]));
  const found = new Map<string, Candidate[]>();
  for (const part of inParts([...asked.keys()])) {
    const products = await db.selectFrom('feed_product').selectAll().where('key', 'in', part).orderBy('id').execute();
    const records = new Map<number, number[]>(products.map(({ id }) => [id, []]));
    for (const ids of inParts([...records.keys()])) {
      const rows = await db
        .selectFrom('feed_affected')
        .selectAll()
        .where('product_id', 'in', ids)
        .orderBy('product_id')
        .orderBy('record_id')
        .execute();
      for (const row of rows) records.get(row.product_id)?.push(row.record_id);
    }
    for (const product of products) {
      const recordKeys = records.get(product.id) ?? [];
      if (recordKeys.length === 0) continue;
      const key = asked.get(product.key) ?? product.key;
      const identity = decodeIdentity(JSON.parse(product.identity ?? product.name) as PackedIdentity);
      const own = found.get(key);
      if (own === undefined) found.set(key, [{ identity, recordKeys }]);
      else own.push({ identity, recordKeys });
    }
  }
  return found;
}

export async function readAttributesNamed(db: Kysely<FeedsTables>): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('feed_product')
    .select(['name', 'identity'])
    .where('key', '>', nixpkgsKeys)
    .where('key', '<', `${nixpkgsKeys}\u{10ffff}`)
    .orderBy('id')
    .limit(mostAttributes)
    .execute();
  return rows.flatMap(({ name, identity: packed }) => {
    const identity = decodeIdentity(JSON.parse(packed ?? name) as PackedIdentity);
    return identity.kind === 'package' ? identity.name : [];
  });
}

/** Each body by `decode`; gone records are left out. */
export async function readBodies<Decoded>(
  db: Kysely<FeedsTables>,
  keys: readonly number[],
  decode: (head: RecordHead, body: string) => Decoded,
): Promise<ReadonlyMap<number, Decoded>> {
  const found = new Map<number, Decoded>();
  for (const part of inParts(keys)) {
    const rows = await db
      .selectFrom('feed_record as record')
      .innerJoin('feed_body as body', 'body.record_id', 'record.id')
      .where('record.id', 'in', part)
      .where('record.state', '!=', 'gone')
      .select(['record.id', 'source', 'record.record_id as name', 'state', 'published_at', 'modified_at', 'body'])
      .execute();
    for (const row of rows) {
      const head = {
        source: row.source,
        id: row.name,
        state: row.state as FeedRecord['state'],
        publishedAt: row.published_at,
        modifiedAt: row.modified_at,
      };
      found.set(row.id, decode(head, row.body));
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
  return { text: unpackRaw(row.content)({ offset: row.raw_offset, length: row.raw_length }), digest: row.raw_digest };
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
