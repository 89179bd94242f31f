import type { EpochMs } from '../../../foundation/clock.ts';
import { type Band, bands } from '../policy.ts';
import type { ClockLine } from '../sla/timeline.ts';
import { type Adoption, adoptionsOf, type ReleasedFix, type Seen } from './adoption.ts';
import type { CaseFigures, CaseName, PublishedCase } from './case-figures.ts';
import { monthOf, monthsBetween, nextMonth, startOfMonth } from './months.ts';
import { type Duration, type Spread, spreadOf } from './survival.ts';

/** What the kept promises of a severity are in one month of one line. */
export interface AttainmentRow {
  readonly month: string;
  /** Null: all lines. */
  readonly channel: string | null;
  readonly band: Band;
  /** By the month in which a promise was kept or broken. */
  readonly response: Outcomes;
  readonly remediation: Outcomes;
  /** The rest but the exposure: of the cases whose clock started in the month. */
  readonly started: number;
  readonly lateDetections: number;
  readonly rerated: number;
  readonly paused: { readonly cases: number; readonly ms: number };
  readonly intervals: Readonly<Record<IntervalName, Spread>>;
  /** Fixes that this month once counted as kept, until one of them turned out not to hold. */
  readonly revised: number;
  /** How long vulnerable packages were shipped in the month, all cases added up. */
  readonly exposureMs: number;
  /** From a release with fixes of this severity in the month to the consumers that take it up. */
  readonly adoption: Spread;
}

export interface Outcomes {
  readonly inTime: number;
  readonly missed: number;
  /** In time, with more than nine tenths of the time used. */
  readonly nearMisses: number;
}

export const intervalNames = ['detect', 'answer', 'fix', 'fixFromMatch', 'fixFromUpstream'] as const;
export type IntervalName = (typeof intervalNames)[number];

/** A promise that was broken: all of them are published. */
export interface Miss {
  readonly name: CaseName;
  readonly band: Band;
  readonly clock: 'response' | 'remediation';
  readonly month: string;
  readonly dueAt: EpochMs;
  /** Null: still open. */
  readonly stoppedAt: EpochMs | null;
}

export interface Attainment {
  readonly asOf: EpochMs;
  readonly rows: readonly AttainmentRow[];
  readonly misses: readonly Miss[];
}

export interface AttainmentSources {
  readonly cases: readonly PublishedCase[];
  readonly releases: readonly ReleasedFix[];
  readonly seen: readonly Seen[];
  readonly asOf: EpochMs;
}

const nearMissFrom = 0.9;

/** How the promise was kept by month, line and severity. Cases that count for nothing (void) are left out. */
export function attainmentOf({ cases, releases, seen, asOf }: AttainmentSources): Attainment {
  const counted = cases.filter(({ figures }) => figures.voidAt === null && figures.startAt <= asOf);
  const adoptions = adoptionsOf(releases, seen, asOf);
  const first = [...counted.map(({ figures }) => figures.startAt), ...releases.map(({ publishedAt }) => publishedAt)];
  const months = first.length === 0 ? [] : monthsBetween(monthOf(Math.min(...first)), monthOf(asOf));
  const channels = [...new Set([...counted.map(({ name }) => name.channel), ...releases.map((one) => one.channel)])];
  const tallies = new Map<string, Tally>();
  // With one line, "all lines" would only repeat it.
  const over = (channel: string): readonly (string | null)[] => (channels.length > 1 ? [channel, null] : [channel]);
  const tallyOf = (month: string, channel: string | null, band: Band): Tally => {
    const key = `${month} ${band} ${channel ?? ''}`;
    const known = tallies.get(key) ?? newTally(month, channel, band);
    tallies.set(key, known);
    return known;
  };
  for (const { name, figures } of counted)
    for (const channel of over(name.channel))
      tallyCase(figures, asOf, months, (month) => tallyOf(month, channel, figures.band));
  for (const adoption of adoptions)
    for (const channel of over(adoption.channel))
      tallyOf(monthOf(adoption.publishedAt), channel, adoption.band).adoptions.push(adoption);
  const rows = [...tallies.values()].map(rowOf).sort(inOrder);
  return { asOf, rows, misses: missesOf(counted, asOf) };
}

type Counts = { -readonly [Key in keyof Outcomes]: Outcomes[Key] };
interface Tally {
  readonly month: string;
  readonly channel: string | null;
  readonly band: Band;
  readonly response: Counts;
  readonly remediation: Counts;
  readonly durations: Record<IntervalName, Duration[]>;
  readonly adoptions: Adoption[];
  started: number;
  lateDetections: number;
  rerated: number;
  revised: number;
  pausedCases: number;
  pausedMs: number;
  exposureMs: number;
}

function newTally(month: string, channel: string | null, band: Band): Tally {
  const none = () => ({ inTime: 0, missed: 0, nearMisses: 0 });
  return {
    month,
    channel,
    band,
    response: none(),
    remediation: none(),
    durations: { detect: [], answer: [], fix: [], fixFromMatch: [], fixFromUpstream: [] },
    adoptions: [],
    started: 0,
    lateDetections: 0,
    rerated: 0,
    revised: 0,
    pausedCases: 0,
    pausedMs: 0,
    exposureMs: 0,
  };
}

