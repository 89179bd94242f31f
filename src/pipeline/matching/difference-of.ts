import type { RoutedMatch, StoredMatch } from './match-package.ts';
import { isApart } from './taken.ts';

/** One match that a newer algorithm sees otherwise. */
export interface MatchDifference {
  readonly kind: 'appeared' | 'vanished' | 'changed';
  readonly channel: string;
  readonly attr: string;
  readonly advisoryId: string;
  readonly before: StoredMatch | null;
  readonly after: RoutedMatch | null;
  /** Somebody waits for it, and the newer answer would take it out of sight. */
  readonly isHeld: boolean;
}

/** What a newer algorithm would change on the same input. A match of another version is of other input, and other words are no other answer. */
export function differenceOf(
  before: readonly StoredMatch[],
  after: readonly RoutedMatch[],
): readonly MatchDifference[] {
  const later = new Map(after.map((routed) => [keyOf(routed), routed]));
  const seen = new Set<string>();
  const found: MatchDifference[] = [];
  for (const older of before) {
    const key = keyOf(older);
    seen.add(key);
    const newer = later.get(key) ?? null;
    if (newer !== null && (newer.match.version !== older.match.version || isSame(older, newer))) continue;
    found.push({
      kind: newer === null ? 'vanished' : 'changed',
      ...placeOf(older),
      before: older,
      after: newer,
      isHeld: isAwaited(older) && (newer === null || !isAwaited(newer)),
    });
  }
  for (const newer of after)
    if (!seen.has(keyOf(newer)))
      found.push({ kind: 'appeared', ...placeOf(newer), before: null, after: newer, isHeld: false });
  return found;
}

function isSame(a: StoredMatch, b: RoutedMatch): boolean {
  // What is held already has lost the route it had.
  const isSameRoute = a.route === b.route || (a.route === 'held' && isAwaited(b));
  return isSameRoute && a.match.status === b.match.status && a.match.score === b.match.score;
}

function isAwaited({ match, route }: StoredMatch): boolean {
  return (
    route !== 'stored' && !isApart(route) && (match.status === 'affected' || match.status === 'under_investigation')
  );
}

function placeOf({ match: { channel, attr, advisoryId } }: StoredMatch) {
  return { channel, attr, advisoryId };
}

function keyOf({ match }: StoredMatch): string {
  return `${match.attr}\0${match.advisoryId}`;
}
