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
  readonly at: EpochMs;
}

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
  { channel, attr, systems, at }: CachedPackage,
): Promise<number> {
  const pinned = await pinnedPolicies(trx);
  const rows: readonly FindingRow[] = await released(trx, channel).selectAll().where('attr', '=', attr).execute();
  let noted = 0;
  for (const row of rows) {
    const { done } = pinned(row);
    if (!done.require.includes('cached')) continue;
    const known = factsOf(await factsOfFinding(trx, row.id), 'done').filter((fact) => fact.step === 'cached');
    const fresh = systems
      .filter((system) => done.systems.includes(system))
      // What was there of an earlier fix, before it was reopened, says nothing of this one.
      .filter((system) => !known.some((fact) => fact.system === system && fact.at >= (row.fixed_at ?? 0)));
    if (fresh.length === 0) continue;
    const facts = fresh.map((system) =>
      robotFact({ kind: 'done', step: 'cached', system, reference: row.fixed_version }, at),
    );
    await addFacts(trx, [{ findingId: row.id, facts }]);
    await followFacts(trx, row);
    await announce(trx, 'finding.cached', row, at, { systems: fresh });
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