function tallyCase(figures: CaseFigures, asOf: EpochMs, months: readonly string[], of: (month: string) => Tally): void {
  for (const clock of ['response', 'remediation'] as const) {
    const line = figures[clock];
    const outcome = outcomeOf(line, figures.startAt, asOf);
    if (outcome === null) continue;
    const counts = of(monthOf(outcome.at))[clock];
    if (!outcome.isMissed) counts.inTime += 1;
    else counts.missed += 1;
    if (outcome.isNear) counts.nearMisses += 1;
  }
  const cohort = of(monthOf(figures.startAt));
  cohort.started += 1;
  if (figures.flags.includes('late_detection')) cohort.lateDetections += 1;
  if (figures.rerated > 0) cohort.rerated += 1;
  if (figures.pausedMs > 0) {
    cohort.pausedCases += 1;
    cohort.pausedMs += figures.pausedMs;
  }
  tallyIntervals(figures, asOf, cohort.durations);
  for (const month of figures.revisesMonths) of(month).revised += 1;
  const until = Math.min(figures.remediation.stoppedAt ?? asOf, asOf);
  for (const month of months) {
    const [from, to] = [startOfMonth(month), startOfMonth(nextMonth(month))];
    const ms = Math.min(until, to) - Math.max(figures.startAt, from);
    if (ms > 0) of(month).exposureMs += ms;
  }
}

function tallyIntervals(figures: CaseFigures, asOf: EpochMs, durations: Tally['durations']): void {
  const { startAt, matchedAt, fixAvailableAt, response, remediation } = figures;
  const add = (name: IntervalName, from: EpochMs | null, to: EpochMs | null) => {
    if (from === null || from > asOf) return;
    const isOver = to !== null && to <= asOf;
    durations[name].push({ ms: Math.max(0, (isOver ? to : asOf) - from), isOver });
  };
  add('detect', startAt, matchedAt);
  if (response.dueAt !== null || response.stoppedAt !== null) add('answer', startAt, response.stoppedAt);
  add('fix', startAt, remediation.stoppedAt);
  add('fixFromMatch', matchedAt, remediation.stoppedAt);
  add('fixFromUpstream', fixAvailableAt, remediation.stoppedAt);
}

/** Null: nothing was promised, or it is not decided yet. */
function outcomeOf(
  line: ClockLine,
  startAt: EpochMs,
  asOf: EpochMs,
): { readonly at: EpochMs; readonly isMissed: boolean; readonly isNear: boolean } | null {
  const { breachedAt, stoppedAt } = line;
  if (breachedAt !== null && breachedAt < asOf) return { at: breachedAt, isMissed: true, isNear: false };
  const { dueAt } = line;
  if (dueAt === null) return null;
  if (stoppedAt !== null && stoppedAt <= dueAt && stoppedAt <= asOf)
    return { at: stoppedAt, isMissed: false, isNear: stoppedAt - startAt > nearMissFrom * (dueAt - startAt) };
  return dueAt < asOf ? { at: dueAt, isMissed: true, isNear: false } : null;
}

function missesOf(cases: readonly PublishedCase[], asOf: EpochMs): readonly Miss[] {
  return cases
    .flatMap(({ name, figures }) =>
      (['response', 'remediation'] as const).flatMap((clock): readonly Miss[] => {
        const outcome = outcomeOf(figures[clock], figures.startAt, asOf);
        if (outcome === null || !outcome.isMissed) return [];
        const { stoppedAt } = figures[clock];
        const stopped = stoppedAt !== null && stoppedAt <= asOf ? stoppedAt : null;
        const month = monthOf(outcome.at);
        return [{ name, band: figures.band, clock, month, dueAt: outcome.at, stoppedAt: stopped }];
      }),
    )
    .sort((a, b) => b.dueAt - a.dueAt || Number(a.name.id) - Number(b.name.id) || (a.clock < b.clock ? -1 : 1));
}

function rowOf(tally: Tally): AttainmentRow {
  const { durations, adoptions, pausedCases, pausedMs, ...rest } = tally;
  return {
    ...rest,
    paused: { cases: pausedCases, ms: pausedMs },
    intervals: {
      detect: spreadOf(durations.detect),
      answer: spreadOf(durations.answer),
      fix: spreadOf(durations.fix),
      fixFromMatch: spreadOf(durations.fixFromMatch),
      fixFromUpstream: spreadOf(durations.fixFromUpstream),
    },
    adoption: spreadOf(adoptions),
  };
}

/** The newest month first, then all lines before each, then the gravest. */
function inOrder(a: AttainmentRow, b: AttainmentRow): number {
  if (a.month !== b.month) return a.month < b.month ? 1 : -1;
  const [left, right] = [a.channel ?? '', b.channel ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return bands.indexOf(a.band) - bands.indexOf(b.band);
}
