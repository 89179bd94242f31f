import { inParts } from '../../foundation/in-parts.ts';
import { nameKey, plainName } from '../feeds/index.ts';
import type { CandidateSource } from './find-records.ts';
import type { IdentityData } from './identity-data.ts';
import { isNoVendor } from './vendor-names.ts';

const nameKeys = nameKey('');

/**
 * Where no dictionary tells which vendors have a product of some name, those under which the CPEs of the records have it
 * do, of the products filed under these keys, as they stand now. What another record of the name brings later is seen for
 * the others when they are matched again.
 */
export async function withVendorsOfRecords(
  data: IdentityData,
  { candidates }: Pick<CandidateSource, 'candidates'>,
  keys: Iterable<string>,
): Promise<IdentityData> {
  if (data.hasDictionary) return data;
  const vendors = new Map<string, Set<string>>();
  for (const part of inParts([...keys].filter((key) => key.startsWith(nameKeys))))
    for (const products of (await candidates(part)).values())
      for (const { identity } of products) {
        if (identity.kind !== 'cpe' || isNoVendor(plainName(identity.vendor))) continue;
        const product = plainName(identity.product);
        const known = vendors.get(product) ?? new Set();
        vendors.set(product, known.add(plainName(identity.vendor)));
      }
  return { ...data, vendorsOf: (product) => [...(vendors.get(product) ?? [])] };
}
