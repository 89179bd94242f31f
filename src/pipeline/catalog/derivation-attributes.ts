import type { Instance } from './model.ts';

/** What a decision about a package may hold on to: the hashes of its sources, and the systems that have it. */
export function derivationAttributes(instances: readonly Instance[]): Readonly<Record<string, string>> {
  const joined = (texts: readonly string[]) => [...new Set(texts)].sort().join(' ');
  return {
    sources: joined(instances.flatMap(({ sources }) => sources.map(({ name, hash }) => hash ?? name))),
    systems: joined(instances.map(({ system }) => system)),
  };
}
