import { toIso } from '../../foundation/clock.ts';
import { type Advisory, mergeRecords } from '../advisories/index.ts';
import { type FeedRecord, normaliseOsv } from '../feeds/index.ts';
import type { Embargo } from './model.ts';

/** Under this name the house's own records stand among those of the feeds. */
export const houseSource = 'house';

/** The report as an OSV document, without what only insiders know. */
export function osvOf({
  id,
  report,
  openedAt,
  endsAt,
  ended,
}: Pick<Embargo, 'id' | 'report' | 'openedAt' | 'endsAt' | 'ended'>) {
  const published = toIso(ended?.at ?? endsAt);
  return {
    schema_version: '1.7.0',
    id,
    modified: published,
    published,
    aliases: report.ids,
    summary: report.summary,
    details: report.details,
    references: report.references.map((url) => ({ type: 'ADVISORY', url })),
    severity: report.severity === null ? [] : [{ type: typeOf(report.severity), score: report.severity }],
    affected: report.affected.map(({ attr, ranges }) => ({
      package: { ecosystem: 'Nixpkgs', name: attr },
      ranges: ranges.map(({ introduced, fixed, last_affected: last }) => ({
        type: 'ECOSYSTEM',
        events: [{ introduced }, fixed === undefined ? { last_affected: last } : { fixed }],
      })),
    })),
    database_specific: { embargoed_since: toIso(openedAt) },
  };
}

export function recordOf(embargo: Parameters<typeof osvOf>[0], now: number): FeedRecord {
  return normaliseOsv(osvOf(embargo), { source: houseSource, now });
}

/** As it would be published, were it alone. */
export function advisoryOf(embargo: Parameters<typeof osvOf>[0]): Advisory {
  const { id, report, endsAt, ended } = embargo;
  const own = [recordOf(embargo, ended?.at ?? endsAt)];
  return mergeRecords({ id, ids: [id, ...report.ids].sort(), own, linked: [], epss: null });
}

function typeOf(vector: string): string {
  return vector.startsWith('CVSS:4') ? 'CVSS_V4' : 'CVSS_V3';
}
