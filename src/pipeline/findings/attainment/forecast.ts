import type { EpochMs } from '../../../foundation/clock.ts';
import type { Band } from '../policy.ts';
import type { CaseName } from './case-figures.ts';
import { type Duration, remainingQuantile, type Survival, survivalOf } from './survival.ts';

export type ForecastStage = 'fix' | 'release';

/** A case as far as its stages go, whether it is over or not. */
export interface StagedCase {
  readonly name: CaseName;
  readonly band: Band;
  /** How it is fixed, where somebody said or did it: `update`, `patch`, `backport` … */
  readonly fixKind: string | null;
  readonly openedAt: EpochMs;
  /** When the channel had the fix; null while it has none. */
  readonly fixedAt: EpochMs | null;
  readonly dueAt: EpochMs;
  readonly stoppedAt: EpochMs | null;
}

/** What a stage that is left will take, and from what that is told. */
export interface StageEstimate {
  readonly stage: ForecastStage;
  /** Four of five such cases were through it by then; null where none known took so long. */
  readonly doneBy: EpochMs | null;
  /** How many cases the estimate rests on, and what they have in common with this one. */
  readonly basis: number;
  readonly alike: 'fix and severity' | 'fix' | 'severity' | 'nothing';
}

/** A remediation under way, and when it will likely be done. */
export interface Forecast {
  readonly name: CaseName;
  readonly band: Band;
  readonly fixKind: string | null;
  readonly dueAt: EpochMs;
  /** What is left to do, in its order: a fix and its release, or the release alone. */
  readonly stages: readonly StageEstimate[];
  readonly doneBy: EpochMs | null;
  readonly verdict: 'in time' | 'likely late' | 'no history';
}

const share = 0.8;
/** Before any duration, even none at all. */
const notBegun = -1;
/** Fewer cases than this say little: then those count that have less in common. */
const enough = 5;

/** Every case that runs, the most pressing first: now and the 80th percentile of each stage that is left. */
export function forecastOf(cases: readonly StagedCase[], now: EpochMs): readonly Forecast[] {
  const historyFor = historyOf(cases, now);
  return cases
    .filter(({ stoppedAt }) => stoppedAt === null)
    .map(({ name, band, fixKind, openedAt, fixedAt, dueAt }): Forecast => {
      const estimate = (stage: ForecastStage, since: EpochMs | null): StageEstimate => {
        const { alike, basis, curve } = historyFor(stage, band, fixKind);
        const left = since === null ? null : remainingQuantile(curve, share, now > since ? now - since : notBegun);
        return { stage, doneBy: since === null || left === null ? null : since + left, basis, alike };
      };
      const fix = fixedAt === null ? [estimate('fix', openedAt)] : [];
      const release = estimate('release', fixedAt ?? fix[0]?.doneBy ?? null);
      const stages = [...fix, release];
      const { doneBy } = release;
      const isLate = doneBy === null || doneBy > dueAt;
      const verdict = stages.some(({ basis }) => basis === 0) ? 'no history' : isLate ? 'likely late' : 'in time';
      return { name, band, fixKind, dueAt, stages, doneBy, verdict };
    })
    .sort((a, b) => a.dueAt - b.dueAt || Number(a.name.id) - Number(b.name.id));
}

type Alike = StageEstimate['alike'];

/** How long each stage took, or has taken so far, by what the cases have in common. */
function historyOf(cases: readonly StagedCase[], now: EpochMs) {
  const groups = new Map<string, Duration[]>();
  const keyOf = (stage: ForecastStage, alike: Alike, band: Band, fixKind: string | null) =>
    [stage, alike, alike.includes('fix') ? fixKind : '', alike.includes('severity') ? band : ''].join('|');
  for (const { band, fixKind, openedAt, fixedAt, stoppedAt } of cases) {
    const fixed = fixedAt ?? stoppedAt;
    const spans = [
      ['fix', openedAt, fixed],
      ['release', fixedAt, stoppedAt],
    ] as const;
    for (const [stage, from, to] of spans) {
      if (from === null) continue;
      const duration = { ms: Math.max(0, (to ?? now) - from), isOver: to !== null };
      for (const alike of alikes) {
        const key = keyOf(stage, alike, band, fixKind);
        const known = groups.get(key);
        if (known === undefined) groups.set(key, [duration]);
        else known.push(duration);
      }
    }
  }
  const curves = new Map<string, readonly Survival[]>();
  return (stage: ForecastStage, band: Band, fixKind: string | null) => {
    const alike =
      alikes.find(
        (one) =>
          (fixKind !== null || !one.includes('fix')) &&
          (groups.get(keyOf(stage, one, band, fixKind))?.length ?? 0) >= enough,
      ) ?? 'nothing';
    const key = keyOf(stage, alike, band, fixKind);
    const durations = groups.get(key) ?? [];
    const curve = curves.get(key) ?? survivalOf(durations);
    curves.set(key, curve);
    return { alike, basis: durations.length, curve };
  };
}

const alikes: readonly Alike[] = ['fix and severity', 'fix', 'severity', 'nothing'];
