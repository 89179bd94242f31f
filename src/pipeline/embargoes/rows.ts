import type { Kysely, Selectable, Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { foldEvents } from './fold-events.ts';
import type { Embargo, EmbargoEvent, EmbargoEventKind, EndedHow } from './model.ts';
import type { EmbargoReport } from './report.ts';
import type { EmbargoTables, Tables } from './tables.ts';

type EmbargoRow = Selectable<EmbargoTables['embargo']>;

/** Whole embargoes, in the order given. */
export async function readEmbargoes(db: Kysely<Tables>, ids: readonly string[]): Promise<readonly Embargo[]> {
  const read: Embargo[] = [];
  for (const id of ids) {
    const row = await db.selectFrom('embargo').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) continue;
    const people = await db
      .selectFrom('embargo_person')
      .selectAll()
      .where('embargo_id', '=', id)
      .orderBy('let_in_at')
      .orderBy('person')
      .execute();
    const events = await db
      .selectFrom('embargo_event')
      .selectAll()
      .where('embargo_id', '=', id)
      .orderBy('id')
      .execute();
    const history = events.map(
      ({ at, actor, body }): EmbargoEvent => ({ ...(JSON.parse(body) as EmbargoEventKind), at, actor }),
    );
    read.push({
      ...headOf(row),
      circle: people.map(({ person, let_in_at: letInAt, let_in_by: letInBy }) => ({ person, letInAt, letInBy })),
      history,
      ...foldEvents(history),
    });
  }
  return read;
}

function headOf(row: EmbargoRow): Omit<Embargo, 'circle' | 'history' | 'cases' | 'claimedBy'> {
  return {
    id: row.id,
    report: JSON.parse(row.report) as EmbargoReport,
    openedAt: row.opened_at,
    openedBy: row.opened_by,
    endsAt: row.ends_at,
    ended:
      row.ended_at === null
        ? null
        : {
            at: row.ended_at,
            how: row.ended_how as EndedHow,
            by: row.ended_by ?? 'robot',
            reason: row.ended_reason ?? '',
            advisoryId: row.advisory_id,
          },
  };
}

export async function addEvents(
  trx: Transaction<Tables>,
  id: string,
  events: readonly EmbargoEventKind[],
  { actor, at }: { readonly actor: string; readonly at: EpochMs },
): Promise<void> {
  for (const event of events)
    await trx
      .insertInto('embargo_event')
      .values({ embargo_id: id, at, actor, body: JSON.stringify(event) })
      .execute();
}

/** Tells these people, by whatever reaches them, that there is something to see. */
export async function addNotices(
  trx: Transaction<Tables>,
  id: string,
  people: readonly string[],
  at: EpochMs,
): Promise<void> {
  for (const person of people)
    await trx
      .insertInto('embargo_notice')
      .values({ embargo_id: id, person, made_at: at, due_at: at, attempts: 0, ended_at: null })
      .execute();
}

/** Ends it, once; false where it had ended. */
export async function endEmbargo(
  trx: Transaction<Tables>,
  id: string,
  {
    how,
    by,
    reason,
    at,
    recordedAt,
  }: {
    readonly how: EndedHow;
    readonly by: string;
    readonly reason: string;
    /** Since when it is public. */
    readonly at: EpochMs;
    readonly recordedAt: EpochMs;
  },
): Promise<boolean> {
  const row = await trx
    .updateTable('embargo')
    .set({ ended_at: at, ended_how: how, ended_by: by, ended_reason: reason })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (row === undefined) return false;
  await addEvents(trx, id, [{ kind: 'ended', how, reason }], { actor: by, at: recordedAt });
  const people = await trx.selectFrom('embargo_person').select('person').where('embargo_id', '=', id).execute();
  await addNotices(
    trx,
    id,
    people.map(({ person }) => person).filter((person) => person !== by),
    recordedAt,
  );
  return true;
}
