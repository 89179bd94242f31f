import { type JsonObject, listAt, objectAt, textAt, textsAt, wrongShape } from '../json/shape.ts';

/**
 * `{"@context":"https://openvex.dev/ns/v0.2.0","statements":[{"vulnerability":{"name":"CVE-2023-38545"},"products":[{"@id":
 * "pkg:deb/ubuntu/curl@7.81.0-1ubuntu1.24?arch=source&distro=jammy"}],"status":"fixed"}]}`.
 * Defined by https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md (0.2.0).
 */
export interface OpenVex {
  readonly id: string;
  readonly timestamp: string | null;
  readonly lastUpdated: string | null;
  readonly statements: readonly OpenVexStatement[];
}

export interface OpenVexStatement {
  readonly vulnerability: { readonly name: string; readonly description: string; readonly aliases: readonly string[] };
  readonly timestamp: string | null;
  /** Identifiers, mostly package URLs. */
  readonly products: readonly string[];
  /** Lower case; the specification knows four words. */
  readonly status: string;
  readonly justification: string | null;
  readonly statusNotes: string | null;
  readonly impactStatement: string | null;
  readonly actionStatement: string | null;
}

export function isOpenVex(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'statements' in value && '@context' in value;
}

/** A member of a wrong type throws `json.shape`; unknown members are ignored. */
export function readOpenVex(value: unknown): OpenVex {
  const document = objectAt(value, 'the document');
  return {
    id: textAt(document['@id'], '@id') ?? '',
    timestamp: textAt(document.timestamp, 'timestamp'),
    lastUpdated: textAt(document.last_updated, 'last_updated'),
    statements: listAt(document.statements, 'statements').map((entry, index) =>
      statementAt(objectAt(entry, 'statements'), index),
    ),
  };
}

function statementAt(entry: JsonObject, index: number): OpenVexStatement {
  const place = `statements.${index}`;
  const status = textAt(entry.status, `${place}.status`);
  if (status === null) throw wrongShape(`${place}.status`, 'text');
  return {
    vulnerability: vulnerabilityAt(entry.vulnerability, `${place}.vulnerability`),
    timestamp: textAt(entry.timestamp, `${place}.timestamp`),
    products: listAt(entry.products, `${place}.products`).map((product) => productAt(product, `${place}.products`)),
    status: status.toLowerCase(),
    justification: textAt(entry.justification, `${place}.justification`),
    statusNotes: textAt(entry.status_notes, `${place}.status_notes`),
    impactStatement: textAt(entry.impact_statement, `${place}.impact_statement`),
    actionStatement: textAt(entry.action_statement, `${place}.action_statement`),
  };
}

function vulnerabilityAt(value: unknown, place: string): OpenVexStatement['vulnerability'] {
  // Before 0.2.0 it was a plain name.
  if (typeof value === 'string') return { name: value, description: '', aliases: [] };
  const vulnerability = objectAt(value, place);
  return {
    name: textAt(vulnerability.name, `${place}.name`) ?? textAt(vulnerability['@id'], `${place}.@id`) ?? '',
    description: textAt(vulnerability.description, `${place}.description`) ?? '',
    aliases: textsAt(vulnerability.aliases, `${place}.aliases`),
  };
}

function productAt(value: unknown, place: string): string {
  if (typeof value === 'string') return value;
  const product = objectAt(value, place);
  return (
    textAt(product['@id'], `${place}.@id`) ?? textAt(objectAt(product.identifiers, place).purl, `${place}.purl`) ?? ''
  );
}
