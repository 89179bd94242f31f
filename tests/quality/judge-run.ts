import type { Measured } from './measure.ts';

/** What a set of labels gave when it was last accepted. */
export interface Baseline {
  readonly f1: number;
  readonly falseNegatives: readonly string[];
}

export const mostUnlabelled = 0.1;

/** Why a run must not pass; empty when it may. */
export function failuresOf(name: string, measured: Measured, baseline: Baseline | undefined): readonly string[] {
  const { f1, unlabelled } = measured.reported;
  if (baseline === undefined) return [`${name}: no baseline; write one with -- --accept`];
  const known = new Set(baseline.falseNegatives);
  return [
    ...(f1 < baseline.f1 ? [`${name}: F1 ${f1} is below ${baseline.f1}`] : []),
    ...measured.falseNegatives.filter((unit) => !known.has(unit)).map((unit) => `${name}: newly missed: ${unit}`),
    ...(unlabelled > mostUnlabelled ? [`${name}: ${unlabelled} of the reports have no clear label`] : []),
  ];
}

export function baselineOf({ reported, falseNegatives }: Measured): Baseline {
  return { f1: reported.f1, falseNegatives };
}
