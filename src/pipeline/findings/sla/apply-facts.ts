import { canonicalJson } from '../../../foundation/json.ts';
import { order } from '../../../foundation/order.ts';
import { monthOf } from '../attainment/months.ts';
import type { SlaPolicy } from '../policy.ts';
import { worse } from '../severity.ts';
import { applyPause } from './apply-pause.ts';
import { applyEscalation, applyScore, approveLowering, ratedBand, requestLowering } from './apply-rating.ts';
import {
  addStep,
  bandNow,
  type CaseState,
  isStopped,
  lineStopping,
  noteBreaches,
  setWindows,
  windowEnd,
} from './case-state.ts';
import { type Fact, type FactOf, factsOf } from './facts.ts';
import { openedAt, startOf } from './start.ts';
import { acceptedAt, clearedAt, doneAt, earlier, respondedAt } from './stops.ts';
import type { CaseTimeline } from './timeline.ts';

const everBefore = Number.NEGATIVE_INFINITY;

/** Both contract clocks of a case after all these facts, each as it took effect. */
export function applyFacts(given: readonly Fact[], policy: SlaPolicy): CaseTimeline {
  const facts = sortFacts(given);
  const state = openCase(facts, policy);
  for (const fact of facts) {
    if (isInitial(fact, state)) {
      addStep(state, fact.at, fact, 'known');
    } else {
      noteBreaches(state, fact.at);
      apply(state, fact, facts);
    }
  }
  flagLateFacts(state, facts);
  if (state.provisional) state.flags.add('provisional');
  for (const line of [state.response, state.remediation]) line.originalDueAt ??= line.dueAt;
  // What was over before it began needs no deadline.
  if (state.remediation.dueAt === null && !isStopped(state.remediation, state.start.at))
    state.flags.add('not_computed');
  const ended = factsOf(facts, 'line_support_ended')[0];
  if (ended !== undefined && state.start.firstPublic > ended.at) {
    state.flags.add('unsupported');
    for (const line of [state.response, state.remediation]) line.dueAt = null;
  }
  return {
    policy: { id: policy.id, version: policy.version },
    start: state.start,
    band: bandNow(state),
    flags: state.flags,
    pageAt: state.pageAt,
    pausedUntil: state.pausedUntil,
    voidAt: state.voidAt,
    response: state.response,
    remediation: state.remediation,
    dueWithoutPausesAt:
      state.creditMs === 0
        ? state.remediation.dueAt
        : applyFacts(given, { ...policy, pause: { ...policy.pause, enabled: false } }).remediation.dueAt,
    downRequests: state.requests.map(({ request }) => request),
    revisesMonths: state.revisesMonths,
    settledBy: state.settledBy,
    steps: state.steps.sort((a, b) => a.at - b.at),
  };
}

/** What came with the publication, or before the clock began, sets the first windows. */
function openCase(facts: readonly Fact[], policy: SlaPolicy): CaseState {
  const start = startOf(facts, policy.rerate.down.approvals);
  const since = factsOf(facts, 'reopened').at(-1)?.at ?? everBefore;
  const state: CaseState = {
    policy,
    start,
    scores: new Map(),
    base: policy.severity.unknown_as,
    floor: 'low',
    provisional: true,
    lowered: false,
    settledBy: null,
    creditMs: 0,
    pausedUntil: null,
    pageAt: null,
    voidAt: null,
    response: lineStopping(earlier(respondedAt(facts), clearedAt(facts, everBefore))),
    remediation: lineStopping(
      earlier(doneAt(facts, policy.done, since), earlier(clearedAt(facts, since), acceptedAt(facts, since))),
    ),
    requests: [],
    revisesMonths: [],
    flags: new Set(start.inherited ? ['inherited'] : []),
    steps: [],
  };
  for (const fact of facts.filter((early) => isInitial(early, state))) {
    if (fact.kind === 'scored') state.scores.set(fact.rater, fact.score);
    const rule = fact.kind === 'escalated' ? policy.escalators.find(({ when }) => when.includes(fact.by)) : undefined;
    if (rule !== undefined) state.floor = worse(state.floor, rule.at_least);
    if (rule?.page) state.pageAt = start.at;
  }
  const rated = ratedBand(state.scores, policy.severity);
  if (rated !== null) {
    state.base = rated;
    state.provisional = false;
  }
  setWindows(state, start.at);
  addStep(state, start.at, null, 'started', start.because);
  return state;
}

function isInitial(fact: Fact, { start }: CaseState): boolean {
  // A person's own score is never what was published: alone it only raises (SLA-10).
  if (fact.kind === 'scored') return fact.initial || (fact.at <= start.at && fact.rater !== 'analyst');
  return fact.kind === 'escalated' && fact.at <= start.at;
}

