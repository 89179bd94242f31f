import { parseFlakeLock } from '../../formats/nix/flake-lock.ts';
import type { EpochMs } from '../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { type ClosureStore, createClosureStore, forgetClosures } from './closure-store.ts';
import { type ConsumerFeedStore, createConsumerFeedStore, forgetFeeds } from './feed-store.ts';
import { findInputs } from './find-inputs.ts';
import type { Consumer } from './model.ts';
import { type CoverageRequestStore, createRequestStore } from './request-store.ts';
import type { ConsumersTables } from './tables.ts';

/** Larger locks than this are not read; the largest known real one has about 1 MB. */
export const maxLockBytes = 4 * 1024 * 1024;

export type RegisterOutcome =
  | { readonly kind: 'registered'; readonly consumer: Consumer; readonly changed: boolean }
  | { readonly kind: 'malformed'; readonly reason: string }
  /** Somebody else's lock has that name. */
  | { readonly kind: 'taken' };

export interface ConsumerStore {
  readonly requests: CoverageRequestStore;
  readonly closures: ClosureStore;
  readonly feeds: ConsumerFeedStore;
  /** Remembers the releases a lock stands on, under a name. The same name again replaces them. */
  readonly registerLock: (given: {
    readonly name: string;
    readonly text: string;
    readonly at: EpochMs;
    readonly id: string;
    /** Who sends it over the network; an operator's own way to register one leaves it out. */
    readonly by?: string;
  }) => Promise<RegisterOutcome>;
  /** Forgets one. `by` as above: only what the same one registered. */
  readonly remove: (given: {
    readonly name: string;
    readonly at: EpochMs;
    readonly by: string | null;
  }) => Promise<boolean>;
  /** By name. */
  readonly consumers: () => Promise<readonly Consumer[]>;
}

export function createConsumerStore(db: Database<ConsumersTables & JournalTables>): ConsumerStore {
  return {
    requests: createRequestStore(db),
    closures: createClosureStore(db),
    feeds: createConsumerFeedStore(db),
    registerLock: async ({ name, text, at, id, by }) => {
      const reason = nameFault(name);
      if (reason !== null) return { kind: 'malformed', reason };
      if (Buffer.byteLength(text) > maxLockBytes)
        return { kind: 'malformed', reason: `the lock is larger than ${maxLockBytes} bytes` };
      const parsed = parseFlakeLock(text);
      if (parsed.kind === 'malformed') return parsed;
      const inputs = findInputs(parsed.lock);
      return db.write(async (trx) => {
        const known = await trx
          .selectFrom('consumer')
          .select(['id', 'registered_by'])
          .where('name', '=', name)
          .executeTakeFirst();
        if (by !== undefined && known !== undefined && known.registered_by !== by) return { kind: 'taken' };
        const consumer: Consumer = { id: known?.id ?? id, name, inputs, seenAt: at };
        const before = await trx
          .selectFrom('consumer_input')
          .selectAll()
          .where('consumer_id', '=', consumer.id)
          .orderBy('position')
          .execute();
        const rows = rowsOf(consumer);
        const changed = known === undefined || JSON.stringify(before.map(fact)) !== JSON.stringify(rows.map(fact));
        if (known === undefined)
          await trx
            .insertInto('consumer')
            .values({ id: consumer.id, name, seen_at: at, registered_by: by ?? null })
            .execute();
        else await trx.updateTable('consumer').set({ seen_at: at }).where('id', '=', consumer.id).execute();
        if (!changed) return { kind: 'registered', consumer, changed };
        await trx.deleteFrom('consumer_input').where('consumer_id', '=', consumer.id).execute();
        for (const row of rows) await trx.insertInto('consumer_input').values(row).execute();
        await appendEvent(trx, {
          at,
          kind: 'consumer.registered',
          subject: consumer.id,
          actor: by ?? 'robot',
          payload: {
            name,
            inputs: inputs.map(({ input, version, organisation, flake }) => ({
              input,
              version,
              flake: `${organisation}/${flake}`,
            })),
          },
        });
        return { kind: 'registered', consumer, changed };
      });
    },
    remove: async ({ name, at, by }) =>
      db.write(async (trx) => {
        const known = await trx.selectFrom('consumer').selectAll().where('name', '=', name).executeTakeFirst();
        if (known === undefined || (by !== null && known.registered_by !== by)) return false;
        await forgetClosures(trx, known.id);
        await forgetFeeds(trx, known.id);
        await trx.deleteFrom('consumer_input').where('consumer_id', '=', known.id).execute();
        await trx.deleteFrom('consumer').where('id', '=', known.id).execute();
        await appendEvent(trx, {
          at,
          kind: 'consumer.removed',
          subject: known.id,
          actor: by ?? 'operator',
          payload: { name },
        });
        return true;
      }),
    consumers: async () => {
      const [consumers, inputs] = await Promise.all([
        db.read.selectFrom('consumer').selectAll().orderBy('name').execute(),
        db.read.selectFrom('consumer_input').selectAll().orderBy('consumer_id').orderBy('position').execute(),
      ]);
      const byConsumer = Map.groupBy(inputs, (row) => row.consumer_id);
      return consumers.map((row) => ({
        id: row.id,
        name: row.name,
        seenAt: row.seen_at,
        inputs: (byConsumer.get(row.id) ?? []).map((input) => ({
          input: input.input,
          releaseUuid: input.release_uuid,
          version: input.version,
          organisation: input.organisation,
          flake: input.flake,
          requirement: input.requirement,
        })),
      }));
    },
  };
}

type InputRow = ConsumersTables['consumer_input'];

function rowsOf(consumer: Consumer): readonly InputRow[] {
  return consumer.inputs.map((input, position) => ({
    consumer_id: consumer.id,
    position,
    input: input.input,
    release_uuid: input.releaseUuid,
    version: input.version,
    organisation: input.organisation,
    flake: input.flake,
    requirement: input.requirement,
  }));
}

function fact(row: InputRow): readonly unknown[] {
  return [row.input, row.release_uuid, row.version, row.requirement];
}

function nameFault(name: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  return name.length === 0 || name.length > 200 || /[\u0000-\u001f\u007f]/.test(name)
    ? 'a consumer name has 1 to 200 printable characters'
    : null;
}
