import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { archiveGraceMs, type KeptPath, planGarbage } from './plan-garbage.ts';

const day = 86_400_000;
const now = 1_000 * day;
const keepUploadsMs = 30 * day;

/** Caches of two, paths that refer to earlier ones and perhaps to themselves, as a cache only ever holds whole closures. */
const world = fc
  .array(
    fc.record({
      cache: fc.constantFrom('common', 'of/acme/secure'),
      to: fc.array(fc.nat(), { maxLength: 3 }),
      self: fc.boolean(),
      ageDays: fc.nat(100),
      removedDays: fc.option(fc.nat(100), { freq: 3 }),
      needed: fc.boolean(),
      pinned: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
    }),
    { maxLength: 30 },
  )
  .map((specs) => {
    const paths = specs.map(({ cache, to, self, ageDays, removedDays }, index): KeptPath => {
      const earlier = specs.slice(0, index).flatMap((other, at) => (other.cache === cache ? [String(at)] : []));
      return {
        cache,
        hash: String(index),
        references: [
          ...new Set([
            ...to.flatMap((one) => earlier[one % Math.max(1, earlier.length)] ?? []),
            ...(self ? [String(index)] : []),
          ]),
        ],
        addedAt: now - ageDays * day,
        removedAt: removedDays === null ? null : now - removedDays * day,
      };
    });
    return {
      paths,
      needed: new Set(specs.flatMap(({ needed }, index) => (needed ? [String(index)] : []))),
      pinned: specs.flatMap(({ cache, pinned }, index) => (pinned ? [{ cache, hash: String(index) }] : [])),
    };
  });

const keyOf = ({ cache, hash }: { readonly cache: string; readonly hash: string }) => `${cache} ${hash}`;

function closureOf(paths: readonly KeptPath[], roots: readonly KeptPath[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const visit = (path: KeptPath) => {
    if (reached.has(keyOf(path))) return;
    reached.add(keyOf(path));
    for (const other of paths) if (other.cache === path.cache && path.references.includes(other.hash)) visit(other);
  };
  roots.forEach(visit);
  return reached;
}

describe('what may go', () => {
  test('never anything that a release, a pin or a young upload leads to', () => {
    fc.assert(
      fc.property(world, ({ paths, needed, pinned }) => {
        const plan = planGarbage({ paths, needed, pinned, keepUploadsMs, now });
        const roots = paths.filter(
          (path) =>
            needed.has(path.hash) ||
            pinned.some((pin) => keyOf(pin) === keyOf(path)) ||
            (path.removedAt === null && now - path.addedAt < keepUploadsMs),
        );
        const kept = closureOf(paths, roots);
        for (const path of [...plan.withdraw, ...plan.forget]) expect(kept.has(keyOf(path))).toBe(false);
        // And everything else goes: nothing is kept by mistake either.
        for (const path of paths)
          if (path.removedAt === null && !kept.has(keyOf(path))) expect(plan.withdraw).toContain(path);
      }),
      { numRuns: 500 },
    );
  });

  test('an archive stays 30 days after its path was withdrawn', () => {
    fc.assert(
      fc.property(world, ({ paths, needed, pinned }) => {
        for (const path of planGarbage({ paths, needed, pinned, keepUploadsMs, now }).forget)
          expect(now - (path.removedAt ?? now)).toBeGreaterThanOrEqual(archiveGraceMs);
      }),
    );
  });

  test('afterwards, what is offered refers to nothing that is not', () => {
    fc.assert(
      fc.property(world, ({ paths: all, needed, pinned }) => {
        // A cache begins closed: what is offered refers to what is offered.
        const paths = all.map((path) => ({ ...path, removedAt: null as number | null }));
        let state = paths;
        for (const at of [now, now + 20 * day, now + 70 * day]) {
          const plan = planGarbage({
            paths: state,
            needed: at === now ? new Set() : needed,
            pinned,
            keepUploadsMs,
            now: at,
          });
          const has = (list: readonly KeptPath[], path: KeptPath) => list.some((one) => keyOf(one) === keyOf(path));
          state = state
            .filter((path) => !has(plan.forget, path))
            .map((path) => ({
              ...path,
              removedAt: has(plan.withdraw, path) ? at : has(plan.restore, path) ? null : path.removedAt,
            }));
          const offered = new Set(state.filter(({ removedAt }) => removedAt === null).map(keyOf));
          for (const path of state.filter(({ removedAt }) => removedAt === null))
            for (const hash of path.references) expect(offered.has(keyOf({ cache: path.cache, hash }))).toBe(true);
        }
      }),
    );
  });
});
