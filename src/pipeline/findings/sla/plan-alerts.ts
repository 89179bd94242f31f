import type { EpochMs } from '../../../foundation/clock.ts';
import type { SlaPolicy } from '../policy.ts';

export interface PlannedAlert {
  readonly at: EpochMs;
  /** The share of the time that is used, where the alert is about one. */
  readonly fraction: number | null;
  /** How long is left, where the alert is about that. */
  readonly beforeDueMs: number | null;
}

/**
 * When people are told about a running clock: at shares of its time and at hours before it ends, what lies close
 * together merged into the earlier. A clock first seen at `seenAt` fires only the last of those it has passed.
 */
export function planAlerts(
  clock: { readonly startAt: EpochMs; readonly dueAt: EpochMs; readonly seenAt: EpochMs },
  alerts: SlaPolicy['alerts'],
): readonly PlannedAlert[] {
  const { startAt, dueAt, seenAt } = clock;
  const wanted = [
    ...alerts.fractions.map((fraction) => ({
      at: Math.round(startAt + fraction * (dueAt - startAt)),
      fraction,
      beforeDueMs: null,
    })),
    ...alerts.before_due
      .map((beforeDueMs) => ({ at: dueAt - beforeDueMs, fraction: null, beforeDueMs }))
      .filter(({ at }) => at > startAt),
  ].sort((a, b) => a.at - b.at);
  const merged: PlannedAlert[] = [];
  for (const alert of wanted) {
    const last = merged.at(-1);
    // The breach itself is never folded into a warning.
    if (last !== undefined && alert.at - last.at <= alerts.merge_within && alert.at < dueAt) {
      merged[merged.length - 1] = {
        at: last.at,
        fraction: last.fraction ?? alert.fraction,
        beforeDueMs: last.beforeDueMs ?? alert.beforeDueMs,
      };
    } else merged.push(alert);
  }
  const passed = merged.findLastIndex(({ at }) => at <= seenAt);
  return passed <= 0 ? merged : merged.slice(passed);
}
