import type { Kysely, Selectable, Transaction } from 'kysely';
import { type Person, refusalOf } from '../../accounts/index.ts';
import type { EpochMs } from '../../foundation/clock.ts';
import { inParts } from '../../foundation/in-parts.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { CoverageNotice } from './model.ts';
import type { CatalogTables } from './tables.ts';

/** SLA-33: whoever relies on the promise has that long to see it end. */
export const noticeMs = 30 * 24 * 3_600_000;

export type NoticeOutcome =
  | { readonly kind: 'done'; readonly notice: CoverageNotice }
  | {
      readonly kind: 'refused';
      readonly why: 'role_missing' | 'not_covered' | 'same_person' | 'no_notice' | 'already' | 'reason_missing';
    };

export interface NoticeAct {
  readonly kind: 'propose' | 'approve' | 'withdraw';
  readonly attr: string;
  readonly by: Person;
  readonly at: EpochMs;
  readonly reason: string;
}

type Tables = CatalogTables & JournalTables;

/** Those that run, by attribute. */
export async function readNotices(db: Kysely<Tables>): Promise<readonly CoverageNotice[]> {
  const rows = await db
    .selectFrom('catalog_coverage_notice')
    .selectAll()
    .where('outcome', 'is', null)
    .orderBy('attr')
    .execute();
  return rows.map(noticeOfRow);
}

/** LC-03: one person proposes the end of a package's coverage, another one agrees, and then the 30 days begin. */
export async function actOnNotice(trx: Transaction<Tables>, act: NoticeAct): Promise<NoticeOutcome> {
  const { attr, by, at } = act;
  const reason = act.reason.trim().slice(0, 2000);
  if (refusalOf(by, 'policy_admin') !== null && refusalOf(by, 'security_lead') !== null) return refused('role_missing');
  const open = await trx
    .selectFrom('catalog_coverage_notice')
    .selectAll()
    .where('attr', '=', attr)
    .where('outcome', 'is', null)
    .executeTakeFirst();
  if (act.kind === 'propose') {
    if (reason === '') return refused('reason_missing');
    if (open !== undefined) return refused('already');
    const covered = await trx.selectFrom('catalog_covered').select('attr').where('attr', '=', attr).executeTakeFirst();
    if (covered === undefined) return refused('not_covered');
    const row = await trx
      .insertInto('catalog_coverage_notice')
      .values({
        attr,
        reason,
        proposed_by: by.name,
        proposed_at: at,
        approved_by: null,
        approved_at: null,
        ends_at: null,
        outcome: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    return told(trx, act, noticeOfRow(row), 'catalog.coverage-end-proposed');
  }
  if (open === undefined) return refused('no_notice');
  if (act.kind === 'withdraw') {
    await trx.updateTable('catalog_coverage_notice').set({ outcome: 'withdrawn' }).where('id', '=', open.id).execute();
    return told(trx, act, noticeOfRow(open), 'catalog.coverage-end-withdrawn');
  }
  if (open.approved_by !== null) return refused('already');
  if (open.proposed_by === by.name) return refused('same_person');
  const row = await trx
    .updateTable('catalog_coverage_notice')
    .set({ approved_by: by.name, approved_at: at, ends_at: at + noticeMs })
    .where('id', '=', open.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return told(trx, act, noticeOfRow(row), 'catalog.coverage-end-announced');
}

/** Which of these have had their whole notice; theirs is over with that. */
export async function endNotices(
  trx: Transaction<Tables>,
  attrs: readonly string[],
  at: EpochMs,
): Promise<ReadonlySet<string>> {
  const ended = new Set<string>();
  for (const part of inParts(attrs)) {
    const rows = await trx
      .updateTable('catalog_coverage_notice')
      .set({ outcome: 'ended' })
      .where('attr', 'in', part)
      .where('outcome', 'is', null)
      .where('ends_at', '<=', at)
      .returning('attr')
      .execute();
    for (const { attr } of rows) ended.add(attr);
  }
  return ended;
}

async function told(
  trx: Transaction<Tables>,
  { by, at, reason }: NoticeAct,
  notice: CoverageNotice,
  kind: string,
): Promise<NoticeOutcome> {
  const { attr, proposedBy, endsAt } = notice;
  await appendEvent(trx, {
    at,
    kind,
    subject: attr,
    actor: by.name,
    payload: { reason: reason || notice.reason, proposedBy, endsAt },
  });
  return { kind: 'done', notice };
}

function refused(why: Extract<NoticeOutcome, { readonly kind: 'refused' }>['why']): NoticeOutcome {
  return { kind: 'refused', why };
}

function noticeOfRow(row: Selectable<CatalogTables['catalog_coverage_notice']>): CoverageNotice {
  return {
    attr: row.attr,
    reason: row.reason,
    proposedBy: row.proposed_by,
    proposedAt: row.proposed_at,
    approvedBy: row.approved_by,
    approvedAt: row.approved_at,
    endsAt: row.ends_at,
  };
}
