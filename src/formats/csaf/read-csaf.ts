import { idAt, type JsonObject, listAt, objectAt, textAt, textsAt } from '../json/shape.ts';
import { type CsafProduct, productsIn } from './products-in.ts';

/**
 * `{"document":{"category":"csaf_vex","tracking":{"id":"CVE-2024-8088"}},"product_tree":{…},"vulnerabilities":[{"cve":"CVE-2024-8088",
 * "product_status":{"fixed":["BaseOS-9.4.0.Z.EUS:python3.9-0:3.9.18-3.el9_4.5.src"]}}]}`.
 * Defined by https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html; 2.1 is the same here.
 */
export interface Csaf {
  readonly id: string;
  readonly category: string;
  readonly title: string;
  readonly summary: string;
  readonly severity: string | null;
  readonly released: string | null;
  readonly updated: string | null;
  readonly references: readonly CsafReference[];
  /** What each product id stands for. */
  readonly products: ReadonlyMap<string, CsafProduct>;
  readonly vulnerabilities: readonly CsafVulnerability[];
}

export interface CsafReference {
  readonly url: string;
  readonly isOwn: boolean;
}

export interface CsafVulnerability {
  readonly cve: string | null;
  readonly title: string;
  readonly description: string;
  readonly released: string | null;
  readonly references: readonly CsafReference[];
  /** `fixed`, `known_affected`, `known_not_affected`, `under_investigation` and others: product ids. */
  readonly status: ReadonlyMap<string, readonly string[]>;
  /** Why products are not affected. */
  readonly flags: readonly CsafNote[];
  readonly impacts: readonly CsafNote[];
  /** `kind` is `vendor_fix`, `no_fix_planned`, `workaround` and the like. */
  readonly remediations: readonly CsafNote[];
  readonly vectors: readonly string[];
}

/** About the products listed; about all when none is. */
export interface CsafNote {
  readonly kind: string;
  readonly text: string;
  readonly products: readonly string[];
}

/** A member of a wrong type throws `json.shape`; unknown members are ignored. */
export function readCsaf(value: unknown): Csaf {
  const root = objectAt(value, 'the document');
  const document = objectAt(root.document, 'document');
  const tracking = objectAt(document.tracking, 'document.tracking');
  return {
    id: idAt(tracking.id, 'document.tracking.id', /^[\w.:+-]{3,200}$/),
    category: textAt(document.category, 'document.category') ?? '',
    title: textAt(document.title, 'document.title') ?? '',
    summary: noteOf(document.notes, 'document.notes', ['summary', 'description']),
    severity: textAt(objectAt(document.aggregate_severity, 'aggregate_severity').text, 'aggregate_severity.text'),
    released: textAt(tracking.initial_release_date, 'tracking.initial_release_date'),
    updated: textAt(tracking.current_release_date, 'tracking.current_release_date'),
    references: referencesAt(document.references, 'document.references'),
    products: productsIn(objectAt(root.product_tree, 'product_tree')),
    vulnerabilities: listAt(root.vulnerabilities, 'vulnerabilities').map((item, index) =>
      vulnerabilityAt(objectAt(item, `vulnerabilities.${index}`), `vulnerabilities.${index}`),
    ),
  };
}

function vulnerabilityAt(entry: JsonObject, place: string): CsafVulnerability {
  const status = Object.entries(objectAt(entry.product_status, `${place}.product_status`));
  return {
    cve: textAt(entry.cve, `${place}.cve`),
    title: textAt(entry.title, `${place}.title`) ?? '',
    description: noteOf(entry.notes, `${place}.notes`, ['description', 'summary', 'general']),
    released: textAt(entry.release_date ?? entry.disclosure_date, `${place}.release_date`),
    references: referencesAt(entry.references, `${place}.references`),
    status: new Map(status.map(([kind, ids]) => [kind, textsAt(ids, `${place}.product_status.${kind}`)])),
    flags: notesAt(entry.flags, `${place}.flags`, 'label'),
    impacts: notesAt(entry.threats, `${place}.threats`, 'category').filter(({ kind }) => kind === 'impact'),
    remediations: notesAt(entry.remediations, `${place}.remediations`, 'category'),
    vectors: vectorsOf(entry, place),
  };
}

function notesAt(value: unknown, place: string, kind: string): readonly CsafNote[] {
  return listAt(value, place).map((item) => {
    const note = objectAt(item, place);
    return {
      kind: textAt(note[kind], `${place}.${kind}`) ?? '',
      text: textAt(note.details, `${place}.details`) ?? '',
      products: textsAt(note.product_ids, `${place}.product_ids`),
    };
  });
}

/** The first note of the first category that there is. */
function noteOf(value: unknown, place: string, categories: readonly string[]): string {
  const notes = listAt(value, place).map((item) => objectAt(item, place));
  for (const category of categories) {
    const note = notes.find((candidate) => candidate.category === category);
    if (note !== undefined) return textAt(note.text, `${place}.text`) ?? '';
  }
  return '';
}

function referencesAt(value: unknown, place: string): readonly CsafReference[] {
  return listAt(value, place).flatMap((item) => {
    const { url, category } = objectAt(item, place);
    const address = textAt(url, `${place}.url`);
    return address === null ? [] : [{ url: address, isOwn: category === 'self' }];
  });
}

/** `scores[].cvss_v3` in 2.0, `metrics[].content.cvss_v4` in 2.1; documents repeat one vector for many products. */
function vectorsOf(entry: JsonObject, place: string): readonly string[] {
  const contents = [
    ...listAt(entry.scores, `${place}.scores`).map((item) => objectAt(item, `${place}.scores`)),
    ...listAt(entry.metrics, `${place}.metrics`).map((item) =>
      objectAt(objectAt(item, `${place}.metrics`).content, `${place}.metrics.content`),
    ),
  ];
  const vectors = contents.flatMap((content) =>
    ['cvss_v4', 'cvss_v3', 'cvss_v2'].flatMap(
      (version) =>
        textAt(objectAt(content[version], `${place}.${version}`).vectorString, `${place}.vectorString`) ?? [],
    ),
  );
  return [...new Set(vectors)];
}
