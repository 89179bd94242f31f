import type { AdvisoryFacts } from '../advisories/index.ts';
import {
  type AffectedProduct,
  identitiesOf,
  type ProductIdentity,
  productKey,
  type RecordTag,
} from '../feeds/index.ts';
import { isAlike } from './evaluate-range.ts';
import type { Products } from './spoken-of.ts';

/** What a record says of products that are affected alike. */
export interface Entry {
  readonly source: string;
  readonly recordId: string;
  readonly tags: readonly RecordTag[];
  /** The first of them: the others differ by identity alone. */
  readonly affected: AffectedProduct;
  readonly products: Products;
}

/** What the live records say, each record's together and in its order. */
export function entriesOf({ records }: AdvisoryFacts): readonly Entry[] {
  const entries: Entry[] = [];
  for (const { source, recordId, state, tags, affected } of records) {
    if (state !== 'active') continue;
    let [first] = affected;
    let identities: ProductIdentity[] = [];
    let keys: string[] = [];
    for (const product of affected) {
      if (first === undefined || !isAlike(product, first)) {
        first = product;
        identities = [];
        keys = [];
      }
      if (identities.length === 0)
        entries.push({ source, recordId, tags, affected: product, products: { identities, keys, last: null } });
      identities.push(product.identity);
      keys.push(productKey(product.identity));
    }
  }
  return entries;
}

/** Under which packages the live records may concern are found, also by what distributions fixed: of that there is no entry. */
export function keysSpokenOf({ records }: AdvisoryFacts): ReadonlySet<string> {
  return new Set(
    records.filter(({ state }) => state === 'active').flatMap((record) => identitiesOf(record).map(productKey)),
  );
}
