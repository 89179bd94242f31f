import type { WalkContext } from '../walk-context.ts';

/** Gives the systems on which nothing of a covered package is promised but that it is evaluated and watched. */
export async function onlyEvaluated({
  catalog,
}: Pick<WalkContext, 'catalog'>): Promise<(attr: string) => readonly string[]> {
  const covered = new Map((await catalog.covered()).map(({ attr, tiers }) => [attr, tiers]));
  return (attr) =>
    Object.entries(covered.get(attr) ?? {}).flatMap(([system, tier]) => (tier === 'full' ? [] : [system]));
}
