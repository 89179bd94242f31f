import { type FlakeName, type FlakeRelease, openRegistry, type RegistryQuestion } from './registry.ts';

/** A flake that a server publishes, with its newest release and how many there are. */
export interface PublishedFlake {
  readonly organisation: string;
  readonly flake: string;
  readonly version: string;
  readonly publishedAt: string;
  readonly releases: number;
}

export async function listFlakes(question: RegistryQuestion): Promise<readonly PublishedFlake[]> {
  const flakes = await (await openRegistry(question)).flakes();
  return flakes.map(({ org, project, simplified_version, published_at, releases }) => ({
    organisation: org,
    flake: project,
    version: simplified_version,
    publishedAt: published_at,
    releases,
  }));
}

export async function listReleases(question: RegistryQuestion, flake: FlakeName): Promise<readonly FlakeRelease[]> {
  return (await openRegistry(question)).releasesOf(flake);
}

/** The packages of the server's channels whose names hold the words; a page of a server has at most 200. */
export async function searchPackages(question: RegistryQuestion, words: string, limit: number) {
  return (await openRegistry(question)).packages(words, Math.min(limit, 200));
}
