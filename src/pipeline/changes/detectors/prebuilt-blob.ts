import { type Detector, hitsOf } from './detector.ts';

/** What runs was not built here. */
export const prebuiltBlob: Detector = {
  id: 'D08',
  name: 'prebuilt-blob',
  title: 'Something comes built already',
  needs: ['builds', 'sources'],
  examine: (step) => [
    ...hitsOf(step, 'critical', ({ before, after }) => {
      const gained = after.provenance.filter((name) => name !== 'fromSource' && !before.provenance.includes(name));
      const patchelf = usesPatchelf(after.attributes) && !usesPatchelf(before.attributes);
      return [
        ...(gained.length === 0 ? [] : [`its sources are now ${gained.join(', ')}`]),
        ...(patchelf ? ['the build runs autoPatchelf, which is for programs that come built'] : []),
      ];
    }),
    ...step.packages.flatMap(({ attr, pairs, sources }) => {
      if (sources === null) return [];
      const known = new Set(sources.before.map(({ sha256 }) => sha256));
      const blobs = sources.after.filter(
        ({ kind, sha256 }) =>
          (kind === 'elf' || kind === 'mach-o') && !known.has(sha256) && (sources.allowed.get(sha256) ?? 0) <= step.at,
      );
      if (blobs.length === 0) return [];
      const says = `the source holds programs: ${blobs
        .slice(0, 5)
        .map(({ path }) => path)
        .join(', ')}`;
      return [{ attr, systems: pairs.map(({ system }) => system), says, severity: 'critical' as const }];
    }),
  ],
};

function usesPatchelf(attributes: Readonly<Record<string, string>> | null): boolean {
  return /auto-?patchelf/i.test(attributes?.nativeBuildInputs ?? '');
}
