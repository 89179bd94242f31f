/** How long something took, or has taken so far while it is not over. */
export interface Duration {
  readonly ms: number;
  readonly isOver: boolean;
}

/** Null: not reached yet by what is known. */
export interface Spread {
  readonly count: number;
  /** How many of them are not over. */
  readonly open: number;
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
  readonly p95Ms: number | null;
}

export interface Survival {
  readonly ms: number;
  /** The share that lasts longer than `ms`. */
  readonly share: number;
}

/** The median and the long end of durations, what is still open included: the estimate of Kaplan and Meier. */
export function spreadOf(durations: readonly Duration[]): Spread {
  const curve = survivalOf(durations);
  const at = (part: number) => quantile(curve, 1 - part);
  return {
    count: durations.length,
    open: durations.filter(({ isOver }) => !isOver).length,
    medianMs: at(0.5),
    p90Ms: at(0.9),
    p95Ms: at(0.95),
  };
}

/** By when this share is over, of those that have lasted `elapsedMs`; null where nothing known lasted so long. */
export function remainingQuantile(curve: readonly Survival[], share: number, elapsedMs: number): number | null {
  const next = firstWhere(curve, ({ ms }) => ms > elapsedMs);
  const left = curve[next - 1]?.share ?? 1;
  if (left <= rounding) return null;
  const wanted = left * (1 - share) + rounding;
  return (
    curve[
      Math.max(
        next,
        firstWhere(curve, (step) => step.share <= wanted),
      )
    ]?.ms ?? null
  );
}

/** Once it holds it holds for all that follow. */
function firstWhere(curve: readonly Survival[], holds: (step: Survival) => boolean): number {
  let [from, to] = [0, curve.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const step = curve[middle];
    if (step !== undefined && holds(step)) to = middle;
    else from = middle + 1;
  }
  return from;
}

// Shares are products of fractions: the last digits are noise.
const rounding = 1e-9;

function quantile(curve: readonly Survival[], share: number): number | null {
  return curve.find((step) => step.share <= share + rounding)?.ms ?? null;
}

/** By time, each step with the share that lasts longer. */
export function survivalOf(durations: readonly Duration[]): readonly Survival[] {
  const sorted = durations.toSorted((a, b) => a.ms - b.ms);
  const curve: Survival[] = [];
  let share = 1;
  for (let from = 0; from < sorted.length; ) {
    const ms = sorted[from]?.ms ?? 0;
    let next = from;
    let over = 0;
    for (; next < sorted.length && sorted[next]?.ms === ms; next += 1) if (sorted[next]?.isOver) over += 1;
    if (over > 0) {
      share *= 1 - over / (sorted.length - from);
      curve.push({ ms, share });
    }
    from = next;
  }
  return curve;
}
