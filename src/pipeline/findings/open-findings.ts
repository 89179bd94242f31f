import type { Transaction } from 'kysely';
import type { Advisory } from '../advisories/index.ts';
import type { Match } from '../matching/index.ts';
import { factsOfSay, sayOf } from './advisory-say.ts';
import { announceMany } from './announce.ts';
import { addAttributions } from './attributions.ts';
import { addFacts } from './fact-rows.ts';
import type { FindingsUpdate } from './findings-update.ts';
import { attributionsOf, patchesOf, placeOf, robotFact } from './match-traits.ts';
import { pinPolicy } from './pinned-policy.ts';
import { policyFor, type SlaPolicy } from './policy.ts';
import { clockColumns, sayColumns } from './rows.ts';
import type { Fact } from './sla/facts.ts';
import { replay } from './sla/replay.ts';
import type { StoreTables } from './tables.ts';

/** A match that no finding stands for yet. */
export interface FreshMatch {
  readonly match: Match;
  readonly advisory: Advisory;
}

/** Opens a finding for each, under the policy that holds now. */
export async function openFindings(
  trx: Transaction<StoreTables>,
  fresh: readonly FreshMatch[],
  update: FindingsUpdate,
  policies: readonly SlaPolicy[],
): Promise<void> {
  if (fresh.length === 0) return;
  const policy = policyFor(policies, update.channel, update.at);
  await pinPolicy(trx, policy, update.at);
  const planned = fresh.map((one) => planOpening(one, policy, update));
  // Few at a time: an engine takes a limited number of parameters.
  for (let from = 0; from < planned.length; from += 200) {
    const batch = planned.slice(from, from + 200);
    const rows = await trx
      .insertInto('finding')
      .values(batch.map(({ row }) => row))
      .returning(['id', 'advisory_id', 'attr'])
      .execute();
    const ids = new Map(rows.map((row) => [placeOf(row.attr, row.advisory_id), row.id]));
    const added = batch.map((plan) => ({
      ...plan,
      ranges: plan.match.ranges,
      findingId: ids.get(placeOf(plan.row.attr, plan.row.advisory_id)) ?? 0,
    }));
    await addFacts(trx, added);
    await addAttributions(trx, added, update.at);
    await announceMany(
      trx,
      'finding.opened',
      update.at,
      added.map(({ row, findingId }) => ({
        row: { ...row, id: findingId },
        payload: {
          version: row.version,
          band: row.band,
          state: row.state,
          remediationDueAt: row.remediation_due_at,
        },
      })),
    );
  }
}

function planOpening({ match, advisory }: FreshMatch, policy: SlaPolicy, update: FindingsUpdate) {
  const { channel, packages, at, supportEndsAt } = update;
  const say = sayOf(advisory);
  const carried = packages.get(match.attr);
  const facts: Fact[] = [...factsOfSay(say, null, at), robotFact({ kind: 'matched' }, at)];
  if (carried?.coveredSince != null)
    facts.push({ ...robotFact({ kind: 'coverage_started' }, at), at: carried.coveredSince });
  if (carried?.shippedSince != null)
    facts.push({ ...robotFact({ kind: 'line_first_shipped' }, at), at: carried.shippedSince });
  // What was public before that day is finished all the same (SLA-33).
  if (supportEndsAt !== undefined && supportEndsAt <= at)
    facts.push({ ...robotFact({ kind: 'line_support_ended' }, at), at: supportEndsAt });
  return {
    facts,
    match,
    row: {
      advisory_id: advisory.id,
      attr: match.attr,
      channel,
      version: match.version,
      state: match.status === 'affected' ? 'open' : 'under_investigation',
      ...sayColumns(say, policy),
      opened_at: at,
      fixed_at: null,
      fixed_version: null,
      released_at: null,
      changed_at: at,
      explanation: match.explanation,
      patches: patchesOf(match),
      attributions: attributionsOf(match),
      policy_id: policy.id,
      policy_version: policy.version,
      ...clockColumns(replay(facts, policy)),
    },
  };
}
