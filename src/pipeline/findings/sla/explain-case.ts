import { assertNever } from '../../../foundation/assert-never.ts';
import { type EpochMs, toIso } from '../../../foundation/clock.ts';
import { contentOfRequest } from '../content-of-request.ts';
import type { Fact } from './facts.ts';
import type { CaseTimeline, Step } from './timeline.ts';

/** One sentence on what a fact did, and the deadlines after it. */
export interface ExplainedStep {
  readonly at: EpochMs;
  readonly text: string;
  /** The kind of the fact that did it. */
  readonly by: Fact['kind'] | null;
  readonly responseDueAt: EpochMs | null;
  readonly remediationDueAt: EpochMs | null;
}

/** Why each instant of a case is what it is, in the order in which the facts took effect. */
export function explainCase(timeline: CaseTimeline): readonly ExplainedStep[] {
  return timeline.steps.map((step) => ({
    at: step.at,
    text: textOf(step, timeline),
    by: step.fact?.kind ?? null,
    responseDueAt: step.responseDueAt,
    remediationDueAt: step.remediationDueAt,
  }));
}

function textOf(step: Step, { start, policy, pausedUntil }: CaseTimeline): string {
  const said = step.fact === null ? '' : `: ${factText(step.fact)}`;
  switch (step.what) {
    case 'started':
      return `The clocks start ${startReason[start.because]}, as ${step.band}, under policy ${policy.id} version ${policy.version}.`;
    case 'known':
      return `Known${said}.`;
    case 'settled':
      return `The first rating settles the severity as ${step.band}${said}.`;
    case 'raised':
      return `The severity rises to ${step.band}${said}.`;
    case 'lowered':
      return `Two people lower the severity to ${step.band}${said}.`;
    case 'paused':
      return `The remediation clock pauses until ${pausedUntil === null ? 'its end' : toIso(pausedUntil)}${said}.`;
    case 'refused':
      return `Without effect (${step.detail ?? 'refused'})${said}.`;
    case 'responded':
      return `The initial response is complete${said}.`;
    case 'stopped':
      return `The remediation clock stops${said}.`;
    case 'reopened':
      return `Open again, with the original start${said}.`;
    case 'breached':
      return `The ${step.detail ?? ''} deadline passes.`;
    case 'voided':
      return `Not counted from here on${said}.`;
    case 'noted':
      return `Noted, no deadline moves${said}.`;
    default:
      return assertNever(step.what);
  }
}

const startReason = {
  first_public: 'with the first publication',
  coverage_started: 'with the start of coverage',
  line_first_shipped: 'with the first shipping of the flaw',
  matched: 'with the match, as nothing was published before',
} as const;

function factText(fact: Fact): string {
  const by = fact.actor === 'robot' ? fact.source : fact.actor;
  const learnt = fact.recordedAt - fact.at > 60_000 ? `, recorded ${toIso(fact.recordedAt)}` : '';
  return `${fact.kind.replaceAll('_', ' ')}${detailOf(fact)} (${by}${fact.evidence === null ? '' : `, ${fact.evidence}`}${learnt})`;
}

function detailOf(fact: Fact): string {
  switch (fact.kind) {
    case 'scored':
      return ` ${fact.score} by ${fact.rater}`;
    case 'escalated':
      return `, ${fact.by.replaceAll('_', ' ')}`;
    case 'response':
      return ` part ${fact.part}`;
    case 'done':
      return ` ${fact.step}${fact.system === null ? '' : ` on ${fact.system}`}`;
    case 'down_requested':
    case 'down_approved':
      return ` to ${fact.to}`;
    case 'pause_requested':
      return ` until ${toIso(fact.until)}, ${fact.reason}, meanwhile: ${fact.mitigation}, to sign: ${shortContent(fact)}`;
    case 'correction_requested':
      return ` to ${toIso(fact.to)}, ${fact.reason}, to sign: ${shortContent(fact)}`;
    case 'paused':
    case 'reopened':
    case 'retracted':
    case 'first_public_corrected':
      return `, ${fact.reason}`;
    case 'risk_accepted':
      return ` until ${toIso(fact.until)} by ${fact.approvedBy.join(' and ')}, ${fact.reason}`;
    case 'embargoed':
      return ` as ${fact.embargo} until ${toIso(fact.until)}, known to ${fact.circle.join(', ')}`;
    case 'kev_entry':
      return `, added ${fact.dateAdded}${fact.dueDate === null ? '' : `, due ${fact.dueDate}`}`;
    case 'decision_points':
      return `: automatable ${yesOrNo(fact.automatable)}, impact ${fact.technicalImpact ?? 'not known'}`;
    case 'exposure':
      return ` of ${fact.closure}: ${yesOrNo(fact.exposed)}`;
    case 'calendar_renewed':
      return `, the holidays are known until ${fact.validUntil}`;
    case 'post_mortem':
      return `, why: ${fact.cause} From now on: ${fact.prevention}`;
    case 'adopted':
    case 'adoption_denied':
      return ` by ${fact.closure}`;
    case 'customer_notified':
      return `, ${fact.customer}`;
    case 'customer_acknowledged':
      return ` by ${fact.customer}: ${answerWords[fact.answer]}${fact.reason === null ? '' : `, ${fact.reason}`}`;
    case 'evaluated':
      return ` as ${fact.rating}, ${fact.reach}`;
    case 'reduced':
      return ` to ${fact.rating}`;
    case 'filed':
      return ` ${fact.what.replaceAll('_', ' ')}`;
    default:
      return '';
  }
}

/** As commands take it. */
function shortContent(request: Fact): string {
  return contentOfRequest(request).slice(0, 16);
}

const answerWords = {
  done: 'says that it is done',
  accepted: 'accepts the risk',
  'not-exposed': 'is not exposed',
} as const;

function yesOrNo(value: boolean | null): string {
  return value === null ? 'not known' : value ? 'yes' : 'no';
}
