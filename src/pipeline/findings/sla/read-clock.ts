import type { EpochMs } from '../../../foundation/clock.ts';
import type { CaseTimeline, ClockLine } from './timeline.ts';

export type ClockState =
  | 'not_applicable'
  /** Something is promised, and until when cannot be said. */
  | 'not_computed'
  | 'not_started'
  | 'running'
  | 'paused'
  | 'met'
  | 'met_late'
  | 'breached_open'
  | 'void';

/** How a clock stands at `now`. A stop at the very instant it is due is in time. */
export function readClock(timeline: CaseTimeline, clock: 'response' | 'remediation', now: EpochMs): ClockState {
  const line = timeline[clock];
  if (timeline.voidAt !== null && timeline.voidAt <= now) return 'void';
  if (line.stoppedAt !== null && line.stoppedAt <= now && line.dueAt !== null) {
    return line.stoppedAt <= line.dueAt && line.breachedAt === null ? 'met' : 'met_late';
  }
  if (isBreached(line, now)) return 'breached_open';
  if (line.dueAt === null)
    return clock === 'remediation' && timeline.flags.has('not_computed') ? 'not_computed' : 'not_applicable';
  if (now < timeline.start.at) return 'not_started';
  const isPaused =
    timeline.steps.some(({ what, at }) => what === 'paused' && at <= now) && now < (timeline.pausedUntil ?? now);
  return clock === 'remediation' && isPaused ? 'paused' : 'running';
}

function isBreached(line: ClockLine, now: EpochMs): boolean {
  if (line.breachedAt !== null) return line.breachedAt < now;
  return line.dueAt !== null && line.dueAt < now;
}
