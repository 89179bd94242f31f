import type { Transaction } from 'kysely';
import { type Person, type Role, refusalOf } from '../../../accounts/index.ts';
import { assertNever } from '../../../foundation/assert-never.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { customersOf } from '../customers/customers-of.ts';
import { addFacts, factsOfFinding } from '../fact-rows.ts';
import { changedColumn } from '../last-changed.ts';
import type { Stage } from '../lifecycle.ts';
import { isDetermined } from '../lifecycle.ts';
import type { FindingState } from '../model.ts';
import { isLive } from '../next-state.ts';
import { pinnedPolicies } from '../pinned-policy.ts';
import { findingRow, followFacts, personFact, recordStatement, type StatedFact } from '../record-statement.ts';
import type { FindingRow } from '../rows.ts';
import {
  approveVerdict,
  proposeVerdict,
  type VerdictOutcome,
  withdrawProposals,
  withdrawVerdict,
} from '../sign-verdict.ts';
import type { FactKind, ResponsePart } from '../sla/facts.ts';
import type { StoreTables } from '../tables.ts';
import type { DerivationNow } from '../verdict.ts';
import { approveRisk, askToAcceptRisk, endRisk } from './accept-risk.ts';
import type { TriageAct, TriageOutcome } from './act.ts';
import { type ActOn, note, type Performed } from './act-on.ts';
import { owesAnswer } from './answers-owed.ts';
import { claim, unclaim } from './claims.ts';
import { moveStage } from './move-stage.ts';
import { writePostMortem } from './post-mortem.ts';
import { approveLowering, raise, requestLowering } from './rate.ts';
import { recheck } from './recheck.ts';
import { confirmRejection } from './rejection.ts';
import { reopenFixed } from './reopen-fixed.ts';
import { approveFix, proposeFix, sendBack } from './sign-fix.ts';

export interface PerformedAct {
  readonly findingId: string;
  readonly act: TriageAct;
  readonly by: Person;
  readonly at: EpochMs;
}

const roleFor: Readonly<Record<TriageAct['kind'], readonly [Role, ...Role[]]>> = {
  claim: ['analyst'],
  release: ['analyst'],
  'not-affected': ['analyst'],
  approve: ['reviewer'],
  withdraw: ['analyst'],
  affected: ['analyst'],
  answer: ['analyst'],
  'post-mortem': ['analyst'],
  'report-upstream': ['analyst'],
  'upstream-fix': ['analyst'],
  raise: ['analyst'],
  lower: ['analyst'],
  'approve-lower': ['security_lead'],
  'confirm-rejection': ['analyst'],
  recheck: ['analyst', 'reviewer'],
  'accept-risk': ['analyst'],
  'approve-risk': ['security_lead'],
  'end-risk': ['analyst'],
  'start-fix': ['analyst'],
  'propose-fix': ['analyst'],
  'revise-fix': ['analyst', 'reviewer'],
  'reject-fix': ['reviewer'],
  'approve-fix': ['reviewer'],
  verify: ['reviewer'],
  close: ['reviewer'],
  reopen: ['analyst', 'reviewer'],
};

/** Does what a person decided, or says why not; nothing is written where it refuses. */
export async function performAct(
  trx: Transaction<StoreTables>,
  given: PerformedAct,
  derivation?: DerivationNow,
): Promise<TriageOutcome> {
  const { findingId, act, by, at } = given;
  const refusals = roleFor[act.kind].map((role) => refusalOf(by, role));
  if (!refusals.includes(null)) return { kind: 'refused', why: refusals[0] ?? 'role_missing' };
  const row = await findingRow(trx, findingId);
  if (row === null) return { kind: 'refused', why: 'no_finding' };
  const result = await perform({ trx, row, by, at, derivation }, act, findingId);
  if (typeof result === 'string') return { kind: 'refused', why: result };
  const { stage } = await trx.selectFrom('finding').select('stage').where('id', '=', row.id).executeTakeFirstOrThrow();
  return { kind: 'done', stage, awaits: result?.awaits ?? null };
}

