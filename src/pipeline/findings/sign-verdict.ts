import type { Transaction } from 'kysely';
import { type Person, refusalOf } from '../../accounts/index.ts';
import type { EpochMs } from '../../foundation/clock.ts';
import { announce } from './announce.ts';
import { addFacts } from './fact-rows.ts';
import type { FindingState } from './model.ts';
import { isLive } from './next-state.ts';
import { findingRow, followFacts, personFact } from './record-statement.ts';
import type { FindingRow } from './rows.ts';
import type { StoreTables } from './tables.ts';
import { contentOf, lapseOf, type Verdict, verdictReasons } from './verdict.ts';

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
        | 'expired'
        | 'version_left'
        | 'patch_gone';
    };

export type WithdrawOutcome =
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'refused'; readonly why: 'no_finding' | 'no_verdict' | 'not_a_person' | 'role_missing' };

export interface Signature {
  readonly findingId: string;
  readonly by: Person;
  readonly at: EpochMs;
}

/** An analyst states that a package is not affected: without effect until a second person signs the same content. */
export async function proposeVerdict(
  trx: Transaction<StoreTables>,
  { findingId, by, at, verdict }: Signature & { readonly verdict: Verdict },
): Promise<VerdictOutcome> {
  const why = refusalOf(by, 'analyst');
  if (why !== null) return { kind: 'refused', why };
  const row = await findingRow(trx, findingId);
  if (row === null) return { kind: 'refused', why: 'no_finding' };
  const lapse = refusalFor(row, verdict, at);
  if (lapse !== null) return { kind: 'refused', why: lapse };
  const content = contentOf(findingId, verdict);
  await trx
    .insertInto('finding_verdict')
    .values({
      finding_id: row.id,
      content,
      body: JSON.stringify(verdict),
      proposed_by: by.name,
      proposed_at: at,
      ended_at: null,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['finding_id', 'content'])
        .doUpdateSet({ proposed_by: by.name, proposed_at: at, ended_at: null }),
    )
    .execute();
  await addFacts(trx, [
    { findingId: row.id, facts: [personFact({ kind: 'not_affected_signed', content }, by, at, verdict.evidence)] },
  ]);
  await announce(trx, 'finding.verdict-proposed', row, at, { content, ...told(verdict) }, by.name);
  return { kind: 'proposed', content };
}

/** A reviewer who is not its author signs a proposed verdict, by its content: both clocks stop. */
export async function approveVerdict(
  trx: Transaction<StoreTables>,
  { findingId, by, at, content }: Signature & { readonly content: string },
): Promise<VerdictOutcome> {
  const why = refusalOf(by, 'reviewer');
  if (why !== null) return { kind: 'refused', why };
  const row = await findingRow(trx, findingId);
  if (row === null) return { kind: 'refused', why: 'no_finding' };
  const proposal = await trx
    .selectFrom('finding_verdict')
    .selectAll()
    .where('finding_id', '=', row.id)
    .where('content', '=', content)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (proposal === undefined) return { kind: 'refused', why: 'no_proposal' };
  if (proposal.proposed_by === by.name) return { kind: 'refused', why: 'same_person' };
  const verdict = JSON.parse(proposal.body) as Verdict;
  const lapse = refusalFor(row, verdict, at);
  if (lapse !== null) return { kind: 'refused', why: lapse };
  await addFacts(trx, [
    { findingId: row.id, facts: [personFact({ kind: 'not_affected_signed', content }, by, at, verdict.evidence)] },
  ]);
  await followFacts(trx, row, { state: 'not_affected', verdict: proposal.body });
  await announce(
    trx,
    'finding.verdict-approved',
    row,
    at,
    { content, proposedBy: proposal.proposed_by, from: row.state, to: 'not_affected', ...told(verdict) },
    by.name,
  );
  return { kind: 'in-force', content };
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
  await addFacts(trx, [{ findingId: row.id, facts: [personFact({ kind: 'reopened', reason }, by, at, null)] }]);
  await followFacts(trx, row, { state: 'under_investigation', verdict: null });
  const turn = { from: row.state, to: 'under_investigation', reason };
  await announce(trx, 'finding.reopened', row, at, turn, by.name);
  return { kind: 'withdrawn' };
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

function refusalFor(
  row: FindingRow,
  verdict: Verdict,
  at: EpochMs,
): 'not_open' | NonNullable<ReturnType<typeof lapseOf>> | null {
  if (!isLive(row.state as FindingState)) return 'not_open';
  return lapseOf(verdict, { version: row.version, patches: JSON.parse(row.patches) as string[], at });
}

function told({ reason, statement, evidence }: Verdict) {
  return { reason, justification: verdictReasons[reason], statement, evidence };
}
