import type { Selectable } from 'kysely';
import { inParts } from '../../../foundation/in-parts.ts';
import type { Place, Publication } from './model.ts';
import { type Numbering, numberPublications } from './number-publications.ts';
import type { PublicationTables } from './tables.ts';

export interface PublicationStore {
  /** Gives ids to what became public since the last time; gives how many. */
  readonly number: () => Promise<number>;
  readonly byId: (id: string) => Promise<Publication | null>;
  /** In the order of their ids; `after` is one of them. */
  readonly list: (given: { readonly after: string | null; readonly limit: number }) => Promise<readonly Publication[]>;
  /** Gives the id of a place, or null where nothing was published of it. */
  readonly idsOf: (places: readonly Place[]) => Promise<(place: Place) => string | null>;
}

export function createPublicationStore(given: Numbering): PublicationStore {
  const { db } = given;
  const publications = () => db.read.selectFrom('publication').selectAll();
  const withNames = async (rows: readonly Selectable<PublicationTables['publication']>[]) => {
    const names = new Map<string, string[]>();
    for (const part of inParts(rows.map(({ id }) => id))) {
      const found = await db.read
        .selectFrom('publication_name')
        .select(['publication_id', 'advisory_id'])
        .where('publication_id', 'in', part)
        .orderBy('advisory_id')
        .execute();
      for (const row of found)
        names.set(row.publication_id, [...(names.get(row.publication_id) ?? []), row.advisory_id]);
    }
    return rows.map(
      ({ id, attr, published_at: publishedAt, replaced_by: by, replaced_at: at }): Publication => ({
        id,
        attr,
        publishedAt,
        replaced: by === null ? null : { by, at: at ?? publishedAt },
        names: names.get(id) ?? [],
      }),
    );
  };
  return {
    number: () => numberPublications(given),
    byId: async (id) => (await withNames(await publications().where('id', '=', id).execute()))[0] ?? null,
    list: async ({ after, limit }) => {
      let query = publications().orderBy('year').orderBy('number').limit(limit);
      if (after !== null) {
        const place = await publications().where('id', '=', after).executeTakeFirst();
        const { year = 0, number = 0 } = place ?? {};
        query = query.where(({ eb, or, and }) =>
          or([eb('year', '>', year), and([eb('year', '=', year), eb('number', '>', number)])]),
        );
      }
      return withNames(await query.execute());
    },
    idsOf: async (places) => {
      const ids = new Map<string, string>();
      for (const part of inParts([...new Set(places.map(({ advisoryId }) => advisoryId))])) {
        const rows = await db.read
          .selectFrom('publication_name')
          .selectAll()
          .where('advisory_id', 'in', part)
          .execute();
        for (const row of rows) ids.set(keyOf(row.attr, row.advisory_id), row.publication_id);
      }
      return ({ attr, advisoryId }) => ids.get(keyOf(attr, advisoryId)) ?? null;
    },
  };
}

function keyOf(attr: string, advisoryId: string): string {
  return `${attr}\n${advisoryId}`;
}
