import { zstdDecompressSync } from 'node:zlib';
import type { Kysely } from 'kysely';
import { inParts } from '../../foundation/in-parts.ts';
import type { FeedRecord, Normalised } from './model.ts';
import { scoreRecord } from './normalising/blank-record.ts';
import { type RawPlace, unpackRaw } from './raw-pack.ts';
import { decodeRecord } from './record-codec.ts';
import type { FeedsTables } from './tables.ts';

const together = 500;

/** All that is held of a source, as the source would give it: records, scores, and what could not be read. */
export async function* storedItems(db: Kysely<FeedsTables>, source: string): AsyncGenerator<Normalised> {
  yield* records(db, source);
  yield* scores(db, source);
  const rejected = await db.selectFrom('feed_quarantine').selectAll().where('source', '=', source).execute();
  for (const { record_id: id, reason, raw } of rejected)
    yield { kind: 'rejected', id, reason, raw: zstdDecompressSync(raw).toString() };
}

async function* records(db: Kysely<FeedsTables>, source: string): AsyncGenerator<Normalised> {
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('feed_record as record')
      .innerJoin('feed_body as body', 'body.record_id', 'record.id')
      .selectAll('record')
      .select('body.body')
      .where('record.source', '=', source)
      .where('record.record_id', '>', after)
      .where('record.state', '!=', 'gone')
      .orderBy('record.record_id')
      .limit(together)
      .execute();
    const packs = await openPacks(db, [...new Set(rows.map((row) => row.raw_pack))]);
    for (const row of rows) {
      const head = {
        source,
        id: row.record_id,
        state: row.state as FeedRecord['state'],
        publishedAt: row.published_at,
        modifiedAt: row.modified_at,
      };
      const raw = packs.get(row.raw_pack)?.({ offset: row.raw_offset, length: row.raw_length }) ?? '';
      yield { kind: 'record', record: decodeRecord(head, row.body), raw };
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.record_id;
  }
}

async function openPacks(
  db: Kysely<FeedsTables>,
  ids: readonly number[],
): Promise<ReadonlyMap<number, (place: RawPlace) => string>> {
  const packs = new Map<number, (place: RawPlace) => string>();
  for (const part of inParts(ids))
    for (const { id, content } of await db.selectFrom('feed_pack').selectAll().where('id', 'in', part).execute())
      packs.set(id, unpackRaw(content));
  return packs;
}

async function* scores(db: Kysely<FeedsTables>, source: string): AsyncGenerator<Normalised> {
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('feed_score')
      .select(['id', 'epss', 'raw'])
      .where('source', '=', source)
      .where('id', '>', after)
      .orderBy('id')
      .limit(together)
      .execute();
    for (const { id, epss, raw } of rows) yield { kind: 'record', record: scoreRecord(source, id, Number(epss)), raw };
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
