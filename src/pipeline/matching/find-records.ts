import { inParts } from '../../foundation/in-parts.ts';
import type { Candidate, ProductIdentity } from '../feeds/index.ts';
import type { Carried, CarriedPackage } from './carried.ts';
import { identify } from './identify.ts';
import type { IdentityData } from './identity-data.ts';

export interface CandidateSource {
  readonly candidates: (productKeys: readonly string[]) => Promise<ReadonlyMap<string, readonly Candidate[]>>;
  /** Attribute paths that records name themselves; absent: none. */
  readonly attributesNamed?: () => Promise<readonly string[]>;
}

/** The records that speak of one of the packages, and of which: most that share a name are about something else. */
export async function findRecords(
  feeds: CandidateSource,
  byKey: Carried['byKey'],
  data: IdentityData,
): Promise<ReadonlyMap<number, ReadonlySet<CarriedPackage>>> {
  const isSame = ({ variants }: CarriedPackage, identity: ProductIdentity) =>
    variants.some((variant) => identify(variant, identity, data).kind === 'same');
  const alone = new Map<CarriedPackage, ReadonlySet<CarriedPackage>>();
  // Most products are one package's: its records share the set.
  const setOf = (packages: readonly CarriedPackage[]): ReadonlySet<CarriedPackage> => {
    const [first] = packages;
    if (first === undefined || packages.length > 1) return new Set(packages);
    const known = alone.get(first) ?? new Set([first]);
    alone.set(first, known);
    return known;
  };
  const found = new Map<number, ReadonlySet<CarriedPackage>>();
  for (const part of inParts([...byKey.keys()].filter((key) => !key.startsWith('id:'))))
    for (const [key, candidates] of await feeds.candidates(part)) {
      const packages = byKey.get(key) ?? [];
      for (const { identity, recordKeys } of candidates) {
        const spokenOf = setOf(packages.filter((one) => isSame(one, identity)));
        if (spokenOf.size === 0) continue;
        for (const record of recordKeys) {
          const known = found.get(record);
          if (known === undefined) found.set(record, spokenOf);
          else if (known !== spokenOf) found.set(record, new Set([...known, ...spokenOf]));
        }
      }
    }
  return found;
}
