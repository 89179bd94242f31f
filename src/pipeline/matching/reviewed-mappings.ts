import { knownProducts, otherProducts } from './known-products.ts';

/** A decision of ours, or of the team, on what a package is. `is-not` denies whatever else speaks for it. */
export interface ReviewedMapping {
  readonly pname: string;
  readonly verdict: 'is' | 'is-not';
  readonly vendor: string;
  readonly product: string;
  readonly reason: string;
  /** Shipped ones are about programs: a language's package of that name is another thing. */
  readonly of: 'team' | 'shipped';
}

/** Shipped with the program. */
export const shippedMappings: readonly ReviewedMapping[] = [
  ...Object.entries(knownProducts).flatMap(([pname, identities]) =>
    identities.split(' ').map((identity) => mappingOf(pname, 'is', identity, 'shipped with the program')),
  ),
  ...otherProducts.map(([pname, identity, reason]) => mappingOf(pname, 'is-not', identity, reason)),
];

function mappingOf(
  pname: string,
  verdict: ReviewedMapping['verdict'],
  identity: string,
  reason: string,
): ReviewedMapping {
  const [vendor = '', product = ''] = identity.split(':');
  return { pname, verdict, vendor, product, reason, of: 'shipped' };
}
