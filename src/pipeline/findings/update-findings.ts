import type { Transaction } from 'kysely';
import type { Database } from '../../platform/database/index.ts';
import { changeFinding } from './change-finding.ts';
import type { FindingsUpdate, UpdateCounts } from './findings-update.ts';
import { placeOf } from './match-traits.ts';
import { type FreshMatch, openFindings } from './open-findings.ts';
import { pinnedPolicies } from './pinned-policy.ts';
import type { SlaPolicy } from './policy.ts';
import { renewCalendars } from './renew-calendars.ts';
import type { FindingRow } from './rows.ts';
import type { StoreTables } from './tables.ts';

/** Brings the findings of a scope in line with its matches, each change with its facts and event. Again: changes nothing. */
export async function updateFindings(
  trx: Transaction<StoreTables>,
  update: FindingsUpdate,
  { policies, dialect }: { readonly policies: readonly SlaPolicy[]; readonly dialect: Database<never>['dialect'] },
): Promise<UpdateCounts> {
  await renewCalendars(trx, policies, update.at);
  const known = await findingsIn(trx, update);
  const byPlace = new Map(known.map((row) => [placeOf(row.attr, row.advisory_id), row]));
  const pinned = await pinnedPolicies(trx);
  const seen = new Set<number>();
  const fresh = new Map<string, FreshMatch>();
  let changed = 0;
  for (const match of update.matches) {
    const advisory = update.advisories.get(match.advisoryId);
    if (advisory === undefined) continue;
    const row = [advisory.id, ...advisory.aliases]
      .map((id) => byPlace.get(placeOf(match.attr, id)))
      .find((found) => found !== undefined);
    if (row === undefined) {
      const isOpen = match.status === 'affected' || match.status === 'under_investigation';
      if (isOpen) fresh.set(placeOf(match.attr, advisory.id), { match, advisory });
    } else if (!seen.has(row.id)) {
      seen.add(row.id);
      if (await changeFinding(trx, { row, match, advisory, update, pinned })) changed += 1;
    }
  }
  for (const row of known) {
    if (seen.has(row.id) || !update.packages.has(row.attr)) continue;
    const advisory = update.advisories.get(row.advisory_id) ?? null;
    if (await changeFinding(trx, { row, match: null, advisory, update, pinned })) changed += 1;
  }
  await openFindings(trx, [...fresh.values()], { update, policies, dialect });
  return { opened: fresh.size, changed };
}

async function findingsIn(
  trx: Transaction<StoreTables>,
  { channel, scope, advisories }: FindingsUpdate,
): Promise<readonly FindingRow[]> {
  const all = trx.selectFrom('finding').selectAll().where('channel', '=', channel).orderBy('id');
  if (scope.kind === 'channel') return all.execute();
  const [column, keys] =
    scope.kind === 'packages'
      ? (['attr', scope.attrs] as const)
      : ([
          'advisory_id',
          [...new Set(scope.ids.flatMap((id) => [id, ...(advisories.get(id)?.aliases ?? [])]))],
        ] as const);
  const rows: FindingRow[] = [];
  for (let from = 0; from < keys.length; from += 500) {
    rows.push(...(await all.where(column, 'in', keys.slice(from, from + 500)).execute()));
  }
  return rows;
}
