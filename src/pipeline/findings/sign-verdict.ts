import type { Transaction } from 'kysely';
import { type Person, refusalOf } from '../../accounts/index.ts';
import type { EpochMs } from '../../foundation/clock.ts';
import { announce } from './announce.ts';
import { addFacts } from './fact-rows.ts';
import type { Stage } from './lifecycle.ts';
import type { FindingState } from './model.ts';
import { isLive } from './next-state.ts';
import { findingRow, followFacts, personFact } from './record-statement.ts';
import type { FindingRow } from './rows.ts';
import type { Fact } from './sla/facts.ts';
import type { StoreTables } from './tables.ts';
import { claim } from './triage/claims.ts';
import { moveStage } from './triage/move-stage.ts';
import { isBroken, isSevere } from './triage/severe.ts';
import { contentOf, type DerivationNow, type Lapse, lapseOf, type Verdict } from './verdict.ts';
import { dismisses, verdictTypes } from './verdict-types.ts';

export type VerdictOutcome =
  /** One person has signed; `content` is what the second signs. */
  | { readonly kind: 'proposed'; readonly content: string }
  | { readonly kind: 'in-force'; readonly content: string }
  | {
      readonly kind: 'refused';
      readonly why:
        | 'no_finding'
        | 'no_proposal'
        | 'not_open'
        | 'not_a_person'
        | 'role_missing'
        | 'same_person'
        /** Somebody else proposed the very same: it wants an approval. */
        | 'already_proposed'
        /** It was determined to be affected, or is being fixed: that is taken back first. */
        | 'wrong_stage'
        | Lapse;
    };

export type WithdrawOutcome =
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'refused'; readonly why: 'no_finding' | 'no_verdict' | 'not_a_person' | 'role_missing' };

export interface Signature {
  readonly findingId: string;
  readonly by: Person;
  readonly at: EpochMs;
}

interface Proposal {
  readonly content: string;
  readonly body: string;
  readonly proposed_by: string;
  readonly proposed_at: EpochMs;
}

/** An analyst states that a package is not affected: without effect until a second person signs the same content. */
export async function proposeVerdict(
  trx: Transaction<StoreTables>,
  {
    findingId,
    by,
    at,
    verdict,
    alwaysTwo = false,
  }: Signature & {
    readonly verdict: Verdict;
    /** A second person approves it however mild the finding is. */
    readonly alwaysTwo?: boolean;
  },
  derivation?: DerivationNow,
): Promise<VerdictOutcome> {
  const why = refusalOf(by, 'analyst');
  if (why !== null) return { kind: 'refused', why };
  const row = await findingRow(trx, findingId);
  if (row === null) return { kind: 'refused', why: 'no_finding' };
  const refused = await refusalFor(row, verdict, { at, derivation });
  if (refused !== null) return { kind: 'refused', why: refused };
  const content = contentOf(findingId, verdict);
  const [same] = await openProposals(trx, row.id, content);
  if (same !== undefined && same.proposed_by !== by.name) return { kind: 'refused', why: 'already_proposed' };
  if (row.stage === 'matched') await claim(trx, row, by, at);
  const proposal = { content, body: JSON.stringify(verdict), proposed_by: by.name, proposed_at: at };
  await trx
    .insertInto('finding_verdict')
    .values({ finding_id: row.id, ...proposal, ended_at: null })
    .onConflict((conflict) =>
      conflict
        .columns(['finding_id', 'content'])
        .doUpdateSet({ proposed_by: by.name, proposed_at: at, ended_at: null }),
    )
    .execute();
  await announce(trx, 'finding.verdict-proposed', row, at, { content, ...told(verdict) }, by.name);
  const takesTwo = alwaysTwo || !dismisses(verdict.reason) || isSevere(row) || isBroken(row, at);
  if (takesTwo) return { kind: 'proposed', content };
  await decide(trx, { ...row, stage: 'triaging' }, proposal, null, at);
  return { kind: 'in-force', content };
}

/** A reviewer who is not its author signs a proposed verdict, by its content: both clocks stop. */
export async function approveVerdict(
  trx: Transaction<StoreTables>,
  { findingId, by, at, content }: Signature & { readonly content: string },
  derivation?: DerivationNow,
): Promise<VerdictOutcome> {
  const why = refusalOf(by, 'reviewer');
  if (why !== null) return { kind: 'refused', why };
  const row = await findingRow(trx, findingId);
  if (row === null) return { kind: 'refused', why: 'no_finding' };
  const [proposal] = await openProposals(trx, row.id, content);
  if (proposal === undefined) return { kind: 'refused', why: 'no_proposal' };
  if (proposal.proposed_by === by.name) return { kind: 'refused', why: 'same_person' };
  const refused = await refusalFor(row, JSON.parse(proposal.body) as Verdict, { at, derivation });
  if (refused !== null) return { kind: 'refused', why: refused };
  await decide(trx, row, proposal, by, at);
  return { kind: 'in-force', content };
}

