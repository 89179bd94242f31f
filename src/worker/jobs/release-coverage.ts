import type { Evaluation } from '../../pipeline/catalog/index.ts';
import {
  cacheOfFlake,
  commonCache,
  coverageOf,
  isEnough,
  type SystemCoverage,
  type Waiver,
} from '../../pipeline/releases/index.ts';
import type { WalkContext } from '../walk-context.ts';

type Context = Pick<WalkContext, 'catalog' | 'cache' | 'organisation'>;

/** How much of the covered packages of an evaluation can be fetched, by system. */
export async function coverageOfEvaluation(
  { catalog, cache, organisation }: Context,
  flake: string,
  evaluation: Pick<Evaluation, 'id'>,
): Promise<readonly SystemCoverage[]> {
  const covered = new Map((await catalog.covered()).map((entry) => [entry.attr, entry]));
  // Where a package is only evaluated, nobody builds it.
  const instances = (await catalog.instancesOf(evaluation.id)).filter(
    ({ attr, system }) => covered.has(attr) && covered.get(attr)?.tiers?.[system] !== 'evaluates',
  );
  return coverageOf({ store: cache.store, caches: [cacheOfFlake(organisation, flake), commonCache], instances });
}

/** Why the release has to wait; null when enough is there. */
export function coverageRefusal({ cache }: Context, systems: readonly SystemCoverage[]): string | null {
  const short = systems.filter((one) => !isEnough(one, cache.minimum[one.system] ?? 0));
  if (short.length === 0) return null;
  const words = short.map(
    ({ system, present, wanted }) =>
      `${system} has ${present} of ${wanted} output paths, where ${((cache.minimum[system] ?? 0) * 100).toFixed(1)} % are asked for`,
  );
  return `too little of it can be fetched from the cache: ${words.join('; ')}`;
}

/** Keeps what was found, beside the release. */
export async function recordCoverage(
  { cache }: Context,
  given: {
    readonly uuid: string;
    readonly systems: readonly SystemCoverage[];
    readonly exception: Waiver | null;
    readonly at: number;
  },
): Promise<void> {
  await cache.coverage.record({
    uuid: given.uuid,
    at: given.at,
    systems: given.systems.map((one) => {
      const minimum = cache.minimum[one.system] ?? 0;
      return {
        ...one,
        minimumPerMille: Math.round(minimum * 1000),
        exception: isEnough(one, minimum) ? null : given.exception,
      };
    }),
  });
}
