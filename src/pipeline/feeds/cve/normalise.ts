import { type CveContainer, type CveRecord, readCve } from '../../../formats/cve/read-cve.ts';
import { listAt, objectAt } from '../../../formats/json/shape.ts';
import type { Exploitation, FeedRecord, RecordTag, Severity } from '../model.ts';
import { blankRecord, ssvcOf } from '../normalising/blank-record.ts';
import type { NormaliseContext } from '../normalising/normalise-text.ts';
import { plausibleInstant } from '../normalising/plausible-instant.ts';
import { severityOfText, severityOfVector } from '../normalising/severity-of.ts';
import { productsOf } from './products-of.ts';

/** A CVE record 5.x: what the assigner says, with what CISA adds as authorised data publisher. */
export function normaliseCve(value: unknown, context: NormaliseContext): FeedRecord {
  return recordOfCve(readCve(value), context);
}

export function recordOfCve(cve: CveRecord, { source, now }: NormaliseContext): FeedRecord {
  const containers = [cve.cna, ...cve.adp];
  const isRejected = cve.state === 'REJECTED';
  return {
    ...blankRecord(source, cve.id),
    state: isRejected ? 'rejected' : 'active',
    publishedAt: plausibleInstant(cve.published, now),
    modifiedAt: plausibleInstant(cve.updated, now),
    aliases: [cve.id],
    title: cve.cna.title,
    details: cve.cna.description,
    references: referencesOf(containers),
    affected: isRejected ? [] : containers.flatMap(({ affected }) => affected.flatMap(productsOf)),
    severities: containers.flatMap(severitiesOf),
    exploitation: exploitationOf(cve.adp, now),
    tags: tagsOf(containers),
  };
}

const typeOfTag: Readonly<Record<string, string>> = {
  patch: 'FIX',
  'vendor-advisory': 'ADVISORY',
  'third-party-advisory': 'ADVISORY',
  exploit: 'EVIDENCE',
  'issue-tracking': 'REPORT',
};

/** Publishers repeat each other's references. */
function referencesOf(containers: readonly CveContainer[]): FeedRecord['references'] {
  const found = new Map<string, string>();
  for (const { url, tags } of containers.flatMap(({ references }) => references)) {
    const type = tags.map((tag) => typeOfTag[tag]).find((known) => known !== undefined) ?? 'WEB';
    if ((found.get(url) ?? 'WEB') === 'WEB') found.set(url, type);
  }
  return [...found].map(([url, type]) => ({ url, type }));
}

function severitiesOf(container: CveContainer, index: number): readonly Severity[] {
  const rater = index === 0 ? 'cna' : container.provider.toLowerCase();
  return [
    ...container.vectors.map((vector) => severityOfVector(vector, rater)),
    ...container.others.flatMap(({ type, content }) => {
      const word = content.text ?? content.value;
      return type === 'ssvc' || type === 'kev' || typeof word !== 'string' ? [] : [severityOfText(word, rater)];
    }),
  ];
}

function exploitationOf(adp: readonly CveContainer[], now: number): Exploitation | null {
  const others = adp.flatMap((container) => container.others);
  const decision = others.findLast(({ type }) => type === 'ssvc')?.content;
  const ssvc = decision === undefined ? null : ssvcOf(listAt(decision.options, 'ssvc.options'));
  const added = objectAt(others.find(({ type }) => type === 'kev')?.content, 'kev').dateAdded;
  const knownExploitedSince = plausibleInstant(typeof added === 'string' ? added : null, now);
  if (ssvc === null && knownExploitedSince === null) return null;
  return { knownExploitedSince, ransomware: false, dueDate: null, epss: null, ssvc };
}

const tagOf: Readonly<Record<string, RecordTag>> = {
  disputed: 'disputed',
  'exclusively-hosted-service': 'hosted-only',
  'unsupported-when-assigned': 'unsupported-when-assigned',
};

function tagsOf(containers: readonly CveContainer[]): readonly RecordTag[] {
  const tags = new Set<RecordTag>();
  for (const tag of containers.flatMap((container) => container.tags)) {
    const known = tagOf[tag];
    if (known !== undefined) tags.add(known);
  }
  return [...tags];
}
