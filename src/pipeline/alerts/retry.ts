import type { EpochMs } from '../../foundation/clock.ts';

const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** The waits of Standard Webhooks 1.0.0: eight tries over two days. */
const waitsMs: readonly number[] = [
  5 * secondMs,
  5 * minuteMs,
  30 * minuteMs,
  2 * hourMs,
  5 * hourMs,
  10 * hourMs,
  24 * hourMs,
];

/** When to try again after that many tries; null: never. What the target asked for counts where it is longer. */
export function nextTryAt(
  attempts: number,
  given: { readonly now: EpochMs; readonly retryAfterMs: number | null },
): EpochMs | null {
  const waitMs = waitsMs[attempts - 1];
  return waitMs === undefined ? null : given.now + Math.max(waitMs, given.retryAfterMs ?? 0);
}

const longestPacedMs = 3 * 24 * hourMs;

/** When to try again where the target only asked to go slower; null once the message is too old. */
export function pacedTryAt(given: {
  readonly now: EpochMs;
  readonly madeAt: EpochMs;
  readonly retryAfterMs: number | null;
}): EpochMs | null {
  if (given.now - given.madeAt > longestPacedMs) return null;
  return given.now + Math.max(given.retryAfterMs ?? 0, secondMs);
}

const failuresToOpen = 3;
const longestPauseMs = 30 * minuteMs;

/** How long a target is left alone after that many failures in a row: not at all, then 1 minute doubling to 30. */
export function pauseMs(failures: number): number {
  if (!isOpen(failures)) return 0;
  return Math.min(longestPauseMs, minuteMs * 2 ** Math.min(10, failures - failuresToOpen));
}

/** Whether a target counts as broken after that many failures in a row. */
export function isOpen(failures: number): boolean {
  return failures >= failuresToOpen;
}
