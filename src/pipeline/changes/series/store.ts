import type { Selectable, Transaction } from 'kysely';
import type { EpochMs } from '../../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../../journal/index.ts';
import { type Database, rowNumber } from '../../../platform/database/index.ts';
import type { DropProof, PatchFacts, SeriesConflict, SeriesPatch } from './model.ts';
import type { SeriesTables } from './tables.ts';

export interface SeriesStore {
  /** What a channel carries over upstream, in order. */
  readonly carried: (channel: string) => Promise<readonly SeriesPatch[]>;
  /** Everything that it ever carried, newest first. */
  readonly history: (channel: string) => Promise<readonly SeriesPatch[]>;
  readonly byId: (id: string) => Promise<SeriesPatch | null>;
  /** Puts commits at the end of the series; those that are in it, or were, stay as they are. */
  readonly add: (given: {
    readonly channel: string;
    readonly patches: readonly Pick<SeriesPatch, 'commitId' | 'subject' | 'author' | 'facts'>[];
    readonly at: EpochMs;
    readonly actor: string;
  }) => Promise<number>;
  readonly drop: (given: {
    readonly channel: string;
    readonly dropped: readonly { readonly id: string; readonly proof: DropProof }[];
    readonly at: EpochMs;
    readonly actor: string;
  }) => Promise<void>;
  /** A person's word on where a patch came from and how far upstream is. */
  readonly describe: (given: {
    readonly id: string;
    readonly facts: PatchFacts;
    readonly at: EpochMs;
    readonly actor: string;
  }) => Promise<boolean>;
  /** Null: the series applies again. */
  readonly setConflict: (channel: string, conflict: SeriesConflict | null) => Promise<void>;
  readonly conflicts: () => Promise<readonly SeriesConflict[]>;
}

type Tables = SeriesTables & JournalTables;

export function createSeriesStore(db: Database<Tables>): SeriesStore {
  const patches = () => db.read.selectFrom('series_patch').selectAll();
  return {
    carried: async (channel) =>
      (await patches().where('channel', '=', channel).where('dropped_at', 'is', null).orderBy('id').execute()).map(
        patchOf,
      ),
    history: async (channel) =>
      (await patches().where('channel', '=', channel).orderBy('id', 'desc').execute()).map(patchOf),
    byId: async (id) => {
      const row = await patches().where('id', '=', rowNumber(id)).executeTakeFirst();
      return row === undefined ? null : patchOf(row);
    },
    add: ({ channel, patches: given, at, actor }) =>
      db.write(async (trx) => {
        let added = 0;
        for (const { commitId, subject, author, facts } of given) {
          const row = await trx
            .insertInto('series_patch')
            .values({
              channel,
              commit_id: commitId,
              subject,
              author,
              facts: JSON.stringify(facts),
              added_at: at,
              dropped_at: null,
              proof: null,
            })
            .onConflict((conflict) => conflict.columns(['channel', 'commit_id']).doNothing())
            .returning('id')
            .executeTakeFirst();
          if (row === undefined) continue;
          added++;
          await announce(
            trx,
            'series.patch-added',
            String(row.id),
            { channel, commitId, subject, fixes: facts.fixes },
            at,
            actor,
          );
        }
        return added;
      }),
    drop: ({ channel, dropped, at, actor }) =>
      db.write(async (trx) => {
        for (const { id, proof } of dropped) {
          const row = await trx
            .updateTable('series_patch')
            .set({ dropped_at: at, proof: JSON.stringify(proof) })
            .where('id', '=', rowNumber(id))
            .where('channel', '=', channel)
            .where('dropped_at', 'is', null)
            .returning('subject')
            .executeTakeFirst();
          if (row !== undefined)
            await announce(trx, 'series.patch-dropped', id, { channel, subject: row.subject, proof }, at, actor);
        }
      }),
    describe: ({ id, facts, at, actor }) =>
      db.write(async (trx) => {
        const row = await trx
          .updateTable('series_patch')
          .set({ facts: JSON.stringify(facts) })
          .where('id', '=', rowNumber(id))
          .returning('channel')
          .executeTakeFirst();
        if (row === undefined) return false;
        await announce(trx, 'series.patch-described', id, { channel: row.channel, facts }, at, actor);
        return true;
      }),
    setConflict: (channel, conflict) =>
      db.write(async (trx) => {
        const known = await trx
          .selectFrom('series_conflict')
          .selectAll()
          .where('channel', '=', channel)
          .executeTakeFirst();
        if (conflict === null) {
          if (known !== undefined) await trx.deleteFrom('series_conflict').where('channel', '=', channel).execute();
          return;
        }
        const row = {
          patch_id: rowNumber(conflict.patchId),
          onto: conflict.onto,
          upstream: conflict.upstream,
          paths: JSON.stringify(conflict.paths),
          at: conflict.at,
        };
        if (known?.patch_id === row.patch_id && known.upstream === row.upstream) return;
        await trx
          .insertInto('series_conflict')
          .values({ channel, ...row })
          .onConflict((again) => again.column('channel').doUpdateSet(row))
          .execute();
        const { patchId, upstream, paths, at } = conflict;
        await announce(trx, 'series.conflict', patchId, { channel, upstream, paths: paths.slice(0, 20) }, at, 'robot');
      }),
    conflicts: async () => {
      const rows = await db.read.selectFrom('series_conflict').selectAll().orderBy('channel').execute();
      return rows.map(({ channel, patch_id, onto, upstream, paths, at }) => ({
        channel,
        patchId: String(patch_id),
        onto,
        upstream,
        paths: JSON.parse(paths) as string[],
        at,
      }));
    },
  };
}

function announce(
  trx: Transaction<Tables>,
  kind: string,
  subject: string,
  payload: Readonly<Record<string, unknown>>,
  at: EpochMs,
  actor: string,
) {
  return appendEvent(trx, { at, kind, subject, actor, payload });
}

function patchOf(row: Selectable<SeriesTables['series_patch']>): SeriesPatch {
  return {
    id: String(row.id),
    channel: row.channel,
    commitId: row.commit_id,
    subject: row.subject,
    author: row.author,
    facts: JSON.parse(row.facts) as PatchFacts,
    addedAt: row.added_at,
    dropped:
      row.dropped_at === null || row.proof === null
        ? null
        : { at: row.dropped_at, proof: JSON.parse(row.proof) as DropProof },
  };
}
