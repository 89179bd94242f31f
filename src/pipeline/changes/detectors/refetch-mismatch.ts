import type { Detector } from './detector.ts';
import { digestOf } from './src-hash-swap.ts';

/** What is served today is not what the digest says: a poisoned mirror, or a source that was exchanged. */
export const refetchMismatch: Detector = {
  id: 'D04',
  name: 'refetch-mismatch',
  title: 'A fresh fetch differs',
  needs: ['sources'],
  examine: (step) =>
    step.packages.flatMap(({ attr, pairs, sources }) => {
      if (sources === null) return [];
      const declared = digestOf(sources.declared);
      const other = sources.fetches.filter(({ digest }) => digestOf(digest) !== declared);
      // Forges compress anew now and then: the tree is what counts where one place still gives the declared bytes.
      const agreed = sources.fetches.find(({ digest }) => digestOf(digest) === declared)?.treeDigest;
      const wrong = other.filter(({ treeDigest }) => agreed === undefined || treeDigest !== agreed);
      if (wrong.length === 0) return [];
      const says = `${wrong.map(({ place }) => place).join(' and ')} gives other bytes than ${declared ?? 'declared'}`;
      return [{ attr, systems: pairs.map(({ system }) => system), says, severity: 'critical' as const }];
    }),
};
