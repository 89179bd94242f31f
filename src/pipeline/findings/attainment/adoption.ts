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

/** What a consumer was seen to have of a flake; what was seen later replaces it. */
export type Seen = { readonly consumer: string; readonly flake: string; readonly at: EpochMs } & (
  | { readonly kind: 'lock'; readonly version: string }
  /** By its closure: the releases that have fixes which it lacks. All others it has, as far as they concern it. */
  | { readonly kind: 'runs'; readonly lacks: readonly string[] }
);

export interface Adoption extends Duration {
  readonly channel: string;
  readonly band: Band;
  readonly publishedAt: EpochMs;
}

/** For every release and every consumer that lacked it then: how long until it had the release. */
export function adoptionsOf(
  releases: readonly ReleasedFix[],
  seen: readonly Seen[],
  asOf: EpochMs,
): readonly Adoption[] {
  const byConsumer = [...Map.groupBy(seen, ({ consumer, flake }) => `${flake}\n${consumer}`).values()].map((own) =>
    own.toSorted((a, b) => a.at - b.at),
  );
  return releases
    .filter(({ publishedAt }) => publishedAt <= asOf)
    .flatMap(({ flake, channel, version, publishedAt, band }) =>
      byConsumer.flatMap((own): readonly Adoption[] => {
        if (own[0]?.flake !== flake) return [];
        const stood = own.findLast(({ at }) => at <= publishedAt);
        if (stood === undefined || has(stood, version)) return [];
        const taken = own.find((later) => later.at > publishedAt && later.at <= asOf && has(later, version));
        return [{ channel, band, publishedAt, ms: (taken?.at ?? asOf) - publishedAt, isOver: taken !== undefined }];
      }),
    );
}

function has(seen: Seen, version: string): boolean {
  return seen.kind === 'lock' ? isAtLeast(seen.version, version) : !seen.lacks.includes(version);
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
