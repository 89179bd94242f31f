import type { EpochMs } from '../../../foundation/clock.ts';

/** A path as far as keeping it goes; caches are told apart. */
export interface KeptPath {
  readonly cache: string;
  readonly hash: string;
  /** The hashes it refers to. */
  readonly references: readonly string[];
  readonly addedAt: EpochMs;
  readonly removedAt: EpochMs | null;
}

export interface GarbagePlan {
  /** No longer to be offered: nothing needs them. */
  readonly withdraw: readonly KeptPath[];
  /** Withdrawn before, and needed again. */
  readonly restore: readonly KeptPath[];
  /** Withdrawn so long ago that no client remembers them. */
  readonly forget: readonly KeptPath[];
}

/** Nix remembers a narinfo for 30 days: its archive must stay at least so long. */
export const archiveGraceMs = 30 * 86_400_000;

/**
 * What may go. Kept is every path that is needed (by a release, a pin), every one that is young, and all they refer to, within
 * their cache.
 */
export function planGarbage(given: {
  readonly paths: readonly KeptPath[];
  /** Hashes that releases need, in whatever cache they lie. */
  readonly needed: ReadonlySet<string>;
  readonly pinned: readonly { readonly cache: string; readonly hash: string }[];
  readonly keepUploadsMs: number;
  readonly now: EpochMs;
}): GarbagePlan {
  const { paths, needed, keepUploadsMs, now } = given;
  const byKey = new Map(paths.map((path) => [keyOf(path), path]));
  const pinned = new Set(given.pinned.map(keyOf));
  const isRoot = (path: KeptPath) =>
    needed.has(path.hash) || pinned.has(keyOf(path)) || (path.removedAt === null && now - path.addedAt < keepUploadsMs);
  const live = new Set<string>();
  const waiting = paths.filter(isRoot);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (live.has(keyOf(path))) continue;
    live.add(keyOf(path));
    for (const hash of path.references) {
      const reference = byKey.get(keyOf({ cache: path.cache, hash }));
      if (reference !== undefined) waiting.push(reference);
    }
  }
  const isLive = (path: KeptPath) => live.has(keyOf(path));
  const back = whole(paths.filter((path) => path.removedAt === null || isLive(path)));
  return {
    withdraw: paths.filter((path) => path.removedAt === null && !isLive(path)),
    restore: paths.filter((path) => path.removedAt !== null && isLive(path) && back.has(keyOf(path))),
    forget: paths.filter((path) => path.removedAt !== null && !isLive(path) && now - path.removedAt >= archiveGraceMs),
  };
}

/** Those of the paths of which everything they lead to is among them. */
function whole(paths: readonly KeptPath[]): ReadonlySet<string> {
  const there = new Set(paths.map(keyOf));
  for (let before = -1; before !== there.size; ) {
    before = there.size;
    for (const path of paths)
      if (path.references.some((hash) => hash !== path.hash && !there.has(keyOf({ cache: path.cache, hash }))))
        there.delete(keyOf(path));
  }
  return there;
}

function keyOf({ cache, hash }: { readonly cache: string; readonly hash: string }): string {
  return `${cache} ${hash}`;
}