async function perform(on: ActOn, act: TriageAct, findingId: string): Promise<Performed> {
  const { trx, row, by, at, derivation } = on;
  switch (act.kind) {
    case 'claim':
      return claim(trx, row, by, at);
    case 'release':
      if (row.claimed_by !== by.name) return 'not_claimed';
      await unclaim(trx, row, { actor: by.name, at, reason: 'released' });
      return null;
    case 'not-affected':
      return signed(await proposeVerdict(trx, { findingId, by, at, verdict: act.verdict }, derivation));
    case 'approve':
      return signed(await approveVerdict(trx, { findingId, by, at, content: act.content }, derivation));
    case 'withdraw':
      return withdraw(on, act.reason, findingId);
    case 'affected':
      return affected(on, act);
    case 'answer':
      return answer(on, act);
    case 'post-mortem':
      return writePostMortem(on, act);
    case 'report-upstream':
      return (
        faultOfPromise([act.nextUpdateAt], at) ??
        step(on, 'finding.upstream-reported', { link: act.link }, { next_update_at: act.nextUpdateAt })
      );
    case 'upstream-fix':
      return state(on, [{ kind: 'upstream_fix_available' }], act.link, findingId);
    case 'raise':
      return raise(on, act);
    case 'lower':
      return requestLowering(on, act);
    case 'approve-lower':
      return approveLowering(on, act.content);
    case 'accept-risk':
      return askToAcceptRisk(on, act);
    case 'approve-risk':
      return approveRisk(on, act.content);
    case 'end-risk':
      return endRisk(on, act.reason);
    case 'recheck':
      return recheck(on);
    case 'confirm-rejection':
      return confirmRejection(on);
    case 'start-fix':
      return step(on, 'finding.fix-started', { how: act.how }, { fix_kind: act.how });
    case 'propose-fix':
      return proposeFix(on, act.tree, act.link);
    case 'revise-fix':
      return sendBack(on, 'finding.fix-revised', act.reason);
    case 'reject-fix':
      return sendBack(on, 'finding.fix-rejected', act.reason);
    case 'approve-fix':
      return approveFix(on, act.tree);
    case 'verify':
      return verify(on, act.evidence);
    case 'close':
      return step(on, 'finding.closed', {});
    case 'reopen':
      return reopen(on, act.reason, findingId);
    default:
      return assertNever(act);
  }
}

async function step(
  { trx, row, by, at }: ActOn,
  event: string,
  payload: Readonly<Record<string, unknown>>,
  set: Partial<FindingRow> = {},
): Promise<Performed> {
  return (await moveStage(trx, row, { event, actor: by.name, at, payload, set })) === null ? 'wrong_stage' : null;
}

/** SLA-21: the fix is in the built output, for every system that the promise names. */
async function verify(on: ActOn, evidence: string): Promise<Performed> {
  const { trx, row, by, at } = on;
  const refused = await step(on, 'finding.verified', { evidence });
  if (refused !== null) return refused;
  const { done } = (await pinnedPolicies(trx))(row);
  const facts = done.systems.map((system) =>
    personFact({ kind: 'done', step: 'verified', system, reference: row.fixed_version }, by, at, evidence),
  );
  await addFacts(trx, [{ findingId: row.id, facts }]);
  await followFacts(trx, row);
  return null;
}

function signed(outcome: VerdictOutcome): Performed {
  if (outcome.kind === 'refused') return outcome.why;
  return outcome.kind === 'proposed' ? { awaits: outcome.content } : null;
}

async function state(
  { trx, by, at }: ActOn,
  facts: readonly StatedFact[],
  evidence: string | null,
  findingId: string,
): Promise<Performed> {
  const outcome = await recordStatement(trx, { findingId, facts, evidence, by, at });
  return outcome.kind === 'recorded' ? null : outcome.why;
}

const responseParts: readonly ResponsePart[] = ['a', 'b', 'c', 'd', 'e', 'f'];

