/**
 * `[{"introduced":"0"},{"fixed":"1.1.14"},{"introduced":"1.2.0-rc.1"},{"last_affected":"1.2.0"}]` is [0, 1.1.14) and
 * [1.2.0-rc.1, 1.2.0]. Defined by https://ossf.github.io/osv-schema/#affectedrangesevents-fields.
 */
export interface OsvEvent {
  readonly kind: 'introduced' | 'fixed' | 'last_affected' | 'limit';
  readonly version: string;
}

export interface Interval {
  readonly lo: string | null;
  readonly loInclusive: boolean;
  readonly hi: string | null;
  readonly hiInclusive: boolean;
}

/** Intervals of versions that have one order. Every database writes the events in order; those that are not are put so. */
export function intervalsOfEvents(events: readonly OsvEvent[]): readonly Interval[] {
  const ordered = isAlternating(events) ? events : inOrder(events);
  const intervals: Interval[] = [];
  let lo: string | undefined;
  for (const { kind, version } of ordered) {
    if (kind === 'introduced') lo ??= version;
    else if (lo !== undefined) {
      intervals.push(interval(lo, version, kind === 'last_affected'));
      lo = undefined;
    }
  }
  if (lo !== undefined) intervals.push(interval(lo, null, false));
  return intervals;
}

/**
 * Commits have no line: affected is what reaches an `introduced` and no `fixed` of any branch, so every further fix is an
 * exception of its own.
 */
export function commitIntervalsOfEvents(events: readonly OsvEvent[]): {
  readonly affected: readonly Interval[];
  readonly unaffected: readonly Interval[];
} {
  if (isAlternating(events)) return { affected: intervalsOfEvents(events), unaffected: [] };
  const [end, ...others] = events.filter(({ kind }) => kind !== 'introduced');
  const starts = events.filter(({ kind }) => kind === 'introduced');
  return {
    affected: starts.map(({ version }) => interval(version, end?.version ?? null, end?.kind === 'last_affected')),
    unaffected: others.map(({ kind, version }) => ({
      lo: version,
      loInclusive: kind !== 'last_affected',
      hi: null,
      hiInclusive: false,
    })),
  };
}

function interval(lo: string, hi: string | null, hiInclusive: boolean): Interval {
  // `0` is the version before all others.
  return { lo: lo === '0' ? null : lo, loInclusive: true, hi, hiInclusive };
}

function isAlternating(events: readonly OsvEvent[]): boolean {
  return events.every((event, index) => (event.kind === 'introduced') === (index % 2 === 0));
}

function inOrder(events: readonly OsvEvent[]): readonly OsvEvent[] {
  const numeric = new Intl.Collator('en', { numeric: true });
  return events.toSorted((a, b) => rank(a) - rank(b) || numeric.compare(a.version, b.version));
}

function rank(event: OsvEvent): number {
  return event.kind === 'introduced' && event.version === '0' ? 0 : 1;
}
