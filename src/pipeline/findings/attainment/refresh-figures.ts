import type { Transaction } from 'kysely';
import { advanceCursor, cursorOf } from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { nextAlertAt } from '../escalation/next-alert.ts';
import { pinnedPolicies } from '../pinned-policy.ts';
import type { SlaPolicy } from '../policy.ts';
import type { Fact } from '../sla/facts.ts';
import { packFacts, unpackFacts } from '../sla/pack-facts.ts';
import { replay } from '../sla/replay.ts';
import type { StoreTables } from '../tables.ts';
import { type CaseFigures, figuresOf } from './case-figures.ts';

/** Up to which fact the figures were made. Another number when the rules change: everything is made anew. */
const reader = 'sla.figures/2';
const factsTogether = 20_000;
const rowsTogether = 200;

/** Makes the figures of every case whose facts changed since the last time; gives how many. */
export async function refreshFigures(db: Database<StoreTables>): Promise<number> {
  let refreshed = 0;
  for (;;) {
    const step = await db.write((trx) => refreshStep(trx, db));
    refreshed += step.cases;
    if (!step.isMore) return refreshed;
  }
}

async function refreshStep(trx: Transaction<StoreTables>, db: Database<StoreTables>) {
  const after = await cursorOf(db, reader);
  const fresh = await trx
    .selectFrom('finding_fact')
    .select(['id', 'finding_id'])
    .where('id', '>', after)
    .orderBy('id')
    .limit(factsTogether)
    .execute();
  const last = fresh.at(-1)?.id;
  if (last === undefined) return { cases: 0, isMore: false };
  const ids = [...new Set(fresh.map(({ finding_id }) => finding_id))];
  const pinned = await pinnedPolicies(trx);
  for (let from = 0; from < ids.length; from += rowsTogether) {
    await refreshSome(trx, ids.slice(from, from + rowsTogether), pinned);
  }
  await advanceCursor(trx, reader, last);
  return { cases: ids.length, isMore: fresh.length === factsTogether };
}

async function refreshSome(
  trx: Transaction<StoreTables>,
  ids: readonly number[],
  pinned: Awaited<ReturnType<typeof pinnedPolicies>>,
): Promise<void> {
  const [findings, fresh, known] = await Promise.all([
    trx.selectFrom('finding').select(['id', 'policy_id', 'policy_version']).where('id', 'in', ids).execute(),
    trx
      .selectFrom('finding_fact as f')
      .leftJoin('finding_clock as c', 'c.finding_id', 'f.finding_id')
      .select(['f.id', 'f.finding_id', 'f.body'])
      .where('f.finding_id', 'in', ids)
      .where((where) => where.or([where('c.packed_upto', 'is', null), where('f.id', '>', where.ref('c.packed_upto'))]))
      .orderBy('f.id')
      .execute(),
    trx.selectFrom('finding_clock').selectAll().where('finding_id', 'in', ids).execute(),
  ]);
  const added = Map.groupBy(fresh, (row) => row.finding_id);
  const before = new Map(known.map((row) => [row.finding_id, row]));
  const rows = findings.map((row) => {
    const last = before.get(row.id);
    const own = added.get(row.id) ?? [];
    const facts = [...unpackFacts(last?.packed ?? null), ...own.map(({ body }) => JSON.parse(body) as Fact)];
    const policy = pinned(row);
    return {
      ...clockRow(row.id, figuresOf(facts, replay(facts, policy)), policy, last),
      packed: packFacts(facts),
      packed_upto: own.at(-1)?.id ?? last?.packed_upto ?? null,
    };
  });
  if (rows.length === 0) return;
  await trx
    .insertInto('finding_clock')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('finding_id').doUpdateSet(({ ref }) => ({
        figures: ref('excluded.figures'),
        response_due_at: ref('excluded.response_due_at'),
        response_told_at: ref('excluded.response_told_at'),
        remediation_due_at: ref('excluded.remediation_due_at'),
        remediation_told_at: ref('excluded.remediation_told_at'),
        next_alert_at: ref('excluded.next_alert_at'),
        packed: ref('excluded.packed'),
        packed_upto: ref('excluded.packed_upto'),
      })),
    )
    .execute();
}

type ClockRow = Omit<StoreTables['finding_clock'], 'packed' | 'packed_upto'>;

/** A deadline that moved is told of anew. */
function clockRow(findingId: number, figures: CaseFigures, policy: SlaPolicy, before: ClockRow | undefined): ClockRow {
  const { response, remediation } = figures;
  const row = {
    finding_id: findingId,
    figures: JSON.stringify(figures),
    response_due_at: response.dueAt,
    response_told_at: before?.response_due_at === response.dueAt ? before.response_told_at : null,
    remediation_due_at: remediation.dueAt,
    remediation_told_at: before?.remediation_due_at === remediation.dueAt ? before.remediation_told_at : null,
    paged_for_at: before?.paged_for_at ?? null,
  };
  return { ...row, next_alert_at: nextAlertAt(figures, row, policy.alerts) };
}
