import { eventsOfKinds } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { StoreTables } from '../tables.ts';
import { type ReleasedFix, type Seen, worstBand } from './adoption.ts';
import { seenKinds, whatWasSeen } from './what-was-seen.ts';

/** Releases with what they fixed, and what consumers were seen to have: both as the journal tells. */
export async function adoptionSources(
  db: Database<StoreTables>,
): Promise<{ readonly releases: readonly ReleasedFix[]; readonly seen: readonly Seen[] }> {
  const [published, fixed, told] = await Promise.all([
    eventsOfKinds(db, ['release.published']),
    eventsOfKinds(db, ['finding.released']),
    eventsOfKinds(db, seenKinds),
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
  return { releases, seen: whatWasSeen(told).seen };
}
