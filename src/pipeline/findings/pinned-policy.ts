import type { Kysely, Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { AppError } from '../../foundation/errors.ts';
import { canonicalJson } from '../../foundation/json.ts';
import type { SlaPolicy } from './policy.ts';
import type { StoreTables } from './tables.ts';

/** Keeps a policy version as it is at its first use; refuses another text under the same version. */
export async function pinPolicy(trx: Transaction<StoreTables>, policy: SlaPolicy, at: EpochMs): Promise<void> {
  const { id, version } = policy;
  const body = canonicalJson(policy);
  const known = await trx
    .selectFrom('finding_policy')
    .select('body')
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst();
  if (known === undefined) {
    await trx.insertInto('finding_policy').values({ id, version, body, first_used_at: at }).execute();
  } else if (known.body !== body) {
    throw new AppError(
      { code: 'findings.policy-edited', retryable: false },
      `version ${version} of the SLA policy ${id} was edited after findings were opened under it`,
      { hint: 'Put the old text back, and state the new terms as a higher version with its own effective_from.' },
    );
  }
}

/** Finds the policy that a finding was opened under. */
export async function pinnedPolicies(
  db: Kysely<StoreTables>,
): Promise<(row: { readonly policy_id: string; readonly policy_version: number }) => SlaPolicy> {
  const rows = await db.selectFrom('finding_policy').selectAll().execute();
  const policies = new Map(rows.map((row) => [`${row.id}/${row.version}`, JSON.parse(row.body) as SlaPolicy]));
  return ({ policy_id, policy_version }) => {
    const policy = policies.get(`${policy_id}/${policy_version}`);
    if (policy !== undefined) return policy;
    throw new AppError(
      { code: 'findings.policy-lost', retryable: false },
      `version ${policy_version} of the SLA policy ${policy_id} is not in the database`,
    );
  };
}
