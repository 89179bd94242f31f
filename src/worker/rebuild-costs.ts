import type { RebuildCost } from '../pipeline/alerts/index.ts';
import { namesOf, type Standing } from '../pipeline/consumers/index.ts';
import type { Release } from '../pipeline/releases/index.ts';
import type { WalkContext } from './walk-context.ts';

type Stores = Pick<WalkContext, 'catalog' | 'consumers' | 'cache'>;

/**
 * What it costs to move, by consumer and input (`id|input`), for those who have to. What a release builds anew is looked up
 * once for all who move the same way; where one of both was not evaluated nobody knows.
 */
export async function rebuildCosts(
  { catalog, consumers, cache }: Stores,
  standings: readonly Standing[],
  releases: readonly Release[],
): Promise<ReadonlyMap<string, RebuildCost>> {
  const byUuid = new Map(releases.map((release) => [release.uuid, release]));
  const evaluationOf = async (uuid: string) => {
    const release = byUuid.get(uuid);
    return release === undefined ? null : catalog.evaluationOf(release.channel, release.commitId);
  };
  const moves = standings.flatMap(({ consumer, closure, inputs }) =>
    inputs.flatMap((one) =>
      one.kind === 'behind' && (one.missing.length > 0 || one.yanked)
        ? [{ key: `${consumer.id}|${one.input.input}`, closure, from: one.input.releaseUuid, to: one.targetUuid }]
        : [],
    ),
  );
  const costs = new Map<string, RebuildCost>();
  for (const own of Map.groupBy(moves, ({ from, to }) => `${from} ${to}`).values()) {
    const [first] = own;
    if (first === undefined) continue;
    const [before, after] = [await evaluationOf(first.from), await evaluationOf(first.to)];
    if (before === null || after === null) continue;
    const { rebuilt, names } = await builtAnew(catalog, before.id, after.id);
    const cached = (await cache.coverage.recorded(first.to)).map(({ system, present, wanted }) => ({
      system,
      present,
      wanted,
    }));
    const ids = names === null ? [] : own.flatMap(({ closure }) => closure?.id ?? []);
    const held = await consumers.closures.countHeld(ids, names ?? []);
    for (const { key, closure } of own)
      costs.set(
        key,
        closure === undefined || names === null
          ? { rebuilt, running: null, cached }
          : { rebuilt: held.get(closure.id) ?? 0, running: closure.packages, cached },
      );
  }
  return costs;
}

interface BuiltAnew {
  readonly rebuilt: number;
  /** What anything of it may be called in a closure; null: of so many that nobody counts them for each closure. */
  readonly names: readonly string[] | null;
}

// A thousand closures are asked for these in a second.
const mostNames = 1_000;
const mostPairs = 20;
/** Evaluations never change, and plans are made often. */
const known = new WeakMap<object, Map<string, BuiltAnew>>();

async function builtAnew(catalog: Stores['catalog'], before: string, after: string): Promise<BuiltAnew> {
  const pairs = known.get(catalog) ?? new Map<string, BuiltAnew>();
  known.set(catalog, pairs);
  const key = `${before} ${after}`;
  const found = pairs.get(key);
  if (found !== undefined) return found;
  const built = await catalog.builtAnew({ before, after });
  const names = [...new Set(built.flatMap((one) => [...namesOf({ ...one, outputs: [] })]))];
  const made = {
    rebuilt: new Set(built.map(({ attr }) => attr)).size,
    names: names.length > mostNames ? null : names,
  };
  const [oldest] = pairs.keys();
  if (pairs.size >= mostPairs && oldest !== undefined) pairs.delete(oldest);
  pairs.set(key, made);
  return made;
}
