import type { AdvisoryFacts } from '../advisories/index.ts';
import { type AffectedProduct, identitiesOf, productKey, type RecordTag } from '../feeds/index.ts';

/** What a record says of a product. */
export interface Entry {
  readonly source: string;
  readonly recordId: string;
  readonly tags: readonly RecordTag[];
  readonly affected: AffectedProduct;
  /** Among all of the advisory: those of a record stand together. */
  readonly place: number;
}

/** By product key, in order. */
export type FiledEntries = ReadonlyMap<string, readonly Entry[]>;

/** What the live records say of each product. */
export function filedEntries({ records }: AdvisoryFacts): FiledEntries {
  const filed = new Map<string, Entry[]>();
  let place = 0;
  for (const { source, recordId, state, tags, affected, statements } of records) {
    if (state !== 'active') continue;
    for (const product of affected) {
      const entry = { source, recordId, tags, affected: product, place: place++ };
      const key = productKey(product.identity);
      const known = filed.get(key);
      if (known === undefined) filed.set(key, [entry]);
      else known.push(entry);
    }
    // Of these there is no entry: only that it may concern who has a package of that name.
    for (const identity of identitiesOf({ affected: [], statements })) {
      const key = productKey(identity);
      if (!filed.has(key)) filed.set(key, []);
    }
  }
  return filed;
}

const none: readonly Entry[] = [];

/** Those filed under one of the package's keys, in order; each key is there once. */
export function entriesUnder(filed: FiledEntries, keys: readonly string[]): readonly Entry[] {
  let first = none;
  let all: Entry[] | null = null;
  for (const key of keys) {
    const own = filed.get(key) ?? none;
    if (own.length === 0) continue;
    // Most often it is one key alone.
    if (first === none) first = own;
    else if (all === null) all = [...first, ...own];
    else all.push(...own);
  }
  return all === null ? first : all.sort((a, b) => a.place - b.place);
}
