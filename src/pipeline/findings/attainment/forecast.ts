import type { EpochMs } from '../../../foundation/clock.ts';
import type { Band } from '../policy.ts';
import type { CaseName, PublishedCase } from './case-figures.ts';
import { type Duration, remainingQuantile } from './survival.ts';

/** A running case with what its fixes have taken so far. */
export interface RunningCase extends PublishedCase {
  /** When the channel had the fix that no release carries yet; null while it has none. */
  readonly fixedAt: EpochMs | null;
}

/** A remediation due soon, and when it will likely be done. */
export interface Forecast {
  readonly name: CaseName;
  readonly band: Band;
  readonly dueAt: EpochMs;
  /** What is left to do: a fix and its release, or the release alone. */
  readonly stage: 'fix' | 'release';
  /** Four of five such cases were done by then; null where none known took so long. */
  readonly doneBy: EpochMs | null;
  readonly verdict: 'in time' | 'likely late' | 'no history';
  /** How many cases the estimate rests on. */
  readonly basis: number;
}

export interface History {
  readonly band: Band;
  readonly fix: Duration | null;
  readonly release: Duration | null;
}

const share = 0.8;
/** Fewer cases of a severity than this say little: then those of all count. */
const enough = 5;

/** What is due until `until`, the most pressing first, with the 80th percentile of the stages that remain. */
export function forecastOf(given: {
  readonly running: readonly RunningCase[];
  readonly history: readonly History[];
  readonly now: EpochMs;
  readonly until: EpochMs;
}): readonly Forecast[] {
  const { running, history, now, until } = given;
  return running
    .flatMap(({ name, figures, fixedAt }): readonly Forecast[] => {
      const { dueAt, stoppedAt } = figures.remediation;
      if (dueAt === null || dueAt <= now || dueAt > until || stoppedAt !== null || figures.voidAt !== null) return [];
      const stage = fixedAt === null ? 'fix' : 'release';
      const since = fixedAt ?? figures.matchedAt ?? figures.startAt;
      const known = durationsOf(history, stage, figures.band);
      const left = remainingQuantile(known, share, Math.max(0, now - since));
      const doneBy = left === null ? null : since + left;
      const isLate = doneBy === null || doneBy > dueAt;
      const verdict = known.length === 0 ? 'no history' : isLate ? 'likely late' : 'in time';
      return [{ name, band: figures.band, dueAt, stage, doneBy, verdict, basis: known.length }];
    })
    .sort((a, b) => a.dueAt - b.dueAt || Number(a.name.id) - Number(b.name.id));
}

function durationsOf(history: readonly History[], stage: 'fix' | 'release', band: Band): readonly Duration[] {
  const of = (cases: readonly History[]) => cases.flatMap((one) => one[stage] ?? []);
  const own = of(history.filter((one) => one.band === band));
  return own.length >= enough ? own : of(history);
}
