import type { AdvisoryFacts } from '../advisories/index.ts';
import { type AffectedProduct, productKey, type RecordTag } from '../feeds/index.ts';

/** An entry of a record, filed under one of the package's keys. */
export interface Entry {
  readonly source: string;
  readonly recordId: string;
  readonly tags: readonly RecordTag[];
  readonly affected: AffectedProduct;
}

/** An entry under its product key. */
export interface FiledEntry {
  readonly key: string;
  readonly entry: Entry;
}

/** What the live records say of each product. */
export function filedEntries({ records }: AdvisoryFacts): readonly FiledEntry[] {
  const filed: FiledEntry[] = [];
  for (const { source, recordId, state, tags, affected } of records) {
    if (state !== 'active') continue;
    for (const product of affected)
      filed.push({ key: productKey(product.identity), entry: { source, recordId, tags, affected: product } });
  }
  return filed;
}

/** Those filed under one of the package's keys. */
export function entriesUnder(filed: readonly FiledEntry[], keys: readonly string[]): readonly Entry[] {
  const entries: Entry[] = [];
  for (const { key, entry } of filed) if (keys.includes(key)) entries.push(entry);
  return entries;
}
