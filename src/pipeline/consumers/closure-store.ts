import type { Selectable, Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { inParts } from '../../foundation/in-parts.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import { type Database, insertRows } from '../../platform/database/index.ts';
import type { ClosureUpload } from './model.ts';
import { type HeldPackage, printable, readClosure } from './read-closure.ts';
import type { ConsumersTables } from './tables.ts';

const maxRaw = 2_000;

interface Upload {
  /** The name that the lock was registered under. */
  readonly name: string;
  readonly text: string;
  readonly at: EpochMs;
  readonly id: string;
  /** Only for a lock that the same one registered; null for an operator. */
  readonly by: string | null;
}

export type UploadOutcome =
  | { readonly kind: 'kept'; readonly closure: ClosureUpload; readonly changed: boolean }
  | { readonly kind: 'refused'; readonly reason: string }
  /** No lock of that name, or somebody else's: which of both is not told. */
  | { readonly kind: 'unknown' };

export interface ClosureStore {
  /** Remembers what a consumer runs in place of what it ran before; what cannot be read is set aside with the reason. */
  readonly upload: (given: Upload) => Promise<UploadOutcome>;
  readonly remove: (given: Pick<Upload, 'name' | 'at' | 'by'>) => Promise<boolean>;
  /** Of every consumer that told one: what counts, and a refusal that came after it. */
  readonly standing: () => Promise<readonly ClosureUpload[]>;
  /** Of one consumer, newest first, refused ones too; null as for `upload`. */
  readonly history: (given: Pick<Upload, 'name' | 'by'>) => Promise<readonly ClosureUpload[] | null>;
  /** By closure: under how many of these names these hold something. */
  readonly countHeld: (closureIds: readonly string[], names: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** By closure: what these hold under any of these names. */
  readonly held: (
    closureIds: readonly string[],
    names: readonly string[],
  ) => Promise<ReadonlyMap<string, readonly HeldPackage[]>>;
}

type Tables = ConsumersTables & JournalTables;

export function createClosureStore(db: Database<Tables>): ClosureStore {
  return {
    upload: async ({ name, text, at, id, by }) => {
      const read = readClosure(text);
      return db.write(async (trx): Promise<UploadOutcome> => {
        const consumerId = await consumerIdOf(trx, { name, by });
        if (consumerId === null) return { kind: 'unknown' };
        // The last refusal is enough to say what is wrong, and none once it went well.
        await trx
          .deleteFrom('consumer_closure')
          .where('consumer_id', '=', consumerId)
          .where('state', '=', 'refused')
          .execute();
        const common = { id, consumer_id: consumerId, uploaded_at: at, uploaded_by: by, seen_at: at };
        if (read.kind === 'refused') {
          const raw = printable(text.slice(0, maxRaw), maxRaw);
          await trx
            .insertInto('consumer_closure')
            .values({
              ...common,
              state: 'refused',
              source: null,
              packages: 0,
              digest: '',
              ended_at: at,
              reason: read.reason,
              raw,
            })
            .execute();
          return read;
        }
        const before = await trx
          .selectFrom('consumer_closure')
          .selectAll()
          .where('consumer_id', '=', consumerId)
          .where('state', '=', 'current')
          .executeTakeFirst();
        if (before?.digest === read.digest) {
          await trx.updateTable('consumer_closure').set({ seen_at: at }).where('id', '=', before.id).execute();
          return { kind: 'kept', closure: uploadOfRow({ ...before, seen_at: at }), changed: false };
        }
        if (before !== undefined) await end(trx, before.id, 'replaced', at);
        const row = {
          ...common,
          state: 'current',
          source: read.source,
          packages: read.packages.length,
          digest: read.digest,
          ended_at: null,
          reason: null,
          raw: null,
        };
        await trx.insertInto('consumer_closure').values(row).execute();
        await insertRows<ConsumersTables, 'consumer_package'>(trx, {
          dialect: db.dialect,
          table: 'consumer_package',
          columns: ['closure_id', 'position', 'name', 'version', 'places'],
          rows: read.packages.map(({ name: own, version, storePaths, drvPath }, position) => [
            id,
            position,
            own,
            version,
            JSON.stringify([...storePaths, ...(drvPath === null ? [] : [drvPath])]),
          ]),
        });
        await appendEvent(trx, {
          at,
          kind: 'consumer.closure',
          subject: consumerId,
          actor: by ?? 'operator',
          payload: { name, source: read.source, packages: read.packages.length },
        });
        return { kind: 'kept', closure: uploadOfRow(row), changed: true };
      });
    },
    remove: async ({ name, at, by }) =>
      db.write(async (trx) => {
        const consumerId = await consumerIdOf(trx, { name, by });
        if (consumerId === null) return false;
        const known = await trx
          .selectFrom('consumer_closure')
          .select('id')
          .where('consumer_id', '=', consumerId)
          .where('state', '=', 'current')
          .executeTakeFirst();
        if (known === undefined) return false;
        await end(trx, known.id, 'removed', at);
        await appendEvent(trx, {
          at,
          kind: 'consumer.closure-removed',
          subject: consumerId,
          actor: by ?? 'operator',
          payload: { name },
        });
        return true;
      }),
    standing: async () => {
      const found = await db.read
        .selectFrom('consumer_closure')
        .selectAll()
        .where('state', 'in', ['current', 'refused'])
        .execute();
      return found.map(uploadOfRow);
    },
    history: async (given) => {
      const consumerId = await consumerIdOf(db.read, given);
      if (consumerId === null) return null;
      const found = await db.read
        .selectFrom('consumer_closure')
        .selectAll()
        .where('consumer_id', '=', consumerId)
        .orderBy('uploaded_at', 'desc')
        .orderBy('id', 'desc')
        .limit(100)
        .execute();
      return found.map(uploadOfRow);
    },
    countHeld: async (closureIds, names) => {
      const counts = new Map<string, number>();
      for (const ids of inParts(closureIds))
        for (const part of inParts(names)) {
          const rows = await db.read
            .selectFrom('consumer_package')
            .select('closure_id')
            .select(({ fn }) => fn.count<number>('name').distinct().as('count'))
            .where('name', 'in', part)
            .where('closure_id', 'in', ids)
            .groupBy('closure_id')
            .execute();
          for (const { closure_id: id, count } of rows) counts.set(id, (counts.get(id) ?? 0) + Number(count));
        }
      return counts;
    },
    held: async (closureIds, names) => {
      const found = new Map<string, HeldPackage[]>();
      for (const ids of inParts(closureIds))
        for (const part of inParts(names)) {
          const packages = await db.read
            .selectFrom('consumer_package')
            .select(['closure_id', 'name', 'version', 'places'])
            .where('name', 'in', part)
            .where('closure_id', 'in', ids)
            .execute();
          for (const { closure_id: id, name, version, places } of packages) {
            const own = found.get(id) ?? [];
            found.set(id, own);
            const paths = JSON.parse(places) as readonly string[];
            own.push({
              name,
              version,
              storePaths: paths.filter((path) => !path.endsWith('.drv')),
              drvPath: paths.find((path) => path.endsWith('.drv')) ?? null,
            });
          }
        }
      return found;
    },
  };
}

/** Nothing of a consumer's closures stays; in the caller's transaction. */
export async function forgetClosures(trx: Transaction<Tables>, consumerId: string): Promise<void> {
  const ids = trx.selectFrom('consumer_closure').select('id').where('consumer_id', '=', consumerId);
  await trx.deleteFrom('consumer_package').where('closure_id', 'in', ids).execute();
  await trx.deleteFrom('consumer_closure').where('consumer_id', '=', consumerId).execute();
}

/** Its row stays, with when it was and how much; the packages themselves go. */
async function end(trx: Transaction<Tables>, id: string, state: 'replaced' | 'removed', at: EpochMs): Promise<void> {
  await trx.updateTable('consumer_closure').set({ state, ended_at: at }).where('id', '=', id).execute();
  await trx.deleteFrom('consumer_package').where('closure_id', '=', id).execute();
}

/** Null: no lock of that name, or none that the same one registered. */
export async function consumerIdOf(
  db: Pick<Database<Tables>['read'], 'selectFrom'>,
  { name, by }: Pick<Upload, 'name' | 'by'>,
): Promise<string | null> {
  const known = await db
    .selectFrom('consumer')
    .select(['id', 'registered_by'])
    .where('name', '=', name)
    .executeTakeFirst();
  return known === undefined || (by !== null && known.registered_by !== by) ? null : known.id;
}

function uploadOfRow(row: Selectable<ConsumersTables['consumer_closure']>): ClosureUpload {
  return {
    id: row.id,
    consumerId: row.consumer_id,
    state: row.state as ClosureUpload['state'],
    source: row.source,
    packages: row.packages,
    uploadedAt: row.uploaded_at,
    uploadedBy: row.uploaded_by,
    seenAt: row.seen_at,
    endedAt: row.ended_at,
    refused: row.reason === null ? null : { reason: row.reason, raw: row.raw ?? '' },
  };
}
