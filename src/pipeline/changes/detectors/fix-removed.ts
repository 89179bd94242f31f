import { compareNixVersions } from '../../../formats/nix/compare-versions.ts';
import { idsOfPatches } from '../ids-of-patches.ts';
import { type Detector, type ExaminedPackage, hitsOf } from './detector.ts';

/** A patch for a vulnerability goes, and the version does not say that the fix came in another way. */
export const fixRemoved: Detector = {
  id: 'D09',
  name: 'fix-removed',
  title: 'A fix goes',
  needs: ['packages'],
  examine: (step) =>
    hitsOf(step, 'critical', ({ before, after }, examined) => {
      const kept = idsOfPatches(after.patches);
      const lost = idsOfPatches(before.patches).filter((id) => !kept.includes(id));
      return lost
        .filter((id) => !isIn(examined, id, after.version))
        .map((id) => `the patch for ${id} is gone, and nothing shows that ${after.version} has the fix`);
    }),
};

function isIn({ fixedIn }: ExaminedPackage, id: string, version: string): boolean {
  const fixed = fixedIn.get(id) ?? null;
  return fixed !== null && compareNixVersions(version, fixed) >= 0;
}
