import type { Kysely, Selectable, Transaction } from 'kysely';
import type { EpochMs } from '../../foundation/clock.ts';
import { canonicalJson } from '../../foundation/json.ts';
import { appendEvent, type JournalTables } from '../../journal/index.ts';
import { endNotices } from './coverage-notices.ts';
import type { CoveredPackage, SystemTier } from './model.ts';
import type { CatalogTables } from './tables.ts';

export interface CoveredChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly altered: readonly string[];
  /** Gone from the list, but covered until two people announced the end and the notice has run. */
  readonly kept: readonly string[];
}

export interface CoveredReplacement {
  readonly packages: readonly CoveredPackage[];
  readonly at: EpochMs;
  readonly actor: string;
  readonly reason?: string;
  /** `announced`: nothing leaves without its notice, since somebody relies on the promise by now. */
  readonly mayLeave?: 'anything' | 'announced';
}

type Tables = CatalogTables & JournalTables;

export async function readCovered(db: Kysely<Tables>): Promise<readonly CoveredPackage[]> {
  return (await db.selectFrom('catalog_covered').selectAll().orderBy('attr').execute()).map(packageOfRow);
}

export async function replaceCovered(trx: Transaction<Tables>, given: CoveredReplacement): Promise<CoveredChange> {
  const { at, actor, reason } = given;
  const before = new Map((await readCovered(trx)).map((row) => [row.attr, row]));
  const after = new Map(given.packages.map((row) => [row.attr, row]));
  const gone = [...before.keys()].filter((attr) => !after.has(attr)).sort();
  const ended = await endNotices(trx, gone, at);
  const mayLeave = (attr: string) => given.mayLeave !== 'announced' || ended.has(attr);
  const change: CoveredChange = {
    added: [...after.keys()].filter((attr) => !before.has(attr)).sort(),
    removed: gone.filter(mayLeave),
    altered: [...after.values()].flatMap((row) => {
      const old = before.get(row.attr);
      return old !== undefined && canonicalJson(old) !== canonicalJson(row) ? [row.attr] : [];
    }),
    kept: gone.filter((attr) => !mayLeave(attr)),
  };
  const { added, removed, altered } = change;
  for (const attr of [...removed, ...altered])
    await trx.deleteFrom('catalog_covered').where('attr', '=', attr).execute();
  for (const attr of [...added, ...altered]) {
    const row = after.get(attr);
    if (row !== undefined) await trx.insertInto('catalog_covered').values(rowOf(row)).execute();
  }
  if (added.length + removed.length + altered.length > 0)
    await appendEvent(trx, {
      at,
      kind: 'catalog.covered-changed',
      subject: 'covered',
      actor,
      payload: {
        added,
        removed,
        altered,
        total: after.size + change.kept.length,
        ...(reason === undefined ? {} : { reason }),
      },
    });
  return change;
}

type Row = Selectable<CatalogTables['catalog_covered']>;

function packageOfRow({ attr, category, owner, since, asked_by, tiers }: Row): CoveredPackage {
  return {
    attr,
    category,
    owner,
    since,
    ...(asked_by === null ? {} : { askedBy: JSON.parse(asked_by) as string[] }),
    ...(tiers === null ? {} : { tiers: JSON.parse(tiers) as Record<string, SystemTier> }),
  };
}

function rowOf({ attr, category, owner, since, askedBy, tiers }: CoveredPackage): Row {
  return {
    attr,
    category,
    owner,
    since,
    asked_by: askedBy === undefined ? null : JSON.stringify(askedBy),
    tiers: tiers === undefined ? null : JSON.stringify(tiers),
  };
}
