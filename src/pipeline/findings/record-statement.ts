import type { Transaction } from 'kysely';
import { type Person, type Role, refusalOf } from '../../accounts/index.ts';
import type { EpochMs } from '../../foundation/clock.ts';
import { announce } from './announce.ts';
import { addFacts, factsOfFinding } from './fact-rows.ts';
import { changedColumn } from './last-changed.ts';
import { pinnedPolicies } from './pinned-policy.ts';
import { clockColumns, type FindingRow } from './rows.ts';
import type { Fact, FactKind } from './sla/facts.ts';
import { replay } from './sla/replay.ts';
import type { CaseTimeline } from './sla/timeline.ts';
import type { StoreTables } from './tables.ts';

/** What a person can state about a finding; the rest follows from feeds, evaluations and releases, or from two people. */
export type StatedFact = Extract<
  FactKind,
  {
    readonly kind:
      | 'response'
      | 'escalated'
      | 'upstream_fix_available'
      | 'exposure'
      | 'adopted'
      | 'evaluated'
      | 'reduced'
      | 'exploitation_aware'
      | 'measure_available'
      | 'filed';
  }
>;

export interface Statement {
  readonly findingId: string;
  readonly facts: readonly StatedFact[];
  readonly evidence: string | null;
  readonly by: Person;
  readonly at: EpochMs;
}

export type StatementOutcome =
  | { readonly kind: 'recorded' }
  /** Kept, but without effect, for this reason. */
  | { readonly kind: 'without-effect'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: 'no_finding' | 'not_a_person' | 'role_missing' };

const roleFor: Readonly<Record<StatedFact['kind'], Role>> = {
  response: 'analyst',
  escalated: 'analyst',
  upstream_fix_available: 'analyst',
  exposure: 'analyst',
  adopted: 'analyst',
  evaluated: 'analyst',
  reduced: 'analyst',
  exploitation_aware: 'analyst',
  measure_available: 'analyst',
  filed: 'analyst',
};

/** Adds what a person states to a finding's facts, and lets its clocks follow. */
export async function recordStatement(trx: Transaction<StoreTables>, statement: Statement): Promise<StatementOutcome> {
  const { facts: stated, evidence, by, at } = statement;
  for (const { kind } of stated) {
    const why = refusalOf(by, roleFor[kind]);
    if (why !== null) return { kind: 'refused', why };
  }
  const row = await findingRow(trx, statement.findingId);
  if (row === null) return { kind: 'refused', why: 'no_finding' };
  const facts = stated.map((fact): Fact => personFact(fact, by, at, evidence));
  const { steps } = await stateFacts(trx, row, facts);
  const refused = steps.find(
    ({ fact, what, at: when }) => what === 'refused' && when === at && fact?.actor === by.name,
  );
  return refused === undefined ? { kind: 'recorded' } : { kind: 'without-effect', why: refused.detail ?? 'refused' };
}

/** Adds facts, lets the clocks follow with what else changes, and tells of each. */
export async function stateFacts(
  trx: Transaction<StoreTables>,
  row: FindingRow,
  facts: readonly Fact[],
  more: Partial<FindingRow> = {},
): Promise<CaseTimeline> {
  await addFacts(trx, [{ findingId: row.id, facts }]);
  const timeline = await followFacts(trx, row, more);
  for (const fact of facts) await announceFact(trx, row, fact);
  return timeline;
}

/** Brings the index columns of a finding in line with its facts. */
export async function followFacts(trx: Transaction<StoreTables>, row: FindingRow, more: Partial<FindingRow> = {}) {
  const pinned = await pinnedPolicies(trx);
  const facts = await factsOfFinding(trx, row.id);
  const timeline = replay(facts, pinned(row));
  const columns = { ...clockColumns(timeline), ...more };
  await trx
    .updateTable('finding')
    .set({ ...columns, ...changedColumn(row, columns, Math.max(...facts.map(({ recordedAt }) => recordedAt))) })
    .where('id', '=', row.id)
    .execute();
  return timeline;
}

export function personFact(fact: FactKind, by: Pick<Person, 'name'>, at: EpochMs, evidence: string | null): Fact {
  return { ...fact, at, recordedAt: at, precision: 'instant', source: 'person', evidence, actor: by.name };
}

export async function findingRow(trx: Transaction<StoreTables>, id: string): Promise<FindingRow | null> {
  if (!/^\d{1,15}$/.test(id)) return null;
  const row = await trx.selectFrom('finding').selectAll().where('id', '=', Number(id)).executeTakeFirst();
  return row ?? null;
}

async function announceFact(trx: Transaction<StoreTables>, row: FindingRow, fact: Fact): Promise<void> {
  const { kind, at, recordedAt: _, precision: __, source: ___, actor, ...said } = fact;
  await announce(trx, `finding.${kind.replaceAll('_', '-')}`, row, at, said, actor);
}
