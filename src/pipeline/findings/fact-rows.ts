import type { Kysely, Transaction } from 'kysely';
import type { Fact } from './sla/facts.ts';
import type { StoreTables } from './tables.ts';

export async function addFacts(
  trx: Transaction<StoreTables>,
  findingId: number,
  facts: readonly Fact[],
): Promise<void> {
  await trx
    .insertInto('finding_fact')
    .values(facts.map((fact) => ({ finding_id: findingId, recorded_at: fact.recordedAt, body: JSON.stringify(fact) })))
    .execute();
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
