import type { EpochMs } from '../../foundation/clock.ts';
import { appendEvent } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { AdvisoryStore } from '../advisories/index.ts';
import type { IdentityData } from '../matching/index.ts';
import { findSigns } from './find-signs.ts';
import { type CarriedHere, holdReport } from './hold-report.ts';
import type { Embargo } from './model.ts';
import { addEvents, addNotices, endEmbargo, readEmbargoes } from './rows.ts';
import type { Tables } from './tables.ts';

export interface EmbargoNotice {
  readonly id: number;
  readonly embargoId: string;
  readonly person: string;
  readonly madeAt: EpochMs;
}

/** What the work in the background does with embargoes, in nobody's name. It shows nothing to anybody. */
export interface EmbargoKeeper {
  /** Whether something waits to be done at this instant. */
  readonly isDue: (now: EpochMs) => Promise<boolean>;
  /** Ends those whose instant has come. */
  readonly endPlanned: (now: EpochMs) => Promise<void>;
  /** Ends those of which somebody published a record. */
  readonly endPublic: (now: EpochMs, signal: AbortSignal) => Promise<void>;
  /** Notes what the channels carry of the packages that are named. */
  readonly hold: (given: {
    readonly carriedOf: (attrs: readonly string[]) => Promise<readonly CarriedHere[]>;
    readonly data: IdentityData;
    readonly now: EpochMs;
  }) => Promise<void>;
  /** Those that have ended: their reports are public. */
  readonly ended: () => Promise<readonly Embargo[]>;
  /** It is a part of this advisory from now on, says the journal. */
  readonly noteDisclosed: (
    embargo: Embargo,
    given: { readonly advisoryId: string; readonly at: EpochMs },
  ) => Promise<void>;
  /** What became of a fix that was prepared; the circle is told. */
  readonly noteProposed: (
    embargo: Embargo,
    given: { readonly channel: string; readonly reviewId: string | null; readonly why: string; readonly at: EpochMs },
  ) => Promise<void>;
  readonly notices: (now: EpochMs) => Promise<readonly EmbargoNotice[]>;
  readonly noteTold: (
    notice: EmbargoNotice,
    given: { readonly outcome: 'sent' | 'later' | 'nowhere'; readonly at: EpochMs },
  ) => Promise<void>;
}

const minute = 60_000;
const mostTries = 12;
const noticesTogether = 100;

export function createEmbargoKeeper({
  db,
  advisories,
}: {
  readonly db: Database<Tables>;
  readonly advisories: Pick<AdvisoryStore, 'byIds' | 'changedAfter'>;
}): EmbargoKeeper {
  const open = async () => {
    const rows = await db.read.selectFrom('embargo').select('id').where('ended_at', 'is', null).orderBy('id').execute();
    return readEmbargoes(
      db.read,
      rows.map(({ id }) => id),
    );
  };
  return {
    isDue: async (now) => {
      const due = await db.read
        .selectFrom('embargo')
        .select('id')
        .where((is) =>
          is.or([
            is.and([is('ended_at', 'is', null), is('ends_at', '<=', now)]),
            is.and([is('ended_at', 'is not', null), is('disclosed_at', 'is', null)]),
          ]),
        )
        .executeTakeFirst();
      if (due !== undefined) return true;
      const notice = await db.read
        .selectFrom('embargo_notice')
        .select('id')
        .where('ended_at', 'is', null)
        .where('due_at', '<=', now)
        .executeTakeFirst();
      return notice !== undefined;
    },
    endPlanned: async (now) => {
      for (const { id, endsAt } of await open()) {
        if (endsAt > now) continue;
        const reason = 'the agreed instant has come';
        await db.write((trx) =>
          endEmbargo(trx, id, { how: 'planned', by: 'robot', reason, at: endsAt, recordedAt: now }),
        );
      }
    },
    endPublic: async (now, signal) => {
      for (const { id, report } of await open()) {
        const { watched } = await db.read
          .selectFrom('embargo')
          .select('watched')
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        const { sign, upTo } = await findSigns({ advisories, report, after: watched, signal });
        if (sign === null && upTo === watched) continue;
        await db.write(async (trx) => {
          await trx.updateTable('embargo').set({ watched: upTo }).where('id', '=', id).execute();
          if (sign === null) return;
          await endEmbargo(trx, id, { how: 'public', by: 'robot', reason: sign, at: now, recordedAt: now });
        });
      }
    },
    hold: async ({ carriedOf, data, now }) => {
      for (const embargo of await open()) {
        const carried = await carriedOf(embargo.report.affected.map(({ attr }) => attr));
        const events = holdReport(embargo, carried, data);
        if (events.length === 0) continue;
        await db.write((trx) => addEvents(trx, embargo.id, events, { actor: 'robot', at: now }));
      }
    },
    ended: async () => {
      const rows = await db.read
        .selectFrom('embargo')
        .select('id')
        .where('ended_at', 'is not', null)
        .orderBy('ended_at')
        .orderBy('id')
        .execute();
      return readEmbargoes(
        db.read,
        rows.map(({ id }) => id),
      );
    },
    noteDisclosed: ({ id, circle, openedAt, ended }, { advisoryId, at }) =>
      db.write(async (trx) => {
        const first = await trx
          .updateTable('embargo')
          .set({ disclosed_at: at, advisory_id: advisoryId })
          .where('id', '=', id)
          .where('disclosed_at', 'is', null)
          .returning('id')
          .executeTakeFirst();
        if (first === undefined) return;
        await appendEvent(trx, {
          at,
          kind: 'embargo.ended',
          subject: advisoryId,
          actor: ended?.by ?? 'robot',
          payload: {
            embargo: id,
            advisoryId,
            from: openedAt,
            until: ended?.at ?? at,
            how: ended?.how ?? 'lifted',
            reason: ended?.reason ?? '',
            circle: circle.map(({ person, letInAt }) => ({ person, since: letInAt })),
          },
        });
      }),
    noteProposed: ({ id, circle }, { at, ...proposed }) =>
      db.write(async (trx) => {
        await addEvents(trx, id, [{ kind: 'proposed', ...proposed }], { actor: 'robot', at });
        await addNotices(
          trx,
          id,
          circle.map(({ person }) => person),
          at,
        );
      }),
    notices: async (now) => {
      const rows = await db.read
        .selectFrom('embargo_notice')
        .selectAll()
        .where('ended_at', 'is', null)
        .where('due_at', '<=', now)
        .orderBy('id')
        .limit(noticesTogether)
        .execute();
      return rows.map((row) => ({
        id: row.id,
        embargoId: row.embargo_id,
        person: row.person,
        madeAt: row.made_at,
      }));
    },
    noteTold: ({ id, embargoId, person }, { outcome, at }) =>
      db.write(async (trx) => {
        const row = await trx
          .selectFrom('embargo_notice')
          .select('attempts')
          .where('id', '=', id)
          .where('ended_at', 'is', null)
          .executeTakeFirst();
        if (row === undefined) return;
        const attempts = row.attempts + 1;
        const isOver = outcome !== 'later' || attempts >= mostTries;
        await trx
          .updateTable('embargo_notice')
          .set(isOver ? { attempts, ended_at: at } : { attempts, due_at: at + minute * 2 ** (attempts - 1) })
          .where('id', '=', id)
          .execute();
        if (isOver && outcome !== 'sent')
          await addEvents(trx, embargoId, [{ kind: 'untold', person }], { actor: 'robot', at });
      }),
  };
}
