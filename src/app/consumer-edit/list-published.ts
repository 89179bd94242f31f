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
  const flakes = await createRegistry(server).flakes();
  return flakes.map(({ org, project, simplified_version, published_at, releases }) => ({
    organisation: org,
    flake: project,
    version: simplified_version,
    publishedAt: published_at,
    releases,
  }));
}

export function listReleases(server: string, flake: FlakeName): Promise<readonly FlakeRelease[]> {
  return createRegistry(server).releasesOf(flake);
}

/** The packages of the server's channels whose names hold the words; a page of a server has at most 200. */
export function searchPackages(server: string, words: string, limit: number) {
  return createRegistry(server).packages(words, Math.min(limit, 200));
}
