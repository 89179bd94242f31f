import type { RegistryFlake } from '../../pipeline/releases/index.ts';

/** The flakes of an organisation, its name in any case. */
export function flakesOf(flakes: readonly RegistryFlake[], organisation: string): readonly RegistryFlake[] {
  return flakes.filter((flake) => flake.organisation.toLowerCase() === organisation.toLowerCase());
}

/** The flakes whose name, description or labels hold every word. */
export function flakesNamed(flakes: readonly RegistryFlake[], text: string): readonly RegistryFlake[] {
  const words = text.toLowerCase().split(/\s+/);
  return flakes.filter(({ organisation, flake, description, labels }) => {
    const said = [`${organisation}/${flake}`, description ?? '', ...labels].join('\n').toLowerCase();
    return words.every((word) => said.includes(word));
  });
}

export function flakesLabelled(flakes: readonly RegistryFlake[], label: string): readonly RegistryFlake[] {
  return flakes.filter(({ labels }) => labels.includes(label.toLowerCase()));
}

/** The organisations that publish something, each in the spelling of its first flake. */
export function organisationsOf(flakes: readonly RegistryFlake[]): readonly string[] {
  const names = new Map<string, string>();
  for (const { organisation } of flakes) {
    const key = organisation.toLowerCase();
    if (!names.has(key)) names.set(key, organisation);
  }
  return [...names.values()];
}
