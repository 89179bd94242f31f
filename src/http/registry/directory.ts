import type { PublishedFlake } from '../../pipeline/releases/index.ts';

/** The flakes of an organisation, its name in any case. */
export function flakesOf(flakes: readonly PublishedFlake[], organisation: string): readonly PublishedFlake[] {
  return flakes.filter(({ newest }) => newest.organisation.toLowerCase() === organisation.toLowerCase());
}

/** The flakes whose `organisation/flake` holds every word. */
export function flakesNamed(flakes: readonly PublishedFlake[], text: string): readonly PublishedFlake[] {
  const words = text.toLowerCase().split(/\s+/);
  return flakes.filter(({ newest }) => {
    const name = `${newest.organisation}/${newest.flake}`.toLowerCase();
    return words.every((word) => name.includes(word));
  });
}

/** The organisations that publish something, each in the spelling of its first flake. */
export function organisationsOf(flakes: readonly PublishedFlake[]): readonly string[] {
  const names = new Map<string, string>();
  for (const { newest } of flakes) {
    const key = newest.organisation.toLowerCase();
    if (!names.has(key)) names.set(key, newest.organisation);
  }
  return [...names.values()];
}
