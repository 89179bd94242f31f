import { someOf } from '../../../foundation/some-of.ts';
import type { Detector, SourceComparison, SourceFile } from './detector.ts';

/** What a build runs or links: the places where xz 5.6.0 hid what its repository did not show. */
const telling =
  /(\.m4|\.am|\.ac|\.cmake|\.sh|\.py|\.pl|\.mk)$|(^|\/)(configure|Makefile(\.in)?|CMakeLists\.txt|meson\.build|build\.rs|setup\.py|ltmain\.sh)$/;
const mostEntropy = 7.5;
const mostNamed = 5;

/** The release archive holds what the tagged tree does not, in a place that a build runs or cannot be read. */
export const tarballVsTag: Detector = {
  id: 'D05',
  name: 'tarball-vs-tag',
  title: 'The archive is not the tag',
  needs: ['sources'],
  examine: (step) =>
    step.packages.flatMap(({ attr, pairs, sources }) => {
      if (sources?.tag == null) return [];
      const strange = strangersIn(sources, step.at);
      if (strange.length === 0) return [];
      const paths = strange.map(({ path }) => path);
      const says = `the archive has what the tag has not, or has otherwise: ${someOf(paths, mostNamed)}`;
      return [{ attr, systems: pairs.map(({ system }) => system), says, severity: 'critical' as const }];
    }),
};

function strangersIn({ before, after, tag, allowed }: SourceComparison, at: number): readonly SourceFile[] {
  const tagged = new Map((tag ?? []).map(({ path, sha256 }) => [path, sha256]));
  const known = new Map(before.map(({ path, sha256 }) => [path, sha256]));
  return after.filter((file) => {
    if (tagged.get(file.path) === file.sha256) return false;
    if (!telling.test(file.path) && file.kind === 'text' && file.entropy < mostEntropy) return false;
    // The very file that the release before had was looked at then; generated ones are allowed by digest, for a time.
    return known.get(file.path) !== file.sha256 && (allowed.get(file.sha256) ?? 0) <= at;
  });
}