/** Puts a verdict in force: by one person it only voids the clocks, by two it stops them. */
async function decide(
  trx: Transaction<StoreTables>,
  row: FindingRow,
  { content, body, proposed_by, proposed_at }: Proposal,
  second: Person | null,
  at: EpochMs,
): Promise<void> {
  const verdict = JSON.parse(body) as Verdict;
  const signed = { kind: 'not_affected_signed', content } as const;
  const { evidence, reason } = verdict;
  // Signatures become facts together: a proposal that was taken back never counts as half of one.
  const facts: readonly Fact[] =
    second === null
      ? [personFact({ kind: 'retracted', reason: `dismissed: ${reason}` }, { name: proposed_by }, at, evidence)]
      : [
          { ...personFact(signed, { name: proposed_by }, proposed_at, evidence), recordedAt: at },
          personFact(signed, second, at, evidence),
        ];
  await addFacts(trx, [{ findingId: row.id, facts }]);
  const signers = second === null ? [proposed_by] : [proposed_by, second.name];
  await followFacts(trx, row, { state: 'not_affected', verdict: body, verdict_by: JSON.stringify(signers) });
  await moveStage(trx, row, {
    event: dismisses(reason) ? 'finding.dismissed' : 'finding.verdict-approved',
    actor: second?.name ?? proposed_by,
    at,
    payload: { content, proposedBy: proposed_by, from: row.state, to: 'not_affected', ...told(verdict) },
  });
}

/** Undoes a verdict: the finding is open to investigation again, with its original start. One person may do that. */
export async function withdrawVerdict(
  trx: Transaction<StoreTables>,
  { findingId, by, at, reason }: Signature & { readonly reason: string },
): Promise<WithdrawOutcome> {
  const why = refusalOf(by, 'analyst');
  if (why !== null) return { kind: 'refused', why };
  const row = await findingRow(trx, findingId);
  if (row === null) return { kind: 'refused', why: 'no_finding' };
  if (row.verdict === null) return { kind: 'refused', why: 'no_verdict' };
  await endVerdicts(trx, row.id, at);
  const facts = reopeningFacts(row, reason).map((fact) => personFact(fact, by, at, null));
  await addFacts(trx, [{ findingId: row.id, facts }]);
  await followFacts(trx, row, { state: 'under_investigation', verdict: null, verdict_by: null });
  const payload = { from: row.state, to: 'under_investigation', reason };
  await moveStage(trx, row, { event: 'finding.reopened', actor: by.name, at, payload });
  return { kind: 'withdrawn' };
}

/** What a verdict's end means to the clocks; what one person dismissed had voided them. */
export function reopeningFacts({ verdict_by }: Pick<FindingRow, 'verdict_by'>, reason: string) {
  const reopened = { kind: 'reopened', reason } as const;
  const alone = verdict_by !== null && (JSON.parse(verdict_by) as string[]).length === 1;
  return alone ? [{ kind: 'revived' } as const, reopened] : [reopened];
}

/** An author takes back what nobody has approved yet; gives how many there were. */
export async function withdrawProposals(
  trx: Transaction<StoreTables>,
  row: FindingRow,
  by: Person,
  at: EpochMs,
): Promise<number> {
  const own = (await openProposals(trx, row.id)).filter(({ proposed_by }) => proposed_by === by.name);
  for (const { content } of own) {
    await trx
      .updateTable('finding_verdict')
      .set({ ended_at: at })
      .where('finding_id', '=', row.id)
      .where('content', '=', content)
      .execute();
    await announce(trx, 'finding.verdict-withdrawn', row, at, { content }, by.name);
  }
  return own.length;
}

/** From now on what was proposed must be proposed anew. */
export async function endVerdicts(trx: Transaction<StoreTables>, findingId: number, at: EpochMs): Promise<void> {
  await trx
    .updateTable('finding_verdict')
    .set({ ended_at: at })
    .where('finding_id', '=', findingId)
    .where('ended_at', 'is', null)
    .execute();
}

function openProposals(trx: Transaction<StoreTables>, findingId: number, content?: string) {
  const open = trx
    .selectFrom('finding_verdict')
    .selectAll()
    .where('finding_id', '=', findingId)
    .where('ended_at', 'is', null);
  return (content === undefined ? open : open.where('content', '=', content)).execute();
}

async function refusalFor(
  row: FindingRow,
  verdict: Verdict,
  { at, derivation }: { readonly at: EpochMs; readonly derivation: DerivationNow | undefined },
): Promise<'not_open' | 'wrong_stage' | Lapse | null> {
  if (!isLive(row.state as FindingState)) return 'not_open';
  const stage = row.stage as Stage;
  if (stage !== 'matched' && stage !== 'triaging') return 'wrong_stage';
  const bound = verdict.predicate.attributes !== undefined && derivation !== undefined;
  const attributes = bound ? ((await derivation(row.channel, row.attr)) ?? undefined) : undefined;
  return lapseOf(verdict, { version: row.version, patches: JSON.parse(row.patches) as string[], attributes, at });
}

function told({ reason, statement, evidence }: Verdict) {
  const { status, justification } = verdictTypes[reason];
  return { reason, status, justification, statement, evidence };
}
