import type { Kysely } from 'kysely';
import type { Migration } from './migration.ts';

interface Tables {
  readonly review: {
    readonly id: number;
    readonly state: string;
    readonly examination: string | null;
    readonly source: string | null;
  };
}

/** Where a step came from when it was let in; what an examination says of it goes when it is done again. */
export const reviewSourceMigration: Migration = {
  name: '0040-review-source',
  up: async (db) => {
    await db.schema.alterTable('review').addColumn('source', 'text').execute();
    const tables = db as unknown as Kysely<Tables>;
    const accepted = tables.selectFrom('review').select(['id', 'examination']).where('state', '=', 'accepted');
    for (const { id, examination } of await accepted.execute()) {
      const { source = null } = JSON.parse(examination ?? '{}') as { readonly source?: string };
      if (source !== null) await tables.updateTable('review').set({ source }).where('id', '=', id).execute();
    }
  },
};
