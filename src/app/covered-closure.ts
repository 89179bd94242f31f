import { parseStorePath } from '../formats/nix/store-path.ts';
import { cacheOfFlake, commonCache } from '../pipeline/releases/index.ts';
import type { WalkContext } from '../worker/index.ts';

/** A package that covered ones need when they run, and that is not covered itself. */
export interface UncoveredNeed {
  readonly name: string;
  /** Null where the evaluation does not say which attribute it is. */
  readonly attr: string | null;
  /** A few of the covered packages that lead to it. */
  readonly neededBy: readonly string[];
}

export interface CoveredClosure {
  readonly system: string;
  /** Store paths that covered packages need when they run, as far as the cache knows. */
  readonly paths: number;
  readonly uncovered: readonly UncoveredNeed[];
  /** Covered packages of which no cache of ours knows what they refer to. */
  readonly unknown: readonly string[];
}

const mostNeeding = 5;
const mostPaths = 200_000;

/** What the covered packages are linked with on one system, by the references that our binary caches know. */
export async function coveredClosure(
  { catalog, cache, channels, organisation }: Pick<WalkContext, 'catalog' | 'cache' | 'channels' | 'organisation'>,
  system: string,
): Promise<CoveredClosure> {
  const [channel] = channels;
  const evaluation = channel === undefined ? null : await catalog.latestEvaluation(channel.id);
  const all = evaluation === null ? [] : await catalog.instancesOf(evaluation.id);
  const instances = all.filter((instance) => instance.system === system);
  const covered = new Set((await catalog.covered()).map(({ attr }) => attr));
  const attrOf = new Map<string, string>();
  const queue: { readonly hash: string; readonly root: string }[] = [];
  // Two attributes may be one build: covered is what a covered one names.
  for (const instance of instances.toSorted((a, b) => Number(covered.has(a.attr)) - Number(covered.has(b.attr))))
    for (const output of Object.values(instance.outputs)) {
      const read = parseStorePath(output);
      if (read === null) continue;
      attrOf.set(read.hash, instance.attr);
      if (covered.has(instance.attr)) queue.push({ hash: read.hash, root: instance.attr });
    }
  const caches = [cacheOfFlake(organisation, channel?.flake ?? ''), commonCache];
  const nameOf = new Map<string, string>();
  const neededBy = new Map<string, Set<string>>();
  const known = new Map<string, readonly { readonly hash: string; readonly name: string }[] | null>();
  const unknown = new Set<string>();
  const isCovered = (hash: string) => covered.has(attrOf.get(hash) ?? '');
  for (let next = queue.shift(); next !== undefined && known.size < mostPaths; next = queue.shift()) {
    const { hash, root } = next;
    const seen = known.has(hash);
    const references =
      known.get(hash) ?? (seen ? null : ((await cache.store.path(caches, hash))?.narInfo.references ?? null));
    known.set(hash, references);
    if (references === null) {
      if (isCovered(hash)) unknown.add(root);
      continue;
    }
    for (const reference of references) {
      if (reference.hash === hash) continue;
      nameOf.set(reference.hash, reference.name);
      // A covered package answers for what it needs itself.
      if (isCovered(reference.hash)) continue;
      const needing = neededBy.get(reference.hash) ?? new Set();
      neededBy.set(reference.hash, needing);
      if (needing.has(root)) continue;
      needing.add(root);
      queue.push({ hash: reference.hash, root });
    }
  }
  const named = Map.groupBy(neededBy, ([hash]) => attrOf.get(hash) ?? nameOf.get(hash) ?? hash);
  return {
    system,
    paths: [...known.values()].filter((references) => references !== null).length,
    uncovered: [...named]
      .map(([name, members]) => ({
        name,
        attr: attrOf.get(members[0]?.[0] ?? '') ?? null,
        neededBy: [...new Set(members.flatMap(([, roots]) => [...roots]))].sort().slice(0, mostNeeding),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    unknown: [...unknown].sort(),
  };
}
