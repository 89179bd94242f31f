import type { Kysely, Transaction } from 'kysely';
import type { EpochMs } from '../../../foundation/clock.ts';
import {
  advanceCursor,
  appendEvent,
  cursorOf,
  eventsAfter,
  type JournalEvent,
  type JournalTables,
} from '../../../journal/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { AdvisoryStore } from '../../advisories/index.ts';
import { concernsIds, publishes } from './is-published.ts';
import type { PublicationTables } from './tables.ts';

type Tables = PublicationTables & JournalTables;

const reader = 'publications';
const eventsTogether = 1_000;

export interface Numbering {
  readonly db: Database<Tables>;
  readonly advisories: Pick<AdvisoryStore, 'namesOf'>;
  readonly prefix: string;
  readonly now: () => EpochMs;
}

/** Gives an id to all that became public since the last time, in the order of the journal; gives how many there were. */
export async function numberPublications(given: Numbering): Promise<number> {
  const { db, advisories } = given;
  for (let count = 0; ; ) {
    const from = await cursorOf(db, reader);
    const events = await eventsAfter(db, from, eventsTogether);
    const last = events.at(-1);
    if (last === undefined) return count;
    const found = events.filter(concernsIds).flatMap((event) => placed(event));
    const names = await advisories.namesOf(found.map(({ advisoryId }) => advisoryId));
    count += await db.write(async (trx) => {
      // Another process may have done the same work meanwhile.
      if ((await cursorOf({ read: trx as unknown as Kysely<JournalTables> }, reader)) !== from) return 0;
      let numbered = 0;
      for (const one of found) if (await follow(trx, one, names.get(one.advisoryId) ?? [], given)) numbered += 1;
      await advanceCursor(trx, reader, last.sequence);
      return numbered;
    });
  }
}

interface Placed {
  readonly event: JournalEvent;
  readonly attr: string;
  readonly advisoryId: string;
}

function placed(event: JournalEvent): readonly Placed[] {
  const { attr, advisoryId } = event.payload;
  return typeof attr === 'string' && typeof advisoryId === 'string' ? [{ event, attr, advisoryId }] : [];
}

/** True where a new id was given. */
async function follow(
  trx: Transaction<Tables>,
  { event, attr, advisoryId }: Placed,
  aliases: readonly string[],
  { prefix, now }: Numbering,
): Promise<boolean> {
  const { from } = event.payload;
  const before = event.kind === 'finding.renamed' && typeof from === 'string' ? [from] : [];
  const known = await trx
    .selectFrom('publication_name')
    .innerJoin('publication', 'publication.id', 'publication_name.publication_id')
    .select(['publication.id', 'publication_name.advisory_id'])
    .where('publication_name.attr', '=', attr)
    .where('publication_name.advisory_id', 'in', [...new Set([advisoryId, ...before, ...aliases])])
    .orderBy('publication.year')
    .orderBy('publication.number')
    .execute();
  const [first] = known;
  if (first === undefined && !publishes(event)) return false;
  const id = first?.id ?? (await give(trx, { attr, advisoryId, prefix, publishedAt: event.at, at: now() }));
  if (!known.some((row) => row.advisory_id === advisoryId))
    await trx.insertInto('publication_name').values({ attr, advisory_id: advisoryId, publication_id: id }).execute();
  for (const later of new Set(known.map((row) => row.id)))
    if (later !== id) await replace(trx, { id: later, by: id, attr, advisoryId, at: now() });
  return first === undefined;
}

async function give(
  trx: Transaction<Tables>,
  given: {
    readonly attr: string;
    readonly advisoryId: string;
    readonly prefix: string;
    readonly publishedAt: EpochMs;
    readonly at: EpochMs;
  },
): Promise<string> {
  const { attr, advisoryId, prefix, publishedAt, at } = given;
  const year = new Date(publishedAt).getUTCFullYear();
  const { last } = await trx
    .selectFrom('publication')
    .select(({ fn }) => fn.max('number').as('last'))
    .where('year', '=', year)
    .executeTakeFirstOrThrow();
  const number = Number(last ?? 0) + 1;
  const id = `${prefix}-${year}-${String(number).padStart(5, '0')}`;
  await trx
    .insertInto('publication')
    .values({ id, year, number, attr, published_at: publishedAt, replaced_by: null, replaced_at: null })
    .execute();
  const payload = { publicationId: id, attr, advisoryId };
  await appendEvent(trx, { at, kind: 'advisory.published', subject: id, actor: 'robot', payload });
  return id;
}

async function replace(
  trx: Transaction<Tables>,
  given: {
    readonly id: string;
    readonly by: string;
    readonly attr: string;
    readonly advisoryId: string;
    readonly at: EpochMs;
  },
): Promise<void> {
  const { id, by, attr, advisoryId, at } = given;
  await trx.updateTable('publication').set({ replaced_by: by, replaced_at: at }).where('id', '=', id).execute();
  await trx.updateTable('publication_name').set({ publication_id: by }).where('publication_id', '=', id).execute();
  const payload = { publicationId: id, replacedBy: by, attr, advisoryId };
  await appendEvent(trx, { at, kind: 'advisory.withdrawn', subject: id, actor: 'robot', payload });
}
