import { compareFlakeVersions, parseFlakeVersion } from '../../../formats/nix/flake-version.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { type Band, bands } from '../policy.ts';
import type { Duration } from './survival.ts';

/** A release that carries fixes, as the journal has it. */
export interface ReleasedFix {
  readonly flake: string;
  readonly channel: string;
  readonly version: string;
  readonly publishedAt: EpochMs;
  /** The gravest that it fixes. */
  readonly band: Band;
}

/** A lock of a consumer as it was seen; a later one replaces it. */
export interface LockSeen {
  readonly consumer: string;
  readonly flake: string;
  readonly version: string;
  readonly at: EpochMs;
}

export interface Adoption extends Duration {
  readonly channel: string;
  readonly band: Band;
  readonly publishedAt: EpochMs;
}

/** For every release and every consumer that stood on an older one then: how long until its lock had the release. */
export function adoptionsOf(
  releases: readonly ReleasedFix[],
  locks: readonly LockSeen[],
  asOf: EpochMs,
): readonly Adoption[] {
  const byConsumer = [...Map.groupBy(locks, ({ consumer, flake }) => `${flake}\n${consumer}`).values()].map((own) =>
    own.toSorted((a, b) => a.at - b.at),
  );
  return releases
    .filter(({ publishedAt }) => publishedAt <= asOf)
    .flatMap(({ flake, channel, version, publishedAt, band }) =>
      byConsumer.flatMap((own): readonly Adoption[] => {
        if (own[0]?.flake !== flake) return [];
        const stood = own.findLast(({ at }) => at <= publishedAt);
        if (stood === undefined || isAtLeast(stood.version, version)) return [];
        const taken = own.find((lock) => lock.at > publishedAt && lock.at <= asOf && isAtLeast(lock.version, version));
        return [{ channel, band, publishedAt, ms: (taken?.at ?? asOf) - publishedAt, isOver: taken !== undefined }];
      }),
    );
}

export function worstBand(found: readonly string[]): Band | null {
  const known = found.map((band) => (band === 'unknown' ? 'high' : band));
  return bands.find((band) => known.includes(band)) ?? null;
}

/** Whether a release of a flake is a given one or a later one. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [left, right] = [parseFlakeVersion(version), parseFlakeVersion(wanted)];
  return left !== null && right !== null && compareFlakeVersions(left, right) >= 0;
}
