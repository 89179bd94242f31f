import { type CveContainer, readCve } from '../../../formats/cve/read-cve.ts';
import { listAt, objectAt, textAt } from '../../../formats/json/shape.ts';
import type { Exploitation, FeedRecord, Severity, Ssvc } from '../model.ts';
import { blankRecord, ssvcOf } from '../normalising/blank-record.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';
import { recordTagsOf } from '../normalising/record-tags.ts';
import { severityOfText, severityOfVector } from '../normalising/severity-of.ts';
import { productsOf, productsOfPublisher } from './products-of.ts';

/** A CVE record, with what CISA and others add to it. */
export function normaliseCve(value: unknown, { source, now }: NormaliseContext): FeedRecord {
  const { id, isRejected, published, updated, cna, adps } = readCve(value);
  const dates = { publishedAt: plausibleInstant(published, now), modifiedAt: plausibleInstant(updated, now) };
  if (isRejected) return { ...blankRecord(source, id), ...dates, state: 'rejected', details: cna.rejectedReason };
  return {
    ...blankRecord(source, id),
    ...dates,
    aliases: /^GHSA(?:-[0-9a-z]{4}){3}$/.test(cna.advisory ?? '') ? [cna.advisory ?? ''] : [],
    title: cna.title,
    details: cna.description,
    references: referencesOf([cna, ...adps]),
    affected: [...productsOf(cna), ...adps.flatMap(productsOfPublisher)],
    severities: [
      ...severitiesOf(cna, 'cna'),
      ...adps.flatMap((adp) => severitiesOf(adp, adp.shortName.toLowerCase() || 'cisa-adp')),
    ],
    exploitation: exploitationOf(adps, now),
    tags: recordTagsOf(cna.tags, cna.description),
  };
}

const typeOfTag: Readonly<Record<string, string>> = {
  patch: 'FIX',
  'vendor-advisory': 'ADVISORY',
  'third-party-advisory': 'ADVISORY',
  exploit: 'EVIDENCE',
  'issue-tracking': 'REPORT',
};

/** The CVE program repeats the references that it has a copy of. */
function referencesOf(containers: readonly CveContainer[]): FeedRecord['references'] {
  const found = new Map<string, string>();
  for (const { url, tags } of containers.flatMap(({ references }) => references)) {
    const type = tags.map((tag) => typeOfTag[tag]).find((known) => known !== undefined) ?? 'WEB';
    if ((found.get(url) ?? 'WEB') === 'WEB') found.set(url, type);
  }
  return [...found].map(([url, type]) => ({ url, type }));
}

const vectors = ['cvssV4_0', 'cvssV3_1', 'cvssV3_0', 'cvssV2_0'] as const;

function severitiesOf({ metrics }: CveContainer, rater: string): readonly Severity[] {
  return metrics.flatMap((metric) => {
    const scored = vectors.flatMap((name) => {
      const vector = textAt(objectAt(metric[name], name).vectorString, `${name}.vectorString`);
      return vector === null ? [] : [severityOfVector(vector, rater)];
    });
    const word = severityWord(metric.other);
    return word === null ? scored : [...scored, severityOfText(word, rater)];
  });
}

/** OpenSSL and Apache rate with `{"type": "Textual description …", "content": {"text": "Low"}}`, Red Hat with `value`. */
function severityWord(other: unknown): string | null {
  const content = objectAt(objectAt(other, 'other').content, 'other.content');
  const word = content.text ?? content.value;
  return typeof word === 'string' && /^[a-z]{3,20}$/i.test(word.trim()) ? word : null;
}

/** SSVC and the mark of the KEV catalogue stand among CISA's metrics. */
function exploitationOf(adps: readonly CveContainer[], now: number): Exploitation | null {
  let ssvc: Ssvc | null = null;
  let knownExploitedSince: number | null = null;
  for (const metric of adps.flatMap(({ metrics }) => metrics)) {
    const other = objectAt(metric.other, 'other');
    const content = objectAt(other.content, 'other.content');
    if (other.type === 'ssvc') ssvc ??= ssvcOf(listAt(content.options, 'ssvc.options'));
    if (other.type === 'kev') knownExploitedSince ??= plausibleInstant(textAt(content.dateAdded, 'kev.dateAdded'), now);
  }
  if (ssvc === null && knownExploitedSince === null) return null;
  return { knownExploitedSince, ransomware: false, dueDate: null, epss: null, ssvc };
}
