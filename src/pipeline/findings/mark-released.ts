import type { Kysely, Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import type { SeverityBand } from '../advisories/index.ts';
import { addFacts } from './fact-rows.ts';
import { robotFact } from './match-traits.ts';
import type { DoneStep } from './policy.ts';
import { followFacts } from './record-statement.ts';
import type { Fact } from './sla/facts.ts';
import type { StoreTables } from './tables.ts';
import { moveStage } from './triage/move-stage.ts';

/** A finding that a channel has fixed and no release carries yet. */
export interface AwaitedFix {
  readonly advisoryId: string;
  readonly attr: string;
  readonly fromVersion: string;
  readonly toVersion: string;
  readonly band: SeverityBand;
}

export interface ReleasedFixes {
  readonly channel: string;
  readonly releaseUuid: string;
  readonly version: string;
  readonly fixes: readonly { readonly advisoryId: string; readonly attr: string }[];
  readonly at: EpochMs;
}

export async function fixesAwaitingRelease(db: Kysely<StoreTables>, channel: string): Promise<readonly AwaitedFix[]> {
  const rows = await db
    .selectFrom('finding')
    .select(['advisory_id', 'attr', 'version', 'fixed_version', 'band'])
    .where('channel', '=', channel)
    .where('state', '=', 'fixed')
    .where('released_at', 'is', null)
    .orderBy('attr')
    .orderBy('advisory_id')
    .execute();
  return rows.map((row) => ({
    advisoryId: row.advisory_id,
    attr: row.attr,
    fromVersion: row.version,
    toVersion: row.fixed_version ?? row.version,
    band: row.band as SeverityBand,
  }));
}

/** Notes that a published release carries these fixes; gives how many had not been released before. */
export async function markReleased(trx: Transaction<StoreTables>, given: ReleasedFixes): Promise<number> {
  const { channel, releaseUuid, version, fixes, at } = given;
  let marked = 0;
  for (const { advisoryId, attr } of fixes) {
    const row = await trx
      .selectFrom('finding')
      .selectAll()
      .where('channel', '=', channel)
      .where('attr', '=', attr)
      .where('advisory_id', '=', advisoryId)
      .where('state', '=', 'fixed')
      .where('released_at', 'is', null)
      .executeTakeFirst();
    if (row === undefined) continue;
    const done = (step: DoneStep, reference: string): Fact => ({
      ...robotFact({ kind: 'done', step, system: null, reference }, at),
      evidence: version,
    });
    // Page, feeds and VEX are read off the findings: they say so from this instant on.
    const facts = [
      done('released', releaseUuid),
      done('advisory_published', `/cve/${encodeURIComponent(advisoryId)}`),
      done('vex_published', `/vex/package/${encodeURIComponent(attr)}.json`),
    ];
    await addFacts(trx, [{ findingId: row.id, facts }]);
    await followFacts(trx, row, { released_at: at });
    await moveStage(trx, row, {
      event: 'finding.released',
      actor: 'robot',
      at,
      payload: {
        releaseUuid,
        version,
        fixedVersion: row.fixed_version,
        band: row.band,
        remediationDueAt: row.remediation_due_at,
      },
    });
    marked += 1;
  }
  return marked;
}
