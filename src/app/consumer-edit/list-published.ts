import { createRegistry, type FlakeName, type FlakeRelease } from './registry.ts';

/** A flake that a server publishes, with its newest release and how many there are. */
export interface PublishedFlake {
  readonly organisation: string;
  readonly flake: string;
  readonly version: string;
  readonly publishedAt: string;
  readonly releases: number;
}

export async function listFlakes(server: string): Promise<readonly PublishedFlake[]> {
  const flakes = new Map<string, PublishedFlake>();
  for (const { organisation, flake, simplifiedVersion, publishedAt, yankedAt } of await createRegistry(
    server,
  ).releases()) {
    // They come newest first; one that was withdrawn is nobody's newest.
    if (yankedAt !== null) continue;
    const name = `${organisation}/${flake}`;
    const known = flakes.get(name);
    if (known !== undefined) flakes.set(name, { ...known, releases: known.releases + 1 });
    else flakes.set(name, { organisation, flake, version: simplifiedVersion, publishedAt, releases: 1 });
  }
  return [...flakes.values()].sort((a, b) =>
    `${a.organisation}/${a.flake}` < `${b.organisation}/${b.flake}` ? -1 : 1,
  );
}

export function listReleases(server: string, flake: FlakeName): Promise<readonly FlakeRelease[]> {
  return createRegistry(server).releasesOf(flake);
}

/** The packages of the server's channels whose names hold the words; a page of a server has at most 200. */
export function searchPackages(server: string, words: string, limit: number) {
  return createRegistry(server).packages(words, Math.min(limit, 200));
}
