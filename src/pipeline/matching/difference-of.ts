import type { RoutedMatch } from './match-package.ts';

export interface MatchDifference {
  readonly added: readonly RoutedMatch[];
  readonly lost: readonly RoutedMatch[];
  readonly rerouted: readonly { readonly before: RoutedMatch; readonly after: RoutedMatch }[];
}

/** What a newer algorithm would change, before it goes live. */
export function differenceOf(before: readonly RoutedMatch[], after: readonly RoutedMatch[]): MatchDifference {
  const earlier = new Map(before.map((routed) => [keyOf(routed), routed]));
  const later = new Map(after.map((routed) => [keyOf(routed), routed]));
  return {
    added: after.filter((routed) => !earlier.has(keyOf(routed))),
    lost: before.filter((routed) => !later.has(keyOf(routed))),
    rerouted: after.flatMap((routed) => {
      const known = earlier.get(keyOf(routed));
      const isSame =
        known === undefined || (known.route === routed.route && known.match.status === routed.match.status);
      return isSame ? [] : [{ before: known, after: routed }];
    }),
  };
}

function keyOf({ match }: RoutedMatch): string {
  return JSON.stringify([match.channel, match.attr, match.advisoryId]);
}
