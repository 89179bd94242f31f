import type { ProductIdentity } from '../feeds/index.ts';
import { familyOf, type Identification, identifyOnce } from './identify.ts';
import type { IdentityData } from './identity-data.ts';
import type { IdentityEvidence } from './model.ts';
import type { Package } from './package-of.ts';

/** Products that a record names, in its order. */
export interface Products {
  readonly identities: readonly ProductIdentity[];
  /** The key that each of them is filed under. */
  readonly keys: readonly string[];
  /** What they were last to a package: the records of one name it in the same few ways. */
  last: LastSpoken | null;
}

/** What several products are to one package. */
export interface Spoken {
  /** Those that are the package. */
  readonly same: readonly { readonly identity: ProductIdentity; readonly identification: Same }[];
  /** The strongest of each family. */
  readonly evidence: readonly IdentityEvidence[];
  readonly prior: number;
  /** Whether the package is made from one of them, and holds nothing of it. */
  readonly isAbsent: boolean;
  /** What the others are. */
  readonly others: readonly string[];
  /** Why one of them is surely not the package; the last one says. */
  readonly denied: string | null;
}

interface LastSpoken {
  readonly carried: Package;
  readonly data: IdentityData;
  readonly spoken: Spoken | null;
}

type Same = Extract<Identification, { readonly kind: 'same' }>;

/** Of products filed under one of `keys`; null when none of them is. */
export function spokenOf(
  carried: Package,
  keys: readonly string[],
  products: Products,
  data: IdentityData,
): Spoken | null {
  const { last } = products;
  if (last?.carried === carried && last.data === data) return last.spoken;
  const spoken = spokenAnew(carried, keys, products, data);
  products.last = { carried, data, spoken };
  return spoken;
}

function spokenAnew(carried: Package, keys: readonly string[], products: Products, data: IdentityData): Spoken | null {
  // Of two that a record names one is mostly something else.
  if (!products.keys.some((key) => keys.includes(key))) return null;
  const same: Spoken['same'][number][] = [];
  const evidence: IdentityEvidence[] = [];
  const others: string[] = [];
  let denied: string | null = null;
  for (const [at, identity] of products.identities.entries()) {
    if (!keys.includes(products.keys[at] ?? '')) continue;
    const identification = identifyOnce(carried, identity, data);
    if (identification.kind === 'same') {
      same.push({ identity, identification });
      keepStrongest(evidence, identification.evidence);
      continue;
    }
    if (identification.kind === 'denied') denied = identification.because;
    others.push(identification.because);
  }
  return {
    same,
    evidence,
    prior: bestPrior(evidence),
    isAbsent: same.some(({ identification }) => identification.absence !== null),
    others,
    denied,
  };
}

/** One of each family. */
export function keepStrongest(strongest: IdentityEvidence[], evidence: readonly IdentityEvidence[]): void {
  for (const item of evidence) {
    const at = strongest.findIndex((known) => familyOf(known) === familyOf(item));
    const known = strongest[at];
    if (known === undefined) strongest.push(item);
    else if (known.prior < item.prior) strongest[at] = item;
  }
}

export function bestPrior(evidence: readonly IdentityEvidence[]): number {
  return evidence.reduce((best, { prior }) => Math.max(best, prior), 0);
}
