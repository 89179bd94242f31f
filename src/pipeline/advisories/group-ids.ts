import { isCve } from './mentions.ts';

/** Ids that name one vulnerability. */
export interface IdGroup {
  /** The CVE id where there is one, else the smallest. */
  readonly id: string;
  /** All, sorted. */
  readonly ids: readonly string[];
}

export interface Grouping {
  readonly groups: readonly IdGroup[];
  /** Ids that speak of several vulnerabilities, with the ids of the groups: attributed to each, part of none. */
  readonly bundles: ReadonlyMap<string, readonly string[]>;
}

export interface IdLinks {
  /** Pairs that a record says are the same. */
  readonly aliases: readonly (readonly [string, string])[];
  /** A CVE id that was rejected, and the one it duplicates. */
  readonly duplicates: readonly (readonly [string, string])[];
}

/**
 * Groups ids by alias, with the guard that no group has two CVE ids unless one is a rejected duplicate of the other.
 * Where the plain closure would have several, every other id belongs to the CVE it is nearest to; equally near to
 * several, it is a bundle. The answer does not depend on the order of what is given.
 */
export function groupIds(ids: Iterable<string>, { aliases, duplicates }: IdLinks): Grouping {
  const neighbours = new Map<string, Set<string>>();
  const canonical = canonicalCves(duplicates);
  const join = (a: string, b: string) => {
    neighbours.get(a)?.add(b);
    neighbours.get(b)?.add(a);
  };
  const all = new Set([...ids, ...aliases.flat(), ...duplicates.flat()]);
  for (const id of all) neighbours.set(id, new Set());
  for (const [a, b] of aliases) join(a, b);

  const groupOf = new Map<string, string>();
  const bundles = new Map<string, readonly string[]>();
  const cves = [...all].filter(isCve);
  for (const cve of cves) groupOf.set(cve, canonical(cve));
  // Ring by ring, so that the nearest CVE wins whatever the order.
  let ring: readonly string[] = cves;
  while (ring.length > 0) {
    const reached = new Map<string, Set<string>>();
    for (const id of ring) {
      const group = groupOf.get(id);
      if (group === undefined) continue;
      for (const other of neighbours.get(id) ?? []) {
        if (groupOf.has(other) || bundles.has(other)) continue;
        const groups = reached.get(other);
        if (groups === undefined) reached.set(other, new Set([group]));
        else groups.add(group);
      }
    }
    for (const [id, groups] of reached) {
      const [first, ...more] = [...groups].sort();
      if (first === undefined) continue;
      if (more.length === 0) groupOf.set(id, first);
      else bundles.set(id, [first, ...more]);
    }
    ring = [...reached.keys()];
  }
  for (const id of all) {
    if (groupOf.has(id) || bundles.has(id)) continue;
    const own = reachable(id, neighbours, (other) => !bundles.has(other));
    const name = own.sort()[0] ?? id;
    for (const member of own) groupOf.set(member, name);
  }
  const groups = Map.groupBy(groupOf, ([, group]) => group);
  return {
    groups: [...groups]
      .map(([id, members]) => ({ id, ids: members.map(([member]) => member).sort() }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
    bundles,
  };
}

/** Follows duplicates to the CVE that stands; of those that name each other the smallest does. */
function canonicalCves(duplicates: IdLinks['duplicates']): (cve: string) => string {
  const targets = Map.groupBy(duplicates, ([from]) => from);
  const next = (cve: string): string | null => {
    const named = new Set((targets.get(cve) ?? []).map(([, to]) => to).filter((to) => isCve(to) && to !== cve));
    return named.size === 1 ? ([...named][0] ?? null) : null;
  };
  return (cve) => {
    const path = [cve];
    for (;;) {
      const to = next(path.at(-1) ?? cve);
      if (to === null) return path.at(-1) ?? cve;
      const from = path.indexOf(to);
      if (from >= 0) return path.slice(from).sort()[0] ?? cve;
      path.push(to);
    }
  };
}

function reachable(
  start: string,
  neighbours: ReadonlyMap<string, ReadonlySet<string>>,
  isOpen: (id: string) => boolean,
): string[] {
  const found = new Set([start]);
  for (const id of found) for (const other of neighbours.get(id) ?? []) if (isOpen(other)) found.add(other);
  return [...found];
}
