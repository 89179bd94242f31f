import { idAt, listAt, objectAt, textAt, textsAt, wrongShape } from '../../../formats/json/shape.ts';
import { type NpmRange, npmRangesOf } from '../../../formats/npm/ranges-of.ts';
import { compareVersions } from '../../../formats/versions/index.ts';
import type { AffectedProduct, FeedRecord, Range } from '../model.ts';
import { blankRecord } from '../normalising/blank-record.ts';
import { namedCves } from '../normalising/named-cves.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';
import { severityOfText, severityOfVector } from '../normalising/severity-of.ts';
import { subtractRanges } from '../normalising/subtract-ranges.ts';

/** `{"number":"171","entry":{"cve":["CVE-2026-21717"],"vulnerable":"20.x || 22.x","patched":"^20.20.2 || ^22.22.2",…}}`: a member of the index. */
export function normaliseNode(value: unknown, { source, now }: NormaliseContext): FeedRecord {
  const { number, entry: member } = objectAt(value, 'the record');
  const entry = objectAt(member, 'entry');
  const overview = textAt(entry.overview, 'overview')?.trim() ?? '';
  const url = textAt(entry.ref, 'ref');
  const severity = textAt(entry.severity, 'severity');
  const vector = textAt(entry.cvss, 'cvss');
  return {
    ...blankRecord(source, `NODE-${idAt(number, 'number', /^\d{1,9}$/)}`),
    ...namedCves(textsAt(entry.cve, 'cve')),
    publishedAt: plausibleInstant(textAt(entry.publish_date, 'publish_date'), now),
    title: textAt(entry.description, 'description') ?? firstSentence(overview),
    details: overview,
    references: url === null ? [] : [{ type: 'ADVISORY', url }],
    affected: [affected(entry)],
    severities: [
      ...(vector === null ? [] : [severityOfVector(vector.replace(/^(?=\d)/, 'CVSS:'), null)]),
      ...(severity === null || severity === 'unknown' ? [] : [severityOfText(severity, null)]),
    ],
  };
}

function affected(entry: ReturnType<typeof objectAt>): AffectedProduct {
  const vulnerable = rangesAt(entry.vulnerable, 'vulnerable');
  const patched = rangesAt(entry.patched, 'patched').map(onwards);
  const environments = textsAt(listAt(entry.affectedEnvironments, 'affectedEnvironments'), 'affectedEnvironments');
  return {
    identity: { kind: 'product', vendor: 'nodejs', product: 'node.js' },
    scheme: 'semver',
    ranges: subtractRanges(vulnerable, patched, (a, b) => compareVersions('semver', a, b)),
    versions: [],
    unaffected: [],
    // Lines past their end of life are not looked at.
    otherwise: 'unknown',
    weak: null,
    platforms: environments.includes('all') ? [] : environments,
    component: null,
  };
}

function rangesAt(value: unknown, place: string): readonly NpmRange[] {
  const text = textAt(value, place);
  const ranges = text === null || text.trim() === '' ? [] : npmRangesOf(text);
  if (ranges === null) throw wrongShape(place, 'a range of npm');
  return ranges;
}

/** A patched version that stands alone (`15.2.1`) is where the fix came in, to the end of its line. */
function onwards(range: Range): Range {
  if (range.lo === null || range.lo !== range.hi) return range;
  const line = Number(range.lo.split('.')[0]);
  return { ...range, hi: `${line + 1}.0.0`, hiInclusive: false };
}

function firstSentence(text: string): string {
  const [first = ''] = text.split(/\.\s|\n\n/, 1);
  const line = first.replaceAll(/\s+/g, ' ').trim();
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
}
