import type { Kysely, Transaction } from 'kysely';
import { inParts } from '../../foundation/in-parts.ts';
import type { Fact } from './sla/facts.ts';
import type { StoreTables } from './tables.ts';

export interface FactsOfFinding {
  readonly findingId: number;
  readonly facts: readonly Fact[];
}

export async function addFacts(trx: Transaction<StoreTables>, added: readonly FactsOfFinding[]): Promise<void> {
  const rows = factRows(added);
  for (const part of inParts(rows)) await trx.insertInto('finding_fact').values(part).execute();
}

export function factRows(added: readonly FactsOfFinding[]) {
  return added.flatMap(({ findingId, facts }) =>
    facts.map((fact) => ({ finding_id: findingId, recorded_at: fact.recordedAt, body: JSON.stringify(fact) })),
  );
}

/** In the order in which they were recorded. */
export async function factsOfFinding(db: Kysely<StoreTables>, findingId: number): Promise<readonly Fact[]> {
  const rows = await db
    .selectFrom('finding_fact')
    .select('body')
    .where('finding_id', '=', findingId)
    .orderBy('id')
    .execute();
  return rows.map((row) => JSON.parse(row.body) as Fact);
}
