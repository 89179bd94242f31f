import type { InputStanding, MissingFix } from './model.ts';

/** What a closure lacks of the fixes of one of our flakes. */
interface LackedFixes {
  /** `organisation/flake`. */
  readonly flake: string;
  readonly lacks: readonly MissingFix[];
}

/** From where the inputs of a consumer stand by its closure. A flake of which one input is not known is left out. */
export function lackedByFlake(inputs: readonly InputStanding[]): readonly LackedFixes[] {
  const flakes = Map.groupBy(inputs, ({ input }) => `${input.organisation}/${input.flake}`);
  return [...flakes].flatMap(([flake, own]) => {
    if (own.some(({ kind }) => kind === 'unknown')) return [];
    const lacks = own.flatMap((standing) =>
      standing.kind === 'unknown'
        ? []
        : [...(standing.kind === 'behind' ? standing.missing : []), ...(standing.undeployed ?? [])],
    );
    return [{ flake, lacks }];
  });
}
