import type { Transaction } from 'kysely';
import type { EpochMs } from '../foundation/clock.ts';
import type { Fingerprint } from './credential.ts';
import type { AccountsTables } from './tables.ts';

const day = 24 * 3_600_000;
export const defaultTokenLifetimeMs = 90 * day;
export const maxTokenLifetimeMs = 366 * day;

/** The token by which a person makes all others. */
export function firstTokenRow(given: {
  readonly key: Fingerprint;
  readonly person: string;
  readonly by: string;
  readonly at: EpochMs;
}): AccountsTables['account_token'] {
  return {
    id: given.key.id,
    secret_hash: given.key.secretHash,
    label: 'the first token',
    person: given.person,
    workload: null,
    organisation: null,
    flake: null,
    scopes: JSON.stringify(['read', 'act', 'publish', 'cache-write', 'push']),
    created_at: given.at,
    created_by: given.by,
    expires_at: given.at + defaultTokenLifetimeMs,
    revoked_at: null,
    last_used_at: null,
  };
}

/** Nothing that a person holds opens anything from now on. */
export async function endAccess(trx: Transaction<AccountsTables>, person: string, at: EpochMs): Promise<void> {
  await trx
    .updateTable('account_token')
    .set({ revoked_at: at })
    .where('person', '=', person)
    .where('revoked_at', 'is', null)
    .execute();
  await trx
    .updateTable('account_session')
    .set({ ended_at: at })
    .where('person', '=', person)
    .where('ended_at', 'is', null)
    .execute();
}
