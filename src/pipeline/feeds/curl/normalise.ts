import { type OsvRecord, readOsv } from '../../../formats/osv/read-osv.ts';
import type { FeedRecord } from '../model.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';
import { recordOfOsv } from '../osv/normalise.ts';

/** OSV without a package, which this fills in; `affects` says which part of curl. */
export function normaliseCurl(value: unknown, context: NormaliseContext): FeedRecord {
  const osv = readOsv(value);
  const named = osv.affected.map((entry) => ({ ...entry, package: { ecosystem: '', name: 'curl', purl: null } }));
  const record = recordOfOsv({ ...osv, affected: named }, context);
  const component = componentOf(osv.databaseSpecific.affects);
  return {
    ...record,
    references: [...record.references, ...referencesOf(osv)],
    affected: record.affected.map((entry) =>
      entry.identity.kind === 'package'
        ? { ...entry, identity: { kind: 'product', vendor: 'haxx', product: 'curl' }, scheme: 'semver', component }
        : entry,
    ),
  };
}

/** `both` and what is not said is all of it; `wcurl` is a program of its own. */
function componentOf(affects: unknown): string | null {
  return typeof affects !== 'string' || affects === 'both' || affects === 'all' ? null : affects.slice(0, 100);
}

/** There are none: the page, and the commit that fixes it. */
function referencesOf({ affected, databaseSpecific }: OsvRecord): FeedRecord['references'] {
  const pages = [databaseSpecific.www, databaseSpecific.issue].filter((url) => typeof url === 'string');
  const commits = affected.flatMap(({ ranges }) =>
    ranges.flatMap(({ repo, events }) =>
      repo === null
        ? []
        : events
            .filter(({ kind }) => kind === 'fixed')
            .map(({ version }) => `${repo.replace(/\.git$/, '')}/commit/${version}`),
    ),
  );
  return [...pages.map((url) => ({ type: 'ADVISORY', url })), ...commits.map((url) => ({ type: 'FIX', url }))];
}
