import type { Transaction } from 'kysely';
import type { EpochMs } from '../../../foundation/clock.ts';
import { eventsOfKinds } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { announce } from '../announce.ts';
import { isAtLeast } from '../attainment/adoption.ts';
import { addFacts, factsOfFinding } from '../fact-rows.ts';
import { findingRow } from '../record-statement.ts';
import type { StoreTables } from '../tables.ts';
import { type Fact, factsOf } from './facts.ts';

/** The lock of a consumer as it was last seen: the consumer's name is the closure's. */
export interface ClosureLock {
  readonly closure: string;
  readonly seenAt: EpochMs;
  readonly inputs: readonly { readonly flake: string; readonly version: string }[];
}

/** By closure, the findings that somebody said it is exposed to, or not. */
export async function exposuresStated(
  db: Pick<Database<StoreTables>, 'read'>,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const stated = new Map<string, Set<string>>();
  for (const { subject, payload } of await eventsOfKinds(db, ['finding.exposure'])) {
    const findings = stated.get(String(payload.closure)) ?? new Set();
    stated.set(String(payload.closure), findings.add(subject));
  }
  return stated;
}

/** A closure whose lock stands on a release with the fix has adopted it, from when that was seen. Gives how many had. */
export async function noteAdoptions(
  db: Database<StoreTables>,
  locks: readonly ClosureLock[],
  now: EpochMs,
): Promise<number> {
  const stated = await exposuresStated(db);
  const concerned = locks.filter(({ closure }) => stated.has(closure));
  if (concerned.length === 0) return 0;
  const flakeOf = new Map(
    (await eventsOfKinds(db, ['release.published'])).map(({ subject, payload }) => [
      subject,
      `${String(payload.organisation)}/${String(payload.flake)}`,
    ]),
  );
  return db.write(async (trx) => {
    let noted = 0;
    for (const lock of concerned)
      for (const findingId of stated.get(lock.closure) ?? [])
        if (await noteAdoption(trx, { findingId, lock, flakeOf, now })) noted += 1;
    return noted;
  });
}

async function noteAdoption(
  trx: Transaction<StoreTables>,
  given: {
    readonly findingId: string;
    readonly lock: ClosureLock;
    readonly flakeOf: ReadonlyMap<string, string>;
    readonly now: EpochMs;
  },
): Promise<boolean> {
  const { findingId, lock, flakeOf, now } = given;
  const row = await findingRow(trx, findingId);
  if (row === null || row.state !== 'fixed') return false;
  const facts = await factsOfFinding(trx, row.id);
  const since = factsOf(facts, 'reopened').at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  if (factsOf(facts, 'adopted').some(({ closure, at }) => closure === lock.closure && at > since)) return false;
  const released = factsOf(facts, 'done').find(({ step, at }) => step === 'released' && at > since);
  const flake = flakeOf.get(released?.reference ?? '');
  const own = lock.inputs.filter((input) => input.flake === flake);
  if (released === undefined || own.length === 0) return false;
  if (!own.every(({ version }) => isAtLeast(version, released.evidence ?? ''))) return false;
  const adopted: Fact = {
    kind: 'adopted',
    closure: lock.closure,
    at: Math.max(lock.seenAt, released.at),
    recordedAt: now,
    precision: 'instant',
    source: 'lock',
    evidence: `${flake} ${[...new Set(own.map(({ version }) => version))].join(', ')}`,
    actor: 'robot',
  };
  await addFacts(trx, [{ findingId: row.id, facts: [adopted] }]);
  const { closure, evidence } = adopted;
  await announce(trx, 'finding.adopted', row, now, { closure, evidence, releaseUuid: released.reference });
  return true;
}
