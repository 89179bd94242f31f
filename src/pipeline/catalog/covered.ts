import type { Kysely, Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import type { CoveredPackage } from './model.ts';
import type { CatalogTables } from './tables.ts';

export interface CoveredChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly altered: readonly string[];
}

export function readCovered(db: Kysely<CatalogTables & JournalTables>): Promise<readonly CoveredPackage[]> {
  return db.selectFrom('catalog_covered').selectAll().orderBy('attr').execute();
}

export async function replaceCovered(
  trx: Transaction<CatalogTables & JournalTables>,
  given: { readonly packages: readonly CoveredPackage[]; readonly at: EpochMs; readonly actor: string },
): Promise<CoveredChange> {
  const before = new Map((await readCovered(trx)).map((row) => [row.attr, row]));
  const after = new Map(given.packages.map((row) => [row.attr, row]));
  const change: CoveredChange = {
    added: [...after.keys()].filter((attr) => !before.has(attr)).sort(),
    removed: [...before.keys()].filter((attr) => !after.has(attr)).sort(),
    altered: [...after.values()].flatMap((row) => {
      const old = before.get(row.attr);
      return old !== undefined && !isEqual(old, row) ? [row.attr] : [];
    }),
  };
  const gone = [...change.removed, ...change.altered];
  for (const attr of gone) await trx.deleteFrom('catalog_covered').where('attr', '=', attr).execute();
  for (const attr of [...change.added, ...change.altered]) {
    const row = after.get(attr);
    if (row === undefined) continue;
    const { category, owner, since } = row;
    await trx.insertInto('catalog_covered').values({ attr, category, owner, since }).execute();
  }
  if (gone.length + change.added.length > 0)
    await appendEvent(trx, {
      at: given.at,
      kind: 'catalog.covered-changed',
      subject: 'covered',
      actor: given.actor,
      payload: { ...change, total: after.size },
    });
  return change;
}

function isEqual(a: CoveredPackage, b: CoveredPackage): boolean {
  return a.category === b.category && a.owner === b.owner && a.since === b.since;
}
