import { type Detector, hitsOf } from './detector.ts';
import { placeOf, placeText } from './source-place.ts';

/** Another host, owner, repository or kind of archive: whoever answers for the source is not who did. */
export const originChanged: Detector = {
  id: 'D03',
  name: 'origin-changed',
  title: 'Source from another place',
  needs: ['packages'],
  examine: (step) =>
    hitsOf(step, 'critical', ({ before, after }) =>
      after.sources.flatMap((source, index) => {
        const old = before.sources[index];
        const [from, to] = [old === undefined ? null : placeOf(old), placeOf(source)];
        if (from === null || to === null) return [];
        if (from.host !== to.host || from.project !== to.project)
          return [`${source.name} comes from ${placeText(to)} and no longer from ${placeText(from)}`];
        if (from.scheme !== to.scheme && to.scheme === 'http')
          return [`${source.name} is fetched without encryption from ${placeText(to)}`];
        if (from.form !== to.form) return [`${source.name} is now ${forms[to.form]}, it was ${forms[from.form]}`];
        return [];
      }),
    ),
};

const forms = {
  file: 'a file that people upload',
  tag: 'the archive of a tag',
  commit: 'the archive of a bare commit',
} as const;
