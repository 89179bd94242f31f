import { eventsOfKinds } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { StoreTables } from '../tables.ts';
import { type LockSeen, type ReleasedFix, worstBand } from './adoption.ts';

/** Releases with what they fixed, and locks as they were seen: both as the journal tells. */
export async function adoptionSources(
  db: Database<StoreTables>,
): Promise<{ readonly releases: readonly ReleasedFix[]; readonly locks: readonly LockSeen[] }> {
  const [published, fixed, seen] = await Promise.all([
    eventsOfKinds(db, ['release.published']),
    eventsOfKinds(db, ['finding.released']),
    eventsOfKinds(db, ['consumer.registered']),
  ]);
  const bandsOf = Map.groupBy(fixed, ({ payload }) => String(payload.releaseUuid));
  const releases = published.flatMap(({ at, subject, payload }): readonly ReleasedFix[] => {
    const band = worstBand((bandsOf.get(subject) ?? []).map((event) => String(event.payload.band)));
    const { organisation, flake, channel, version } = payload;
    return band === null
      ? []
      : [
          {
            flake: `${String(organisation)}/${String(flake)}`,
            channel: String(channel),
            version: String(version),
            publishedAt: at,
            band,
          },
        ];
  });
  const locks = seen.flatMap(({ at, payload }) =>
    (payload.inputs as readonly { readonly flake?: string; readonly version: string }[]).flatMap(
      ({ flake, version }): readonly LockSeen[] =>
        flake === undefined ? [] : [{ consumer: String(payload.name), flake, version, at }],
    ),
  );
  return { releases, locks };
}