function apply(state: CaseState, fact: Fact, facts: readonly Fact[]): void {
  switch (fact.kind) {
    case 'scored':
      applyScore(state, fact);
      break;
    case 'escalated':
      applyEscalation(state, fact);
      break;
    case 'down_requested':
      requestLowering(state, fact);
      break;
    case 'down_approved':
      addStep(state, fact.at, fact, ...approveLowering(state, fact));
      break;
    case 'paused':
      addStep(state, fact.at, fact, ...applyPause(state, fact, facts));
      break;
    case 'matched':
      applyMatch(state, fact);
      break;
    case 'reopened':
      applyReopening(state, fact, facts);
      break;
    case 'retracted':
      state.voidAt = fact.at;
      addStep(state, fact.at, fact, 'voided', fact.reason);
      break;
    case 'revived':
      state.voidAt = null;
      addStep(state, fact.at, fact, 'noted');
      break;
    case 'risk_accepted':
      state.flags.add('accepted_risk');
      addStep(state, fact.at, fact, fact.at === state.remediation.stoppedAt ? 'stopped' : 'noted');
      break;
    case 'done':
    case 'not_affected_signed':
      addStep(state, fact.at, fact, fact.at === state.remediation.stoppedAt ? 'stopped' : 'noted');
      break;
    case 'response':
      addStep(state, fact.at, fact, fact.at === state.response.stoppedAt ? 'responded' : 'noted');
      break;
    case 'embargoed':
      state.flags.add('embargoed');
      addStep(state, fact.at, fact, 'noted');
      break;
    case 'pause_requested':
    case 'correction_requested':
    case 'calendar_renewed':
      addStep(state, fact.at, fact, 'noted');
      break;
    default:
      // Public evidence, coverage and the end of support have made the start already.
      addStep(state, fact.at, fact, 'known');
  }
}

/** SLA-31: found too late, the clock still began at publication; what remains is a target. */
function applyMatch(state: CaseState, fact: FactOf<'matched'>): void {
  if (!state.flags.has('late_detection') && fact.at - state.start.at > state.policy.clock.late_after) {
    state.flags.add('late_detection');
    const { recovery, windows } = state.policy;
    if (state.response.dueAt !== null) state.response.recoveryAt = fact.at + recovery.late_match_response;
    state.remediation.recoveryAt = windowEnd(state, fact.at, windows[bandNow(state)].remediation);
  }
  addStep(state, fact.at, fact, 'known');
}

/** SLA-32: as if it had never been closed. */
function applyReopening(state: CaseState, fact: FactOf<'reopened'>, facts: readonly Fact[]): void {
  const { policy, remediation } = state;
  state.flags.add('reopened');
  if (remediation.breachedAt !== null) remediation.recoveryAt = fact.at + policy.recovery.reopen[bandNow(state)];
  const closed = doneAt(
    facts.filter((other) => other.at < fact.at),
    policy.done,
    everBefore,
  );
  const month = closed === null ? null : monthOf(closed);
  if (month !== null && month !== monthOf(fact.at)) state.revisesMonths.push(month);
  addStep(state, fact.at, fact, 'reopened', fact.reason);
}

/** SLA-04: learnt long after it was public, but as effective as if we had known. */
function flagLateFacts(state: CaseState, facts: readonly Fact[]): void {
  const opened = openedAt(facts);
  const isLate = (fact: Fact): boolean =>
    (fact.kind === 'first_public' || fact.kind === 'scored' || fact.kind === 'escalated') &&
    fact.recordedAt > opened &&
    fact.recordedAt - fact.at > state.policy.clock.late_after;
  if (facts.some(isLate)) state.flags.add('late_fact');
}

/** By effect; equal instants in an order that does not depend on who told first. */
export function sortFacts(facts: readonly Fact[], instantOf: (fact: Fact) => number = ({ at }) => at): readonly Fact[] {
  return facts.toSorted((a, b) => instantOf(a) - instantOf(b) || compareEqual(a, b));
}

/** The whole text decides last: making it is what would cost most. */
function compareEqual(a: Fact, b: Fact): number {
  return (
    order(a.kind, b.kind) ||
    order(detailOf(a), detailOf(b)) ||
    a.recordedAt - b.recordedAt ||
    order(a.actor, b.actor) ||
    order(canonicalJson(a), canonicalJson(b))
  );
}

function detailOf(fact: Fact): string {
  if (fact.kind === 'response') return fact.part;
  return fact.kind === 'scored' ? fact.rater : '';
}