const furthestMs = 366 * 86_400_000;

/** A promise of news that nobody could ever find missed is none. */
function faultOfPromise(instants: readonly EpochMs[], at: EpochMs): string | null {
  if (instants.some((instant) => instant <= at)) return 'in_the_past';
  return instants.some((instant) => instant > at + furthestMs) ? 'too_far' : null;
}

/** SLA-20: match confirmed, severity recorded, public state, mitigation, target and who is told, by a named person. */
async function affected(on: ActOn, act: Extract<TriageAct, { readonly kind: 'affected' }>): Promise<Performed> {
  const { trx, row, by, at } = on;
  const fault = faultOfPromise([act.nextUpdateAt, act.targetAt ?? act.nextUpdateAt], at);
  if (fault !== null) return fault;
  if (row.stage === 'matched') {
    const refused = await claim(trx, row, by, at);
    if (refused !== null) return refused;
  }
  const { mitigation, nextUpdateAt, targetAt, evidence } = act;
  const moved = await moveStage(
    trx,
    { ...row, stage: row.stage === 'matched' ? 'triaging' : row.stage },
    {
      event: 'finding.affected',
      actor: by.name,
      at,
      payload: { mitigation, nextUpdateAt, targetAt, evidence },
      set: { state: 'open', next_update_at: nextUpdateAt, ...changedColumn(row, { state: 'open' }, at) },
    },
  );
  if (moved === null) return 'wrong_stage';
  await respond(on, evidence);
  return null;
}

/** A fix that came by itself is no answer (SLA-20): a person looks at it and says so. */
async function answer(on: ActOn, act: Extract<TriageAct, { readonly kind: 'answer' }>): Promise<Performed> {
  if (!owesAnswer(on.row)) return 'no_answer_owed';
  const { mitigation, evidence } = act;
  await respond(on, evidence);
  await note(on, 'finding.answered', { mitigation, evidence, fixedVersion: on.row.fixed_version });
  return null;
}

async function respond({ trx, row, by, at }: ActOn, evidence: string | null): Promise<void> {
  const notified = customersOf(await factsOfFinding(trx, row.id)).filter(({ notifiedAt }) => notifiedAt !== null);
  // Where messages arrived it is not only said that people were told.
  const proof = notified.length === 0 ? evidence : `arrived at ${shortened(notified.map(({ name }) => name))}`;
  const facts = responseParts.map((part) =>
    personFact({ kind: 'response', part }, by, at, part === 'f' ? proof : evidence),
  );
  await addFacts(trx, [{ findingId: row.id, facts }]);
  await followFacts(trx, row);
}

const mostNamed = 20;

function shortened(names: readonly string[]): string {
  const more = names.length > mostNamed ? [`${names.length - mostNamed} more`] : [];
  return [...names.slice(0, mostNamed), ...more].join(', ');
}

async function withdraw(on: ActOn, reason: string, findingId: string): Promise<Performed> {
  const { trx, row, by, at } = on;
  if (row.verdict === null && (await withdrawProposals(trx, row, by, at)) > 0) return null;
  if (isDetermined(row.stage as Stage))
    return step(on, 'finding.determination-withdrawn', { reason }, { next_update_at: null });
  const outcome = await withdrawVerdict(trx, { findingId, by, at, reason });
  return outcome.kind === 'refused' ? outcome.why : null;
}

/** SLA-32: a fix that did not hold, as if it had never been closed. What the robot cleared counts again. */
async function reopen(on: ActOn, reason: string, findingId: string): Promise<Performed> {
  const { trx, row, by, at } = on;
  if (row.verdict !== null) return withdraw(on, reason, findingId);
  if (isLive(row.state as FindingState)) return 'wrong_stage';
  const fact: FactKind = row.state === 'fixed' ? { kind: 'reopened', reason } : { kind: 'revived' };
  const given = { reason, actor: by.name, fact: personFact(fact, by, at, null), at };
  return (await reopenFixed(trx, row, given)) ? null : 'wrong_stage';
}
