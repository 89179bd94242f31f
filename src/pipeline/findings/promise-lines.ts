import { type Kysely, sql } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { atRiskFrom } from './deadlines.ts';
import { type Band, bands, policyFor, type SlaPolicy } from './policy.ts';
import { never } from './rows.ts';
import type { StoreTables } from './tables.ts';

/** One line of the promise and how it stands. Durations in milliseconds. */
export interface PromiseLine {
  readonly band: Band;
  /** The id of the policy that promises it, and where: other channels may be under another. */
  readonly policy: string;
  readonly channels: readonly string[];
  readonly responseMs: number | null;
  readonly remediationMs: number;
  readonly open: number;
  readonly atRisk: number;
  readonly breached: number;
  readonly met: number;
  readonly metLate: number;
  readonly nextDueAt: EpochMs | null;
}

/** How every remediation promise stands, one set of lines for each policy that holds for some of the channels. */
export async function promiseLines(
  db: Kysely<StoreTables>,
  policies: readonly SlaPolicy[],
  channels: readonly string[],
  now: EpochMs,
): Promise<readonly PromiseLine[]> {
  const groups = Map.groupBy(channels, (channel) => policyFor(policies, channel, now));
  return (await Promise.all([...groups].map(([policy, own]) => linesOf(db, policy, own, now)))).flat();
}

/** What is not rated counts where the policy puts it. */
async function linesOf(
  db: Kysely<StoreTables>,
  policy: SlaPolicy,
  channels: readonly string[],
  now: EpochMs,
): Promise<readonly PromiseLine[]> {
  const count = (condition: ReturnType<typeof sql>) => sql<number>`sum(case when ${condition} then 1 else 0 end)`;
  const running = sql`breach_at < ${never}`;
  const computed = sql`remediation_due_at > start_at`;
  const over = sql`(${running} and ${computed} and (breach_at < ${now} or breached_at is not null))`;
  const inTime = sql`(stopped_at <= remediation_due_at and breached_at is null)`;
  // Shares as whole numbers: the engines divide differently.
  const pressing = sql`(likely_late_since is not null or (${now} - start_at) * 100 >= (remediation_due_at - start_at) * ${atRiskFrom * 100})`;
  const rows = await db
    .selectFrom('finding')
    .select([
      'band',
      count(running).as('open'),
      count(sql`${running} and ${computed} and not ${over} and ${pressing}`).as('at_risk'),
      count(over).as('breached'),
      count(sql`void_at is null and ${computed} and stopped_at is not null and ${inTime}`).as('met'),
      count(sql`void_at is null and ${computed} and stopped_at is not null and not ${inTime}`).as('met_late'),
      sql<number | null>`min(case when ${running} and ${computed} and not ${over} then breach_at end)`.as(
        'next_due_at',
      ),
    ])
    .where('channel', 'in', channels)
    .groupBy('band')
    .execute();
  return bands.map((band) => {
    const own = rows.filter((row) => (row.band === 'unknown' ? policy.severity.unknown_as : row.band) === band);
    const total = (column: 'open' | 'at_risk' | 'breached' | 'met' | 'met_late') =>
      own.reduce((sum, row) => sum + Number(row[column]), 0);
    const dues = own.flatMap((row) => (row.next_due_at === null ? [] : [Number(row.next_due_at)]));
    return {
      band,
      policy: policy.id,
      channels,
      responseMs: policy.windows[band].response,
      remediationMs: policy.windows[band].remediation,
      open: total('open'),
      atRisk: total('at_risk'),
      breached: total('breached'),
      met: total('met'),
      metLate: total('met_late'),
      nextDueAt: dues.length === 0 ? null : Math.min(...dues),
    };
  });
}
