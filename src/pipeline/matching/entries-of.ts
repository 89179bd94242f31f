import type { Advisory } from '../advisories/index.ts';
import { type AffectedProduct, productKey } from '../feeds/index.ts';
import type { Entry } from './assess.ts';
import { idKey } from './package-of.ts';

const keyOfAffected = new WeakMap<AffectedProduct, string>();

/** What the advisory's live records say of the products filed under these keys. */
export function entriesOf(advisory: Advisory, keys: readonly string[]): readonly Entry[] {
  return advisory.records.flatMap(({ source, recordId, state, tags, affected }) =>
    state === 'active'
      ? affected.flatMap((product) =>
          keys.includes(keyOf(product)) ? [{ source, recordId, tags, affected: product }] : [],
        )
      : [],
  );
}

/** Every key under which a package could be touched by the advisory. */
export function keysOfAdvisory({ id, aliases, records }: Advisory): ReadonlySet<string> {
  return new Set([...[id, ...aliases].map(idKey), ...records.flatMap(({ affected }) => affected.map(keyOf))]);
}

function keyOf(product: AffectedProduct): string {
  const known = keyOfAffected.get(product);
  if (known !== undefined) return known;
  const key = productKey(product.identity);
  keyOfAffected.set(product, key);
  return key;
}
