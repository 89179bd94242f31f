import type { Kysely, Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { announce } from './announce.ts';
import { addFacts, factsOfFinding } from './fact-rows.ts';
import { robotFact } from './match-traits.ts';
import { pinnedPolicies } from './pinned-policy.ts';
import { followFacts } from './record-statement.ts';
import type { FindingRow } from './rows.ts';
import { factsOf } from './sla/facts.ts';
import type { StoreTables } from './tables.ts';

/** Of one package: the systems for which all of it can be fetched. */
export interface CachedPackage {
  readonly channel: string;
  readonly attr: string;
  readonly systems: readonly string[];
  /** Those where nothing but its evaluation is promised: there is nothing to wait for. */
  readonly excused: readonly string[];
  readonly at: EpochMs;
}

export const onlyEvaluatedThere = 'the covered set promises nothing there but that it is evaluated';

/** The packages of a channel whose fix is released, while a clock runs until it can be fetched too (SLA-21). */
export async function awaitingCache(db: Kysely<StoreTables>, channel: string): Promise<readonly string[]> {
  const pinned = await pinnedPolicies(db);
  const rows = await released(db, channel)
    .select(['attr', 'policy_id', 'policy_version'])
    .distinct()
    .orderBy('attr')
    .execute();
  return [...new Set(rows.filter((row) => pinned(row).done.require.includes('cached')).map(({ attr }) => attr))];
}

/** Notes for which of the systems that the promise names it can be fetched; again changes nothing. Gives how many findings heard of it. */
export async function noteCached(
  trx: Transaction<StoreTables>,
  { channel, attr, systems, excused, at }: CachedPackage,
): Promise<number> {
  const pinned = await pinnedPolicies(trx);
  const rows: readonly FindingRow[] = await released(trx, channel).selectAll().where('attr', '=', attr).execute();
  let noted = 0;
  for (const row of rows) {
    const { done } = pinned(row);
    if (!done.require.includes('cached')) continue;
    // What was there of an earlier fix, before it was reopened, says nothing of this one.
    const known = factsOf(await factsOfFinding(trx, row.id), 'done').filter(
      (fact) => fact.step === 'cached' && fact.at >= (row.fixed_at ?? 0),
    );
    const isNew = (system: string) => done.systems.includes(system) && !known.some((fact) => fact.system === system);
    const fresh = systems.filter(isNew);
    // What can be fetched nowhere is not there because nothing was promised.
    const free =
      fresh.length + known.length === 0 ? [] : excused.filter((system) => isNew(system) && !fresh.includes(system));
    if (fresh.length + free.length === 0) continue;
    const facts = [...fresh, ...free].map((system) => ({
      ...robotFact({ kind: 'done', step: 'cached', system, reference: row.fixed_version }, at),
      evidence: free.includes(system) ? onlyEvaluatedThere : null,
    }));
    await addFacts(trx, [{ findingId: row.id, facts }]);
    await followFacts(trx, row);
    await announce(trx, 'finding.cached', row, at, { systems: [...fresh, ...free] });
    noted += 1;
  }
  return noted;
}

function released(db: Kysely<StoreTables>, channel: string) {
  return db
    .selectFrom('finding')
    .where('channel', '=', channel)
    .where('state', '=', 'fixed')
    .where('released_at', 'is not', null)
    .where('stopped_at', 'is', null)
    .where('void_at', 'is', null);
}
