import type { Role } from '../../accounts/index.ts';

/** Where a finding stands on its way, finer than its state. A record that matches nothing has no finding and no stage. */
export const stages = [
  'matched',
  'triaging',
  'affected',
  'awaiting_upstream',
  'fixing',
  'in_review',
  'building',
  'testing',
  'staged',
  'released',
  'verified',
  'closed',
  'dismissed',
  'not_affected',
  'void',
] as const;
export type Stage = (typeof stages)[number];

export interface Transition {
  /** The kind of the journal's event. */
  readonly event: string;
  readonly from: readonly Stage[];
  readonly to: Stage;
  /** Who may; of several people each holds one of these roles. */
  readonly who: readonly (Role | 'robot')[];
  /** `severe`: two where the finding is critical, high, not rated or known exploited, or a promise of it was broken; else one. */
  readonly people: 'one' | 'two' | 'severe';
}

/** Still somebody's work. */
export const workingStages: readonly Stage[] = [
  'matched',
  'triaging',
  'affected',
  'awaiting_upstream',
  'fixing',
  'in_review',
  'building',
  'testing',
];
const ended = ['staged', 'released', 'verified', 'closed', 'dismissed', 'not_affected', 'void'] as const;

const by = (
  event: string,
  from: readonly Stage[],
  to: Stage,
  who: Transition['who'],
  people: Transition['people'] = 'one',
): Transition => ({ event: `finding.${event}`, from, to, who, people });

/** Every way from one stage to another; what is not listed is refused. Decision 0017 says where it goes beyond its source. */
export const transitions: readonly Transition[] = [
  by('claimed', ['matched'], 'triaging', ['analyst']),
  by('unclaimed', ['triaging'], 'matched', ['analyst', 'robot']),
  by('dismissed', ['triaging'], 'dismissed', ['analyst', 'reviewer'], 'severe'),
  by('verdict-approved', ['triaging'], 'not_affected', ['analyst', 'reviewer'], 'two'),
  by('affected', ['triaging'], 'affected', ['analyst']),
  by('determination-withdrawn', ['affected', 'awaiting_upstream'], 'triaging', ['analyst']),
  by('upstream-reported', ['affected'], 'awaiting_upstream', ['analyst']),
  by('fix-started', ['affected', 'awaiting_upstream'], 'fixing', ['analyst']),
  by('fix-proposed', ['fixing'], 'in_review', ['analyst']),
  by('fix-revised', ['in_review'], 'fixing', ['analyst', 'reviewer']),
  by('fix-rejected', ['in_review'], 'fixing', ['reviewer']),
  by('fix-approved', ['in_review'], 'building', ['analyst', 'reviewer'], 'two'),
  by('built', ['building'], 'testing', ['robot']),
  by('build-failed', ['building'], 'fixing', ['robot']),
  by('tested', ['testing'], 'staged', ['robot']),
  by('test-failed', ['testing'], 'fixing', ['robot']),
  by('fixed', workingStages, 'staged', ['robot']),
  by('released', ['staged'], 'released', ['robot', 'release_manager']),
  by('verified', ['released'], 'verified', ['robot', 'reviewer']),
  by('closed', ['verified'], 'closed', ['reviewer']),
  by('reopened', ended, 'triaging', ['analyst', 'reviewer', 'robot']),
  // The robot where nothing matches any more, an analyst where the record was taken back.
  by('retracted', workingStages, 'void', ['robot', 'analyst']),
  by('cleared', workingStages, 'dismissed', ['robot']),
];

/** The listed way that an event takes from a stage; null: refused. */
export function transitionOf(event: string, from: Stage): Transition | null {
  return transitions.find((way) => way.event === event && way.from.includes(from)) ?? null;
}

/** Whether a person determined that the package is affected. */
export function isDetermined(stage: Stage): boolean {
  return workingStages.includes(stage) && stage !== 'matched' && stage !== 'triaging';
}
