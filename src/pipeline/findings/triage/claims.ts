import type { Transaction } from 'kysely';
import type { Person } from '../../../accounts/index.ts';
import type { EpochMs } from '../../../foundation/clock.ts';
import { announce } from '../announce.ts';
import { type Stage, workingStages } from '../lifecycle.ts';
import { pinnedPolicies } from '../pinned-policy.ts';
import type { Band, SlaPolicy } from '../policy.ts';
import type { FindingRow } from '../rows.ts';
import type { StoreTables } from '../tables.ts';
import { moveStage } from './move-stage.ts';

const hour = 3_600_000;
// For policies that were written before there were claims.
const usualTtl: Readonly<Record<Band, number>> = {
  critical: 2 * hour,
  high: 8 * hour,
  medium: 48 * hour,
  low: 168 * hour,
};

export type ClaimRefusal = 'claimed_by_other' | 'not_claimed' | 'wrong_stage';

/** Keeps a finding for one person until the policy's time is over; again by the same person: anew. */
export async function claim(
  trx: Transaction<StoreTables>,
  row: FindingRow,
  by: Person,
  at: EpochMs,
): Promise<ClaimRefusal | null> {
  if (!workingStages.includes(row.stage as Stage)) return 'wrong_stage';
  if (row.claimed_by !== null && row.claimed_by !== by.name && (row.claim_until ?? 0) > at) return 'claimed_by_other';
  const until = at + ttlOf(row, (await pinnedPolicies(trx))(row));
  const set = { claimed_by: by.name, claim_until: until };
  const moved = await moveStage(trx, row, { event: 'finding.claimed', actor: by.name, at, payload: { until }, set });
  if (moved !== null) return null;
  await trx.updateTable('finding').set(set).where('id', '=', row.id).execute();
  await announce(trx, 'finding.claimed', row, at, { until }, by.name);
  return null;
}

/** Gives a finding back to the queue. What waits for a second person goes on waiting. */
export async function unclaim(
  trx: Transaction<StoreTables>,
  row: FindingRow,
  given: { readonly actor: string; readonly at: EpochMs; readonly reason: 'released' | 'expired' },
): Promise<void> {
  const { actor, at, reason } = given;
  const set = { claimed_by: null, claim_until: null };
  const payload = { claimedBy: row.claimed_by, reason };
  const waiting = await trx
    .selectFrom('finding_verdict')
    .select('content')
    .where('finding_id', '=', row.id)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  const moved =
    waiting === undefined ? await moveStage(trx, row, { event: 'finding.unclaimed', actor, at, payload, set }) : null;
  if (moved !== null) return;
  await trx.updateTable('finding').set(set).where('id', '=', row.id).execute();
  await announce(trx, 'finding.unclaimed', row, at, payload, actor);
}

/** Ends the claims whose time is over, and tells of promised news that did not come; gives how many of either. */
export async function endClaims(trx: Transaction<StoreTables>, at: EpochMs): Promise<number> {
  const expired = await trx.selectFrom('finding').selectAll().where('claim_until', '<=', at).orderBy('id').execute();
  for (const row of expired) await unclaim(trx, row, { actor: 'robot', at, reason: 'expired' });
  const silent = await trx.selectFrom('finding').selectAll().where('next_update_at', '<=', at).orderBy('id').execute();
  for (const row of silent) {
    await trx.updateTable('finding').set({ next_update_at: null }).where('id', '=', row.id).execute();
    await announce(trx, 'finding.update-missed', row, at, {
      promisedAt: row.next_update_at,
      claimedBy: row.claimed_by,
    });
  }
  return expired.length + silent.length;
}

function ttlOf(row: FindingRow, policy: SlaPolicy): number {
  const band = row.band === 'unknown' ? policy.severity.unknown_as : (row.band as Band);
  return (policy.claim_ttl ?? usualTtl)[band];
}
