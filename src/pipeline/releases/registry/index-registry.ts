import { compareFlakeVersions, type FlakeVersion, parseFlakeVersion } from '../../../formats/nix/flake-version.ts';
import type { FlakeWords, Place, Release, ReleaseNote } from '../model.ts';
import { keyOf } from '../rows.ts';
import { silentWords } from './words.ts';

export interface PlacedRelease {
  readonly release: Release;
  readonly version: FlakeVersion;
  /** Null of a channel's. */
  readonly note: ReleaseNote | null;
}

/** A flake with all its releases, withdrawn ones too. */
export interface RegistryFlake extends Place, FlakeWords {
  /** The highest version first. */
  readonly releases: readonly PlacedRelease[];
  /** The highest version that is not withdrawn. */
  readonly newest: Release | null;
  /** How many are not withdrawn. */
  readonly live: number;
}

/** All that is published at one moment; names are found in any case. */
export interface RegistryIndex {
  /** By name. */
  readonly flakes: readonly RegistryFlake[];
  readonly flake: (organisation: string, flake: string) => RegistryFlake | null;
  readonly release: (uuid: string) => { readonly flake: RegistryFlake; readonly placed: PlacedRelease } | null;
}

export function indexRegistry(given: {
  readonly words: readonly (Place & FlakeWords)[];
  readonly releases: readonly Omit<PlacedRelease, 'version'>[];
}): RegistryIndex {
  const words = new Map(given.words.map((each) => [placeKey(each), each]));
  const byPlace = Map.groupBy(given.releases, ({ release }) => placeKey(release));
  const flakes = new Map<string, RegistryFlake>();
  const releases = new Map<string, { readonly flake: RegistryFlake; readonly placed: PlacedRelease }>();
  for (const key of [...new Set([...words.keys(), ...byPlace.keys()])].sort()) {
    const placed = highestFirst(byPlace.get(key) ?? []);
    const said = words.get(key);
    const place = said ?? placed[0]?.release;
    if (place === undefined) continue;
    const live = placed.filter(({ release }) => release.yankedAt === null);
    const { visibility, description, labels } = said ?? silentWords;
    const flake: RegistryFlake = {
      organisation: place.organisation,
      flake: place.flake,
      visibility,
      description,
      labels,
      releases: placed,
      newest: live[0]?.release ?? null,
      live: live.length,
    };
    flakes.set(key, flake);
    for (const one of placed) releases.set(one.release.uuid, { flake, placed: one });
  }
  return {
    flakes: [...flakes.values()],
    flake: (organisation, flake) => flakes.get(placeKey({ organisation, flake })) ?? null,
    release: (uuid) => releases.get(uuid) ?? null,
  };
}

// A name holds no slash.
function placeKey({ organisation, flake }: Place): string {
  return `${keyOf(organisation)}/${keyOf(flake)}`;
}

function highestFirst(releases: readonly Omit<PlacedRelease, 'version'>[]): readonly PlacedRelease[] {
  return releases
    .flatMap((each) => {
      const version = parseFlakeVersion(each.release.version);
      return version === null ? [] : [{ ...each, version }];
    })
    .sort((a, b) => compareFlakeVersions(b.version, a.version) || b.release.publishedAt - a.release.publishedAt);
}
