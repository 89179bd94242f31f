import type { JournalEvent } from '../../../journal/index.ts';
import type { Seen } from './adoption.ts';

/** Tells which releases of a flake have fixes that a closure lacks, from when that closure was told. */
export const runsKind = 'consumer.runs';
/** After these a consumer stands by its lock again. */
const endingKinds = ['consumer.closure-removed', 'consumer.removed'];
export const seenKinds: readonly string[] = ['consumer.registered', runsKind, ...endingKinds];

/** What was known of one flake of a consumer, one after the other. */
interface Known {
  seen: readonly Seen[];
  locked: string | null;
  /** What its closure lacks; null while none is known. */
  lacks: readonly string[] | null;
}

/**
 * What consumers had of our flakes, and from when: by their closures while these are known, else by their locks. `lacks`:
 * what a closure does by what the journal has of it so far.
 */
export function whatWasSeen(events: readonly JournalEvent[]): {
  readonly seen: readonly Seen[];
  readonly lacks: (consumer: string, flake: string) => readonly string[] | null;
} {
  const known = new Map<string, Map<string, Known>>();
  const of = (consumer: string, flake: string): Known => {
    const own = known.get(consumer) ?? new Map<string, Known>();
    known.set(consumer, own);
    const one = own.get(flake) ?? { seen: [], locked: null, lacks: null };
    own.set(flake, one);
    return one;
  };
  for (const { at, kind, payload } of events) {
    const consumer = String(payload.name);
    if (kind === 'consumer.registered') {
      for (const { flake, version } of payload.inputs as readonly {
        readonly flake?: string;
        readonly version: string;
      }[])
        if (flake !== undefined) {
          const one = of(consumer, flake);
          one.locked = version;
          if (one.lacks === null) one.seen = [...one.seen, { kind: 'lock', consumer, flake, version, at }];
        }
    } else if (kind === runsKind) {
      const [flake, since] = [String(payload.flake), Number(payload.since)];
      const one = of(consumer, flake);
      one.lacks = payload.lacks as readonly string[];
      // It was judged after it was told: what was known since that counts no more.
      const before = one.seen.filter((earlier) => earlier.at < since);
      one.seen = [...before, { kind: 'runs', consumer, flake, lacks: one.lacks, at: since }];
    } else
      for (const [flake, one] of known.get(consumer) ?? []) {
        if (one.lacks === null) continue;
        one.lacks = null;
        if (kind === 'consumer.closure-removed' && one.locked !== null)
          one.seen = [...one.seen, { kind: 'lock', consumer, flake, version: one.locked, at }];
      }
  }
  return {
    seen: [...known.values()].flatMap((own) => [...own.values()].flatMap(({ seen }) => seen)),
    lacks: (consumer, flake) => known.get(consumer)?.get(flake)?.lacks ?? null,
  };
}
