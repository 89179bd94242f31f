import type { Transaction } from 'kysely';
import { type Person, refusalOf } from '../../../accounts/index.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { contentOfRequest } from '../content-of-request.ts';
import { factsOfFinding } from '../fact-rows.ts';
import { pinnedPolicies } from '../pinned-policy.ts';
import { findingRow, personFact, stateFacts } from '../record-statement.ts';
import type { StoreTables } from '../tables.ts';
import type { Fact, FactKind, FactOf } from './facts.ts';

export type ClockActOutcome =
  /** `content` is what the second person signs. */
  | { readonly kind: 'requested'; readonly expiresAt: EpochMs; readonly content: string }
  | { readonly kind: 'in-force' }
  /** Kept, but without effect, for this reason. */
  | { readonly kind: 'without-effect'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string };

export interface Acting {
  readonly findingId: string;
  readonly by: Person;
  readonly at: EpochMs;
  readonly evidence?: string | null;
}

export type Approving = Acting & { readonly content: string };

const shortestText = 10;
/** Before this nothing of ours was public: a slip of the pen. */
const earliest = Date.UTC(1980, 0, 1);

/** SLA-30: an analyst asks to pause the remediation clock, with a mitigation that the public can read. */
export async function requestPause(
  trx: Transaction<StoreTables>,
  given: Acting & { readonly until: EpochMs; readonly reason: string; readonly mitigation: string },
): Promise<ClockActOutcome> {
  const { until, reason, mitigation, at } = given;
  return request(trx, given, { kind: 'pause_requested', until, reason, mitigation }, ({ pause }) => {
    if (!pause.enabled) return 'pause_disabled';
    if (!pause.reasons.includes(reason)) return 'reason_not_listed';
    if (mitigation.trim().length < shortestText) return 'no_mitigation';
    return until <= at || until > at + pause.max_each ? 'no_such_time' : null;
  });
}

/**
 * SLA-03: an analyst asks to set the first publication to another instant. Evidence of an earlier one, such as a post to
 * oss-security, counts at once, also after the end.
 */
export async function requestCorrection(
  trx: Transaction<StoreTables>,
  given: Acting & { readonly to: EpochMs; readonly reason: string },
): Promise<ClockActOutcome> {
  const { to, reason, at, by, evidence } = given;
  const found = await actOn(trx, given, 'analyst');
  if (!('why' in found) && evidence != null && to >= earliest && to < found.row.disclosed_at) {
    await stateFacts(trx, found.row, [{ ...personFact({ kind: 'first_public' }, by, at, evidence), at: to }]);
    return { kind: 'in-force' };
  }
  return request(trx, given, { kind: 'correction_requested', to, reason }, () => {
    if (reason.trim().length < shortestText) return 'no_reason';
    return to > at || to < earliest ? 'no_such_time' : null;
  });
}

/** A security lead who is somebody else approves the pause that was asked for: it runs from now. */
export function approvePause(trx: Transaction<StoreTables>, given: Approving): Promise<ClockActOutcome> {
  return approve(trx, given, 'pause_requested');
}

export function approveCorrection(trx: Transaction<StoreTables>, given: Approving): Promise<ClockActOutcome> {
  return approve(trx, given, 'correction_requested');
}

/** SLA-10: one analyst's score counts where it is above the chain's; below it is a note. */
export async function rate(
  trx: Transaction<StoreTables>,
  given: Acting & { readonly score: number; readonly vector: string | null },
): Promise<ClockActOutcome> {
  const found = await actOn(trx, given, 'analyst');
  if ('why' in found) return { kind: 'refused', why: found.why };
  const { score, vector, by, at, evidence } = given;
  if (!(score >= 0 && score <= 10)) return { kind: 'refused', why: 'no_score' };
  const fact = personFact(
    { kind: 'scored', rater: 'analyst', score, vector, initial: false },
    by,
    at,
    evidence ?? null,
  );
  const { steps } = await stateFacts(trx, found.row, [fact]);
  const step = steps.findLast((one) => one.what !== 'breached' && sameFact(one.fact, fact));
  return step?.what === 'raised' ? { kind: 'in-force' } : { kind: 'without-effect', why: step?.detail ?? 'not_higher' };
}

type Requested = 'pause_requested' | 'correction_requested';
type Policy = ReturnType<Awaited<ReturnType<typeof pinnedPolicies>>>;

async function request(
  trx: Transaction<StoreTables>,
  given: Acting,
  kind: FactKind & { readonly kind: Requested },
  faultOf: (policy: Policy) => string | null,
): Promise<ClockActOutcome> {
  const found = await actOn(trx, given, 'analyst');
  if ('why' in found) return { kind: 'refused', why: found.why };
  const { row, policy } = found;
  const why = faultOf(policy) ?? (row.stopped_at === null && row.void_at === null ? null : 'not_running');
  if (why !== null) return { kind: 'refused', why };
  const fact = personFact(kind, given.by, given.at, given.evidence ?? null);
  await stateFacts(trx, row, [fact]);
  const expiresAt = given.at + policy.rerate.down.request_ttl;
  return { kind: 'requested', expiresAt, content: contentOfRequest(fact) };
}

async function approve(trx: Transaction<StoreTables>, given: Approving, kind: Requested): Promise<ClockActOutcome> {
  const found = await actOn(trx, given, 'security_lead');
  if ('why' in found) return { kind: 'refused', why: found.why };
  const { row, policy } = found;
  const { by, at, content } = given;
  const facts = await factsOfFinding(trx, row.id);
  const asked = facts.find(
    (fact): fact is FactOf<Requested> => fact.kind === kind && contentOfRequest(fact) === content,
  );
  const done = kind === 'pause_requested' ? 'paused' : 'first_public_corrected';
  const isUsed = facts.some((fact) => fact.kind === done && fact.recordedAt >= (asked?.recordedAt ?? 0));
  if (asked === undefined || isUsed) return { kind: 'refused', why: 'no_request' };
  if (asked.actor === by.name) return { kind: 'refused', why: 'same_person' };
  if (at > asked.recordedAt + policy.rerate.down.request_ttl) return { kind: 'refused', why: 'request_expired' };
  const fact = approved(asked, by, at);
  const { steps } = await stateFacts(trx, row, [fact]);
  const refused = steps.find((step) => step.what === 'refused' && sameFact(step.fact, fact));
  return refused === undefined ? { kind: 'in-force' } : { kind: 'without-effect', why: refused.detail ?? 'refused' };
}

function approved(asked: FactOf<Requested>, by: Person, at: EpochMs): Fact {
  const { reason, evidence } = asked;
  const approvedBy = [asked.actor, by.name];
  return asked.kind === 'pause_requested'
    ? personFact({ kind: 'paused', until: asked.until, reason, approvedBy }, by, at, evidence)
    : { ...personFact({ kind: 'first_public_corrected', approvedBy, reason }, by, at, evidence), at: asked.to };
}

async function actOn(trx: Transaction<StoreTables>, { findingId, by }: Acting, role: 'analyst' | 'security_lead') {
  const why = refusalOf(by, role);
  if (why !== null) return { why };
  const row = await findingRow(trx, findingId);
  if (row === null) return { why: 'no_finding' };
  return { row, policy: (await pinnedPolicies(trx))(row) };
}

function sameFact(one: Fact | null, other: Fact): boolean {
  return one?.kind === other.kind && one.recordedAt === other.recordedAt && one.actor === other.actor;
}
