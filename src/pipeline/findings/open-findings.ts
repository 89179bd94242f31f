import type { Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { appendEvents } from '../../journal/index.ts';
import { type Database, insertRows } from '../../platform/database/index.ts';
import type { Advisory } from '../advisories/index.ts';
import type { Match } from '../matching/index.ts';
import { factsOfSay, sayOf } from './advisory-say.ts';
import { robotEvent } from './announce.ts';
import { attributionRows } from './attributions.ts';
import { factRows } from './fact-rows.ts';
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
  /** What was noted of it before anybody could know. */
  readonly history?: readonly Fact[];
}

/** The channel that has them, and when that was seen. */
export type OpenedBy = Pick<FindingsUpdate, 'channel' | 'packages' | 'at' | 'supportEndsAt'>;

/** How many are planned while those before are written. */
const together = 256;

/** Opens a finding for each, under the policy that holds now. */
export async function openFindings(
  trx: Transaction<StoreTables>,
  fresh: readonly FreshMatch[],
  {
    update,
    policies,
    dialect,
  }: {
    readonly update: OpenedBy;
    readonly policies: readonly SlaPolicy[];
    readonly dialect: Database<never>['dialect'];
  },
): Promise<void> {
  if (fresh.length === 0) return;
  const policy = policyFor(policies, update.channel, update.at);
  await pinPolicy(trx, policy, update.at);
  const planned = (from: number) => fresh.slice(from, from + together).map((one) => planOpening(one, policy, update));
  let batch = planned(0);
  let written: Promise<unknown> = Promise.resolve();
  for (let from = together; batch.length > 0; from += together) {
    const opening = insertRows(trx, {
      dialect,
      table: 'finding',
      ...columnsAndRows(batch.map(({ row }) => row)),
      returning: ['id', 'advisory_id', 'attr'],
    });
    // The next ones, while the writing thread has these.
    const next = planned(from);
    const ids = new Map((await opening).map((row) => [placeOf(row.attr, row.advisory_id), row.id]));
    await written;
    const opened = batch.map((plan) => ({
      ...plan,
      findingId: ids.get(placeOf(plan.row.attr, plan.row.advisory_id)) ?? 0,
    }));
    written = writeOpened(trx, opened, update.at, dialect);
    // It is awaited after what comes next was sent; a failure may be there before.
    written.catch(() => {});
    batch = next;
  }
  await written;
}

/** What stands beside a finding: its facts, who says so, and the event that tells of it. */
async function writeOpened(
  trx: Transaction<StoreTables>,
  opened: readonly (Opening & { readonly findingId: number })[],
  at: EpochMs,
  dialect: Database<never>['dialect'],
): Promise<void> {
  const ranges = opened.map(({ findingId, match }) => ({ findingId, ranges: match.ranges }));
  await Promise.all([
    insertRows(trx, { dialect, table: 'finding_fact', ...columnsAndRows(factRows(opened)) }),
    insertRows(trx, { dialect, table: 'finding_attribution', ...columnsAndRows(attributionRows(ranges, at)) }),
    appendEvents(
      trx,
      dialect,
      opened.map(({ row, findingId }) => {
        const { version, band, state, remediation_due_at: remediationDueAt } = row;
        return robotEvent('finding.opened', { ...row, id: findingId }, at, { version, band, state, remediationDueAt });
      }),
    ),
  ]);
}

/** Of rows that are all alike. */
function columnsAndRows<Row extends Readonly<Record<string, string | number | null>>>(rows: readonly Row[]) {
  const columns = Object.keys(rows[0] ?? {}) as (keyof Row & string)[];
  return { columns, rows: rows.map((row) => columns.map((column) => row[column] ?? null)) };
}

type Opening = ReturnType<typeof planOpening>;

function planOpening({ match, advisory, history }: FreshMatch, policy: SlaPolicy, update: OpenedBy) {
  const { channel, packages, at, supportEndsAt } = update;
  const say = sayOf(advisory);
  const carried = packages.get(match.attr);
  const facts: Fact[] = [...factsOfSay(say, null, at), ...(history ?? [robotFact({ kind: 'matched' }, at)])];
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
