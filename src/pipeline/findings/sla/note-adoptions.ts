import type { Transaction } from 'kysely';
import { type EpochMs, toIso } from '../../../foundation/clock.ts';
import { appendEvents, eventsOfKinds, type NewEvent } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { announce } from '../announce.ts';
import { isAtLeast } from '../attainment/adoption.ts';
import { runsKind, seenKinds, whatWasSeen } from '../attainment/what-was-seen.ts';
import { addFacts, factsOfFinding } from '../fact-rows.ts';
import { findingRow } from '../record-statement.ts';
import type { StoreTables } from '../tables.ts';
import { adoptionCountsAfter, adoptionOf } from './adopted-at.ts';
import { factsOf } from './facts.ts';

/** What a consumer has as it was last seen: its name is the closure's. */
export interface ClosureSeen {
  readonly closure: string;
  /** Its lock. */
  readonly seenAt: EpochMs;
  readonly inputs: readonly { readonly flake: string; readonly version: string }[];
  /** What it runs, where it told: that weighs more than its lock. */
  readonly runs: ClosureRuns | null;
}

export interface ClosureRuns {
  /** When it told. */
  readonly since: EpochMs;
  /** Of which form it was: `closure`, `CycloneDX` … */
  readonly source: string;
  /** What it lacks of each flake that is known in full. */
  readonly flakes: readonly {
    readonly flake: string;
    readonly lacks: readonly { readonly advisoryId: string; readonly attr: string; readonly releasedIn: string }[];
  }[];
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

/**
 * Who runs a release with the fix has adopted it, from when that was told; where only a lock is known, who locks one. And
 * what the closures lack goes to the journal where that changed, for the time that adoption takes. Gives how many clocks
 * stopped, or run on because what runs denies what the lock had said.
 */
export async function noteAdoptions(
  db: Database<StoreTables>,
  seen: readonly ClosureSeen[],
  now: EpochMs,
): Promise<number> {
  await noteRuns(db, seen, now);
  const stated = await exposuresStated(db);
  const concerned = seen.filter(({ closure }) => stated.has(closure));
  if (concerned.length === 0) return 0;
  const flakeOf = new Map(
    (await eventsOfKinds(db, ['release.published'])).map(({ subject, payload }) => [
      subject,
      `${String(payload.organisation)}/${String(payload.flake)}`,
    ]),
  );
  return db.write(async (trx) => {
    let noted = 0;
    for (const one of concerned)
      for (const findingId of stated.get(one.closure) ?? [])
        if (await noteAdoption(trx, { findingId, seen: one, flakeOf, now })) noted += 1;
    return noted;
  });
}

async function noteAdoption(
  trx: Transaction<StoreTables>,
  given: {
    readonly findingId: string;
    readonly seen: ClosureSeen;
    readonly flakeOf: ReadonlyMap<string, string>;
    readonly now: EpochMs;
  },
): Promise<boolean> {
  const { findingId, seen, flakeOf, now } = given;
  const row = await findingRow(trx, findingId);
  if (row === null || row.state !== 'fixed') return false;
  const { closure } = seen;
  const facts = await factsOfFinding(trx, row.id);
  const reopenedAt = Math.max(Number.NEGATIVE_INFINITY, ...factsOf(facts, 'reopened').map(({ at }) => at));
  const released = factsOf(facts, 'done').find(({ step, at }) => step === 'released' && at > reopenedAt);
  const flake = flakeOf.get(released?.reference ?? '');
  if (released === undefined || flake === undefined) return false;
  const holding = holds(seen, { advisoryId: row.advisory_id, attr: row.attr, flake, version: released.evidence ?? '' });
  if (holding === null) return false;
  const { hasFix, source, evidence } = holding;
  const before = adoptionOf(facts, closure);
  const at = Math.max(holding.at, released.at);
  // A lock says what was meant to run, so what runs can deny it. What ran with the fix once did adopt it.
  const isNews = hasFix
    ? before === null && at > adoptionCountsAfter(facts, closure)
    : before?.source === 'lock' && at >= before.at;
  if (!isNews) return false;
  const kind = hasFix ? 'adopted' : 'adoption_denied';
  const robot = { recordedAt: now, precision: 'instant', actor: 'robot' } as const;
  await addFacts(trx, [{ findingId: row.id, facts: [{ kind, closure, at, source, evidence, ...robot }] }]);
  const event = hasFix ? 'finding.adopted' : 'finding.adoption-denied';
  await announce(trx, event, row, now, { closure, evidence, releaseUuid: released.reference });
  return true;
}

interface ReleasedFix {
  readonly advisoryId: string;
  readonly attr: string;
  readonly flake: string;
  readonly version: string;
}

interface Holding {
  readonly hasFix: boolean;
  readonly at: EpochMs;
  readonly source: 'closure' | 'lock';
  readonly evidence: string;
}

/** Whether it has the fix, since when, and by what. Null: that cannot be told, or its lock lacks it. */
function holds({ inputs, seenAt, runs }: ClosureSeen, fix: ReleasedFix): Holding | null {
  const own = inputs.filter(({ flake }) => flake === fix.flake);
  if (own.length === 0) return null;
  if (runs === null) {
    if (!own.every(({ version }) => isAtLeast(version, fix.version))) return null;
    const versions = [...new Set(own.map(({ version }) => version))].join(', ');
    return { hasFix: true, at: seenAt, source: 'lock', evidence: `${fix.flake} ${versions}` };
  }
  const running = runs.flakes.find(({ flake }) => flake === fix.flake);
  if (running === undefined) return null;
  const lacks = running.lacks.some(({ advisoryId, attr }) => advisoryId === fix.advisoryId && attr === fix.attr);
  const evidence = `what it runs, as told ${toIso(runs.since)} (${runs.source}), ${lacks ? 'still' : 'no longer'} holds the affected ${fix.attr}`;
  return { hasFix: !lacks, at: runs.since, source: 'closure', evidence };
}

/** Only where it differs from what the journal has. */
async function noteRuns(db: Database<StoreTables>, seen: readonly ClosureSeen[], now: EpochMs): Promise<void> {
  const known = seen.some(({ runs }) => runs !== null) ? whatWasSeen(await eventsOfKinds(db, seenKinds)) : null;
  if (known === null) return;
  const events = seen.flatMap(({ closure, runs }) =>
    (runs?.flakes ?? []).flatMap(({ flake, lacks }): readonly NewEvent[] => {
      const releases = [...new Set(lacks.map(({ releasedIn }) => releasedIn))].sort();
      if (JSON.stringify(known.lacks(closure, flake)) === JSON.stringify(releases)) return [];
      const payload = { name: closure, flake, lacks: releases, since: runs?.since };
      return [{ at: now, kind: runsKind, subject: closure, actor: 'robot', payload }];
    }),
  );
  if (events.length > 0) await db.write((trx) => appendEvents(trx, db.dialect, events));
}
