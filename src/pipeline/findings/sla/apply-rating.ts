import type { EpochMs } from '../../../foundation/clock.ts';
import type { Band, Rater, SlaPolicy } from '../policy.ts';
import { bandOf, rankOf, worse } from '../severity.ts';
import { addStep, bandNow, type CaseState, isStopped, type Outcome, setWindows, windowEnd } from './case-state.ts';
import { type FactOf, isPerson } from './facts.ts';

/** The score that counts: the first of the policy's chain, or the highest; null when none is banded. */
export function ratedScore(scores: ReadonlyMap<Rater, number>, severity: SlaPolicy['severity']): number | null {
  let highest: number | null = null;
  for (const rater of severity.chain) {
    const score = scores.get(rater);
    if (score === undefined || bandOf(score, severity.bands) === 'unknown') continue;
    if (severity.mode === 'chain') return score;
    highest = Math.max(highest ?? score, score);
  }
  return highest;
}

export function ratedBand(scores: ReadonlyMap<Rater, number>, severity: SlaPolicy['severity']): Band | null {
  const band = bandOf(ratedScore(scores, severity), severity.bands);
  return band === 'unknown' ? null : band;
}

/**
 * SLA-08, SLA-11: the first score of a settling rater replaces an unknown severity; after that a score only raises. A
 * person's own never stands in the way of another's (SLA-10): to be the word that counts, it would take two.
 */
export function applyScore(state: CaseState, fact: FactOf<'scored'>): void {
  const { severity } = state.policy;
  const isOwn = fact.rater === 'analyst';
  if (!isOwn) state.scores.set(fact.rater, fact.score);
  const rated = ratedBand(isOwn ? new Map([[fact.rater, fact.score]]) : state.scores, severity);
  const from = bandNow(state);
  const settles = state.provisional && !isOwn && severity.settle_once_from.includes(fact.rater);
  const counts = !state.lowered || isOwn;
  if (rated === null || !counts || (!settles && rankOf(rated) <= rankOf(state.base))) {
    addStep(state, fact.at, fact, 'noted');
    return;
  }
  state.base = rated;
  state.provisional = false;
  if (settles) state.settledBy = fact;
  if (rankOf(bandNow(state)) > rankOf(from)) raise(state, fact.at, from);
  else if (bandNow(state) !== from) setWindows(state, fact.at);
  addStep(state, fact.at, fact, settles ? 'settled' : bandNow(state) === from ? 'noted' : 'raised');
}

/** SLA-14: exploitation sets a floor that nothing takes away. */
export function applyEscalation(state: CaseState, fact: FactOf<'escalated'>): void {
  const rule = state.policy.escalators.find((escalator) => escalator.when.includes(fact.by));
  const from = bandNow(state);
  if (rule !== undefined) {
    state.floor = worse(state.floor, rule.at_least);
    if (rule.page) state.pageAt ??= fact.at;
    if (bandNow(state) !== from) raise(state, fact.at, from);
  }
  addStep(state, fact.at, fact, bandNow(state) === from ? 'noted' : 'raised');
}

export function requestLowering(state: CaseState, fact: FactOf<'down_requested'>): void {
  const { to, actor: by, at } = fact;
  const expiresAt = at + state.policy.rerate.down.request_ttl;
  state.requests.push({
    request: { to, by, at, expiresAt, approvedAt: null },
    people: new Set(isPerson(by) ? [by] : []),
    lead: false,
  });
  addStep(state, at, fact, 'noted');
}

/** SLA-12: without a second person, one of them a lead, and in time, a severity is not lowered. */
export function approveLowering(state: CaseState, fact: FactOf<'down_approved'>): Outcome {
  const open = state.requests.findLast(({ request }) => request.to === fact.to && request.approvedAt === null);
  if (open === undefined) return ['refused', 'no_request'];
  if (!isPerson(fact.actor)) return ['refused', 'not_a_person'];
  if (open.people.has(fact.actor)) return ['refused', 'same_person'];
  if (fact.at > open.request.expiresAt) return ['refused', 'request_expired'];
  if (rankOf(fact.to) >= rankOf(state.base)) return ['refused', 'not_lower'];
  open.people.add(fact.actor);
  open.lead ||= fact.role === 'security_lead';
  if (open.people.size < state.policy.rerate.down.approvals) return ['noted'];
  if (!open.lead) return ['refused', 'not_a_lead'];
  open.request = { ...open.request, approvedAt: fact.at };
  const from = bandNow(state);
  state.base = fact.to;
  state.lowered = true;
  state.provisional = false;
  if (bandNow(state) !== from) {
    for (const line of [state.response, state.remediation]) line.originalDueAt ??= line.dueAt;
    setWindows(state, fact.at);
  }
  return ['lowered'];
}

/** `due = min(due, max(start + window + credit, now + grace))`: never later than before, never started anew. */
function raise(state: CaseState, at: EpochMs, from: Band): void {
  const { start, policy, response, remediation, creditMs } = state;
  const to = bandNow(state);
  const window = policy.windows[to];
  if (window.response !== null && !isStopped(response, at)) {
    const grace = to === 'critical' || to === 'high' ? policy.rerate.response_grace[to] : window.response;
    const end = windowEnd(state, start.at, window.response);
    const due = end === null ? response.dueAt : Math.max(end, at + grace);
    response.dueAt = due === null ? null : Math.min(response.dueAt ?? due, due);
  }
  if (!isStopped(remediation, at)) {
    const grace = policy.rerate.remediation_grace[`${from}_to_${to}` as Upward];
    const end = windowEnd(state, start.at, window.remediation);
    const due = end === null ? remediation.dueAt : Math.max(end + creditMs, at + grace);
    remediation.dueAt = due === null ? null : Math.min(remediation.dueAt ?? due, due);
  }
  state.flags.add('rerated');
}
type Upward = keyof SlaPolicy['rerate']['remediation_grace'];
