import { type Detector, hitsOf } from './detector.ts';
import { digestsOf } from './src-hash-swap.ts';

/** A new version built from the old source: the digest was forgotten, and what is built is not what it says. */
export const versionSameHash: Detector = {
  id: 'D02',
  name: 'version-same-hash',
  title: 'New version, old source',
  needs: ['packages'],
  examine: (step) =>
    hitsOf(step, 'critical', ({ before, after }) => {
      if (before.version === after.version) return [];
      const [from, to] = [digestsOf(before), digestsOf(after)];
      if (from === null || to === null || JSON.stringify(from) !== JSON.stringify(to)) return [];
      if (sameRevision(before.sources, after.sources) || withoutSuffix(before.version) === withoutSuffix(after.version))
        return [];
      return [`the version went from ${before.version} to ${after.version}, and every source has the digest it had`];
    }),
};

type Revised = readonly { readonly rev: string | null; readonly tag: string | null }[];

/** The very commit, named by its full id: only how the version is written changed. */
function sameRevision(before: Revised, after: Revised): boolean {
  const commit = /^[0-9a-f]{40}$/;
  return (
    after.length > 0 && after.every(({ rev }, index) => rev !== null && commit.test(rev) && before[index]?.rev === rev)
  );
}

/** `1.2-unstable-2026-01-02` without what says when it was taken. */
function withoutSuffix(version: string): string {
  return version.replace(/[-+](unstable-)?\d{4}-\d{2}-\d{2}.*$/, '');
}
