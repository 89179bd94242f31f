import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import { visibilityOf } from './registry/words.ts';
import type { ReleasesTables } from './tables.ts';

export type YankOutcome =
  | { readonly kind: 'done' }
  /** It was so before; nothing changed. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'no-reason' };

const maxReason = 2000;

export async function setYanked(
  trx: Transaction<ReleasesTables & JournalTables>,
  given: {
    readonly uuid: string;
    readonly yanked: boolean;
    readonly reason: string;
    readonly at: EpochMs;
    readonly actor: string;
  },
): Promise<YankOutcome> {
  const reason = given.reason.trim().slice(0, maxReason);
  if (reason === '') return { kind: 'no-reason' };
  const row = await trx.selectFrom('release').selectAll().where('uuid', '=', given.uuid).executeTakeFirst();
  if (row === undefined) return { kind: 'unknown' };
  if ((row.yanked_at !== null) === given.yanked) return { kind: 'unchanged' };
  await trx
    .updateTable('release')
    .set(given.yanked ? { yanked_at: given.at, yanked_reason: reason } : { yanked_at: null, yanked_reason: null })
    .where('uuid', '=', given.uuid)
    .execute();
  await appendEvent(trx, {
    at: given.at,
    kind: given.yanked ? 'release.yanked' : 'release.unyanked',
    subject: given.uuid,
    actor: given.actor,
    payload: {
      uuid: row.uuid,
      organisation: row.organisation,
      flake: row.flake,
      version: row.version,
      reason,
      visibility: await visibilityOf(trx, row),
    },
  });
  return { kind: 'done' };
}
