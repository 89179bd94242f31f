import { DatabaseSync } from 'node:sqlite';
import type { FeedItem } from '../../src/pipeline/feeds/index.ts';
import { productKey } from '../../src/pipeline/feeds/product-key.ts';

const recordsTogether = 2000;

/** What storing records and ranges costs at least: each text and each range a row, no look at what was there before. */
export function insertBarely(file: string, items: Iterable<FeedItem>): { records: number; ranges: number } {
  const db = new DatabaseSync(file);
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma temp_store = memory;');
  db.exec('pragma cache_size = -32000; pragma journal_size_limit = 67108864;');
  db.exec(`
    create table record (id integer primary key, name text not null unique, state text not null, published_at integer,
      modified_at integer, body text not null) strict;
    create table product (id integer primary key, name text not null unique) strict;
    create table affected (product_id integer not null, record_id integer not null, position integer not null, lo text,
      hi text, inclusive integer not null, primary key (product_id, record_id, position)) without rowid, strict;
  `);
  const record = db.prepare('insert into record values (?, ?, ?, ?, ?, ?)');
  const product = db.prepare('insert into product (name) values (?)');
  const affected = db.prepare('insert into affected values (?, ?, ?, ?, ?, ?)');
  const products = new Map<string, number>();
  let [records, ranges] = [0, 0];
  for (const item of items) {
    if (item.kind !== 'record') continue;
    const { id, state, publishedAt, modifiedAt, affected: named, ...rest } = item.record;
    if (records % recordsTogether === 0) db.exec(records === 0 ? 'begin immediate' : 'commit; begin immediate');
    record.run(++records, id, state, publishedAt, modifiedAt, JSON.stringify(rest));
    let position = 0;
    for (const one of named) {
      const key = productKey(one.identity);
      const productId = products.get(key) ?? Number(product.run(key).lastInsertRowid);
      products.set(key, productId);
      for (const { lo, hi, loInclusive, hiInclusive } of one.ranges)
        affected.run(productId, records, position++, lo, hi, (loInclusive ? 1 : 0) + (hiInclusive ? 2 : 0));
    }
    ranges += position;
  }
  db.exec('commit');
  db.close();
  return { records, ranges };
}
