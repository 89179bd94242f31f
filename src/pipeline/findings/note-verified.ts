import type { Kysely, Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { addFacts, factsOfFinding } from './fact-rows.ts';
import { robotFact } from './match-traits.ts';
import { onlyEvaluatedThere } from './note-cached.ts';
import { pinnedPolicies } from './pinned-policy.ts';
import { findingRow, followFacts } from './record-statement.ts';
import type { FindingRow } from './rows.ts';
import { factsOf } from './sla/facts.ts';
import type { StoreTables } from './tables.ts';
import { moveStage } from './triage/move-stage.ts';
import { reopenFixed } from './triage/reopen-fixed.ts';

/** A released fix that nobody has seen in the built output yet. */
export interface AwaitedProof {
  readonly findingId: string;
  readonly advisoryId: string;
  readonly attr: string;
  /** Those of the promise that are not proven. */
  readonly systems: readonly string[];
}

/** What was found in the built output, on one system. */
export type FixProof =
  | { readonly kind: 'holds'; readonly system: string; readonly evidence: string }
  | { readonly kind: 'lacking'; readonly system: string; readonly why: string };

/** Packages of a channel with such fixes. */
export async function attrsAwaitingProof(db: Kysely<StoreTables>, channel: string): Promise<readonly string[]> {
  const rows = await released(db, channel).select('attr').distinct().orderBy('attr').execute();
  return rows.map(({ attr }) => attr);
}

export async function awaitingProof(
  db: Kysely<StoreTables>,
  channel: string,
  attrs: readonly string[],
): Promise<readonly AwaitedProof[]> {
  const pinned = await pinnedPolicies(db);
  const found: AwaitedProof[] = [];
  for (const attr of attrs) {
    const rows: readonly FindingRow[] = await released(db, channel).selectAll().where('attr', '=', attr).execute();
    for (const row of rows) {
      const proven = await provenSystems(db, row);
      const systems = pinned(row).done.systems.filter((system) => !proven.has(system));
      found.push({ findingId: String(row.id), advisoryId: row.advisory_id, attr, systems });
    }
  }
  return found;
}

/**
 * Notes where the fix is in what was built (SLA-21); the last of the promised systems makes it verified. Where it is not,
 * the finding is open again as if it had never been closed (SLA-32).
 */
export async function noteProofs(
  trx: Transaction<StoreTables>,
  given: {
    readonly findingId: string;
    readonly proofs: readonly FixProof[];
    /** Systems where nothing but the evaluation of the package is promised: there is nothing to prove. */
    readonly excused: readonly string[];
    readonly at: EpochMs;
  },
): Promise<void> {
  const { at, excused } = given;
  const row = await findingRow(trx, given.findingId);
  if (row === null || row.stage !== 'released' || row.state !== 'fixed') return;
  const lacking = given.proofs.find((proof) => proof.kind === 'lacking');
  if (lacking !== undefined) {
    const reason = `the fix is not in the built output on ${lacking.system}: ${lacking.why}`;
    await reopenFixed(trx, row, { reason, actor: 'robot', fact: robotFact({ kind: 'reopened', reason }, at), at });
    return;
  }
  const proven = await provenSystems(trx, row);
  const { systems } = (await pinnedPolicies(trx))(row).done;
  const fresh = given.proofs.filter(({ system }) => systems.includes(system) && !proven.has(system));
  if (fresh.length === 0) return;
  const free = excused.filter(
    (system) => systems.includes(system) && !proven.has(system) && !fresh.some((proof) => proof.system === system),
  );
  const shown = [
    ...fresh.map((proof) => ({ system: proof.system, evidence: proof.kind === 'holds' ? proof.evidence : null })),
    ...free.map((system) => ({ system, evidence: onlyEvaluatedThere })),
  ];
  const facts = shown.map(({ system, evidence }) => ({
    ...robotFact({ kind: 'done', step: 'verified', system, reference: row.fixed_version }, at),
    evidence,
  }));
  await addFacts(trx, [{ findingId: row.id, facts }]);
  const isWhole = systems.every((system) => proven.has(system) || shown.some((one) => one.system === system));
  if (isWhole) await moveStage(trx, row, { event: 'finding.verified', actor: 'robot', at, payload: { systems } });
  await followFacts(trx, row);
}

/** What was proven of an earlier fix, before it was reopened, says nothing of this one. */
async function provenSystems(db: Kysely<StoreTables>, row: FindingRow): Promise<ReadonlySet<string>> {
  const known = factsOf(await factsOfFinding(db, row.id), 'done').filter(
    ({ step, at }) => step === 'verified' && at >= (row.fixed_at ?? 0),
  );
  return new Set(known.flatMap(({ system }) => system ?? []));
}

function released(db: Kysely<StoreTables>, channel: string) {
  return db
    .selectFrom('finding')
    .where('channel', '=', channel)
    .where('state', '=', 'fixed')
    .where('stage', '=', 'released')
    .where('void_at', 'is', null);
}
