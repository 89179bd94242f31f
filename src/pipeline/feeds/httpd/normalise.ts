import { isCve4, readCve4 } from '../../../formats/cve4/read-cve4.ts';
import { listAt, objectAt, textAt } from '../../../formats/json/shape.ts';
import { compareVersions } from '../../../formats/versions/index.ts';
import { normaliseCve } from '../cve/normalise.ts';
import type { AffectedProduct, FeedRecord, ProductIdentity, Range } from '../model.ts';
import { blankRecord } from '../normalising/blank-record.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';
import { severityOfText } from '../normalising/severity-of.ts';
import { productsOfCve4 } from './products-of-cve4.ts';

const httpd: ProductIdentity = { kind: 'product', vendor: 'apache', product: 'http_server' };

/** Records in the retired form and in the present one, side by side; a timeline in both says when which release fixed it. */
export function normaliseHttpd(value: unknown, context: NormaliseContext): FeedRecord {
  const record = isCve4(value) ? ofCve4(value, context) : ofCve5(value, context);
  const timeline = timelineOf(value);
  const releases = timeline.flatMap(({ text }) => /^(\d+\.\d+\.\d+) released?$/.exec(text)?.[1] ?? []);
  const known =
    timeline.find(({ text }) => /^public$/i.test(text)) ?? timeline.find(({ text }) => / released?$/.test(text));
  return {
    ...record,
    publishedAt: record.publishedAt ?? plausibleInstant(known?.time ?? null, context.now),
    affected: record.affected.map((entry) => ({
      ...entry,
      ranges: entry.ranges.map((range) => upToFix(range, releases)),
    })),
  };
}

function ofCve5(value: unknown, context: NormaliseContext): FeedRecord {
  const record = normaliseCve(value, context);
  return {
    ...record,
    affected: record.affected.map((entry): AffectedProduct => ({ ...entry, identity: httpd })),
    severities: record.severities.map((severity) => ({ ...severity, rater: null })),
  };
}

function ofCve4(value: unknown, { source, now }: NormaliseContext): FeedRecord {
  const cve = readCve4(value);
  return {
    ...blankRecord(source, cve.id),
    publishedAt: plausibleInstant(cve.published, now),
    title: cve.title,
    details: cve.description,
    references: cve.urls.map((url) => ({ type: /\/commit\//.test(url) ? 'FIX' : 'WEB', url })),
    affected: productsOfCve4(cve.versions, httpd),
    severities: cve.impacts.filter((word) => word !== 'n/a').map((word) => severityOfText(word, null)),
  };
}

interface Step {
  readonly time: string;
  readonly text: string;
}

function timelineOf(value: unknown): readonly Step[] {
  const document = objectAt(value, 'the record');
  const cna = objectAt(objectAt(document.containers, 'containers').cna, 'cna');
  return listAt(document.timeline ?? cna.timeline, 'timeline').map((item) => {
    const { time, value: text } = objectAt(item, 'timeline');
    return { time: textAt(time, 'timeline.time') ?? '', text: textAt(text, 'timeline.value')?.trim() ?? '' };
  });
}

/** A range that ends with the last affected release ends before the release of its branch that fixed it. */
function upToFix(range: Range, releases: readonly string[]): Range {
  const { hi } = range;
  if (hi === null || !range.hiInclusive) return range;
  const later = releases.filter((release) => branchOf(release) === branchOf(hi) && (compare(release, hi) ?? 0) > 0);
  const [fix] = later.toSorted((a, b) => compare(a, b) ?? 0);
  return fix === undefined ? range : { ...range, hi: fix, hiInclusive: false };
}

function branchOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function compare(a: string, b: string): number | null {
  return compareVersions('generic', a, b);
}
