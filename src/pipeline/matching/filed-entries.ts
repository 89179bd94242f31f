import type { Advisory } from '../advisories/index.ts';
import { type AffectedProduct, productKey, type RecordTag } from '../feeds/index.ts';
import { idKey } from './package-of.ts';

/** An entry of a record, filed under one of the package's keys. */
export interface Entry {
  readonly source: string;
  readonly recordId: string;
  readonly tags: readonly RecordTag[];
  readonly affected: AffectedProduct;
}

/** A key under which a package could be touched by the advisory; without an entry where the package itself names it. */
export interface FiledEntry {
  readonly key: string;
  readonly entry: Entry | null;
}

export function filedEntries({ id, aliases, records }: Advisory): readonly FiledEntry[] {
  const filed: FiledEntry[] = [id, ...aliases].map((name) => ({ key: idKey(name), entry: null }));
  for (const { source, recordId, state, tags, affected } of records) {
    if (state !== 'active') continue;
    for (const product of affected)
      filed.push({ key: productKey(product.identity), entry: { source, recordId, tags, affected: product } });
  }
  return filed;
}

/** What the advisory's live records say of the products filed under these keys. */
export function entriesUnder(filed: readonly FiledEntry[], keys: readonly string[]): readonly Entry[] {
  return filed.flatMap(({ key, entry }) => (entry !== null && keys.includes(key) ? [entry] : []));
}
