import { compareNixVersions } from '../../../formats/nix/compare-versions.ts';
import type { Patch } from '../../catalog/index.ts';
import { type Detector, type ExaminedPackage, hitsOf } from './detector.ts';

const ids = /\b(CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})\b/gi;

/** A patch for a vulnerability goes, and the version does not say that the fix came in another way. */
export const fixRemoved: Detector = {
  id: 'D09',
  name: 'fix-removed',
  title: 'A fix goes',
  needs: ['packages'],
  examine: (step) =>
    hitsOf(step, 'critical', ({ before, after }, examined) => {
      const kept = new Set(after.patches.flatMap(idsOf));
      const lost = [...new Set(before.patches.flatMap(idsOf))].filter((id) => !kept.has(id));
      return lost
        .filter((id) => !isIn(examined, id, after.version))
        .map((id) => `the patch for ${id} is gone, and nothing shows that ${after.version} has the fix`);
    }),
};

function idsOf({ name, content, urls }: Patch): readonly string[] {
  return [name, content ?? '', ...urls].flatMap((text) => text.match(ids) ?? []).map((id) => id.toUpperCase());
}

function isIn({ fixedIn }: ExaminedPackage, id: string, version: string): boolean {
  const fixed = fixedIn.get(id) ?? null;
  return fixed !== null && compareNixVersions(version, fixed) >= 0;
}
