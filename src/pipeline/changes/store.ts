import type { Selectable } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import { type Database, rowNumber } from '../../platform/database/index.ts';
import type { Change, ChangeEffects } from './model.ts';
import type { ChangesTables } from './tables.ts';

export interface ChangeStore {
  /**
   * Remembers that a channel went from one commit to another, and announces `channel.moved`. When the channel was last
   * seen at `to` already, that change is returned; when it was last seen elsewhere than at `from`, null: look again.
   */
  readonly recordMove: (move: Omit<Change, 'id'>) => Promise<Change | null>;
  readonly latestChange: (channel: string) => Promise<Change | null>;
  readonly changeById: (id: string) => Promise<Change | null>;
  /** The newest change that brought the channel to this commit. */
  readonly changeTo: (channel: string, commitId: string) => Promise<Change | null>;
  /** Newest first; with `until`, only what was recorded by then. */
  readonly changesOf: (
    channel: string,
    options: { readonly limit: number; readonly before?: string; readonly until?: EpochMs },
  ) => Promise<readonly Change[]>;
  /** Remembers what a change did, and announces `change.applied`. Equal effects again change nothing. */
  readonly recordEffects: (given: ChangeEffects & { readonly at: EpochMs }) => Promise<void>;
  readonly effectsOf: (changeId: string) => Promise<ChangeEffects | null>;
}

export function createChangeStore(db: Database<ChangesTables & JournalTables>): ChangeStore {
  const changes = () => db.read.selectFrom('channel_change').selectAll().orderBy('id', 'desc');
  return {
    recordMove: (move) =>
      db.write(async (trx) => {
        const last = await trx
          .selectFrom('channel_change')
          .selectAll()
          .where('channel', '=', move.channel)
          .orderBy('id', 'desc')
          .executeTakeFirst();
        if (last?.to_commit === move.to) return changeOf(last);
        if ((last?.to_commit ?? null) !== move.from) return null;
        const row = await trx
          .insertInto('channel_change')
          .values({
            channel: move.channel,
            previous_id: last?.id ?? 0,
            from_commit: move.from,
            to_commit: move.to,
            how: move.how,
            at: move.at,
            actor: move.actor,
            commit_count: move.commitCount,
            commits: JSON.stringify(move.commits),
            path_count: move.pathCount,
            paths: JSON.stringify(move.paths),
          })
          .returningAll()
          .executeTakeFirstOrThrow();
        const change = changeOf(row);
        await appendEvent(trx, {
          at: move.at,
          kind: 'channel.moved',
          subject: move.channel,
          actor: move.actor,
          payload: {
            changeId: change.id,
            channel: move.channel,
            from: move.from,
            to: move.to,
            how: move.how,
            commits: move.commitCount,
            paths: move.pathCount,
          },
        });
        return change;
      }),
    latestChange: async (channel) => orNull(await changes().where('channel', '=', channel).limit(1).executeTakeFirst()),
    changeById: async (id) => orNull(await changes().where('id', '=', rowNumber(id)).executeTakeFirst()),
    changeTo: async (channel, commitId) =>
      orNull(
        await changes().where('channel', '=', channel).where('to_commit', '=', commitId).limit(1).executeTakeFirst(),
      ),
    changesOf: async (channel, { limit, before, until }) => {
      let own = changes().where('channel', '=', channel).limit(limit);
      if (before !== undefined) own = own.where('id', '<', rowNumber(before));
      if (until !== undefined) own = own.where('at', '<=', until);
      return (await own.execute()).map(changeOf);
    },
    recordEffects: ({ at, changeId, beforeEvaluation, afterEvaluation, effects }) =>
      db.write(async (trx) => {
        const id = rowNumber(changeId);
        const change = await trx
          .selectFrom('channel_change')
          .select(['channel', 'from_commit', 'to_commit'])
          .where('id', '=', id)
          .executeTakeFirstOrThrow();
        const text = JSON.stringify(effects);
        const before = await trx
          .selectFrom('channel_effects')
          .select('effects')
          .where('change_id', '=', id)
          .executeTakeFirst();
        if (before?.effects === text) return;
        const row = {
          before_evaluation: beforeEvaluation,
          after_evaluation: afterEvaluation,
          effects: text,
        };
        await trx
          .insertInto('channel_effects')
          .values({ change_id: id, ...row })
          .onConflict((conflict) => conflict.column('change_id').doUpdateSet(row))
          .execute();
        await appendEvent(trx, {
          at,
          kind: 'change.applied',
          subject: change.channel,
          actor: 'robot',
          payload: {
            changeId,
            channel: change.channel,
            from: change.from_commit,
            to: change.to_commit,
            packages: [...new Set(effects.map((effect) => effect.attr))].slice(0, 200),
            effects: effects.length,
          },
        });
      }),
    effectsOf: async (changeId) => {
      const row = await db.read
        .selectFrom('channel_effects')
        .selectAll()
        .where('change_id', '=', rowNumber(changeId))
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        changeId,
        beforeEvaluation: row.before_evaluation,
        afterEvaluation: row.after_evaluation,
        effects: JSON.parse(row.effects) as ChangeEffects['effects'],
      };
    },
  };
}

function orNull(row: Selectable<ChangesTables['channel_change']> | undefined): Change | null {
  return row === undefined ? null : changeOf(row);
}

function changeOf(row: Selectable<ChangesTables['channel_change']>): Change {
  return {
    id: String(row.id),
    channel: row.channel,
    from: row.from_commit,
    to: row.to_commit,
    how: row.how as Change['how'],
    at: row.at,
    actor: row.actor,
    commitCount: row.commit_count,
    commits: JSON.parse(row.commits) as Change['commits'],
    pathCount: row.path_count,
    paths: JSON.parse(row.paths) as Change['paths'],
  };
}
