import type { CoveredPackage } from '../pipeline/catalog/index.ts';
import type { WalkContext } from '../worker/index.ts';

/**
 * Makes the stored covered set what the files say. Once there is a release somebody may rely on it, and nothing leaves
 * without two people and its notice.
 */
export async function adoptCovered(
  { catalog, releases, clock }: Pick<WalkContext, 'catalog' | 'releases' | 'clock'>,
  given: { readonly packages: readonly CoveredPackage[]; readonly actor: string; readonly reason?: string },
) {
  const [released] = await releases.releases({ limit: 1 });
  return catalog.replaceCovered({
    ...given,
    at: clock.now(),
    mayLeave: released === undefined ? 'anything' : 'announced',
  });
}
