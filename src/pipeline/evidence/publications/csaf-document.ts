import { purlOfAttribute } from '../../../formats/purl/purl-of-attribute.ts';
import { toIso, toIsoDay } from '../../../foundation/clock.ts';
import { csafProducts, type LineProducts } from './csaf-products.ts';
import type { PublishedAdvisory } from './model.ts';
import { isWebAddress } from './osv-document.ts';
import type { Publisher } from './publisher.ts';

/** Both speak of the same; one is for people who update, the other for machines that ask what is affected. */
export const csafCategories = ['csaf_security_advisory', 'csaf_vex'] as const;
export type CsafCategory = (typeof csafCategories)[number];

const mostReferences = 50;

export function csafIdOf({ id }: Pick<PublishedAdvisory, 'id'>, category: CsafCategory): string {
  return category === 'csaf_vex' ? `${id}-VEX` : id;
}

/** As the standard derives it from the id (section 5.1), in the folder of its year. */
export function csafPathOf(advisory: PublishedAdvisory, category: CsafCategory): string {
  const name = csafIdOf(advisory, category)
    .toLowerCase()
    .replaceAll(/[^+\-a-z0-9]+/g, '_');
  return `${new Date(advisory.publishedAt).getUTCFullYear()}/${name}.json`;
}

/**
 * A CSAF 2.0 document (https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html). The standard has no word for one that was withdrawn,
 * or of which nothing is said any more: it stays at its place, of the category `csaf_base`, and says so.
 */
export function csafDocument(advisory: PublishedAdvisory, category: CsafCategory, publisher: Publisher) {
  const { vulnerability, attr, withdrawn } = advisory;
  const lines = withdrawn === null ? csafProducts(advisory) : [];
  const url = `${publisher.publicUrl}/csaf/white/${csafPathOf(advisory, category)}`;
  const title = `${vulnerability.id} in ${attr}`;
  return {
    document: {
      category: lines.length === 0 ? 'csaf_base' : category,
      csaf_version: '2.0',
      distribution: { tlp: { label: 'WHITE', url: 'https://www.first.org/tlp/' } },
      lang: 'en',
      notes: [
        { category: 'summary', text: vulnerability.title || title },
        ...(lines.length === 0 ? [{ category: 'general', text: endedWords(withdrawn) }] : []),
        { category: 'legal_disclaimer', text: `Licence: ${publisher.licence}` },
      ],
      publisher: { category: 'vendor', name: publisher.organisation, namespace: publisher.publicUrl },
      references: [
        { category: 'self', summary: 'This document', url },
        ...[`${publisher.publicUrl}/cve/${encodeURIComponent(vulnerability.id)}`, ...vulnerability.references]
          .filter(isWebAddress)
          .slice(0, mostReferences)
          .map((reference) => ({ category: 'external', summary: 'What is known of it', url: reference })),
      ],
      title,
      tracking: trackingOf(advisory, category),
    },
    ...(lines.length === 0
      ? {}
      : { product_tree: treeOf(lines, advisory, publisher), vulnerabilities: [vulnerabilityOf(lines, advisory)] }),
  };
}

function endedWords(withdrawn: PublishedAdvisory['withdrawn']): string {
  if (withdrawn === null) return 'Nothing is said of any line any more.';
  return `This advisory was withdrawn on ${toIsoDay(withdrawn.at)}.${withdrawn.by === null ? '' : ` ${withdrawn.by} speaks of the same.`}`;
}

/** One revision an instant at which something happened after the first publication. */
function trackingOf(advisory: PublishedAdvisory, category: CsafCategory) {
  const { publishedAt, modifiedAt, events } = advisory;
  const later = Map.groupBy(
    events.filter(({ at }) => at > publishedAt),
    ({ at }) => at,
  );
  const revisions = [
    { at: publishedAt, summary: 'First published.' },
    ...[...later]
      .sort(([a], [b]) => a - b)
      .map(([at, own]) => ({
        at,
        summary: own
          .map(({ line, type }) => `${line === null ? '' : `${line}: `}${type.replaceAll('_', ' ')}`)
          .join(', '),
      })),
  ];
  if (modifiedAt > (revisions.at(-1)?.at ?? 0)) revisions.push({ at: modifiedAt, summary: 'The sources say more.' });
  return {
    current_release_date: toIso(modifiedAt),
    generator: { engine: { name: 'Snowguard' } },
    id: csafIdOf(advisory, category),
    initial_release_date: toIso(publishedAt),
    revision_history: revisions.map(({ at, summary }, index) => ({
      date: toIso(at),
      number: String(index + 1),
      summary,
    })),
    status: 'final',
    version: String(revisions.length),
  };
}

/** Vendor, line, package, version and, where it is known what is built, system. */
function treeOf(lines: readonly LineProducts[], { attr }: PublishedAdvisory, { organisation }: Publisher) {
  const byChannel = Map.groupBy(lines, ({ channel }) => channel);
  return {
    branches: [
      {
        category: 'vendor',
        name: organisation,
        branches: [...byChannel].map(([channel, own]) => ({
          category: 'product_family',
          name: channel,
          branches: [
            {
              category: 'product_name',
              name: attr,
              branches: own
                .flatMap(({ versions }) => versions)
                .map(({ name, version, products }) => {
                  const [only] = products;
                  const branch = { category: 'product_version', name };
                  return products.length === 1 && only !== undefined && only.system === null
                    ? { ...branch, product: productOf(only, { attr, channel, version }) }
                    : {
                        ...branch,
                        branches: products.map((product) => ({
                          category: 'architecture',
                          name: product.system ?? 'any',
                          product: productOf(product, { attr, channel, version }),
                        })),
                      };
                }),
            },
          ],
        })),
      },
    ],
  };
}

function productOf(
  { id, system, outputs }: LineProducts['versions'][number]['products'][number],
  given: { readonly attr: string; readonly channel: string; readonly version: string },
) {
  return {
    name: `${given.attr} ${given.version} of ${given.channel}${system === null ? '' : ` on ${system}`}`,
    product_id: id,
    product_identification_helper: {
      purl: purlOfAttribute(given),
      ...(outputs.length === 0
        ? {}
        : {
            x_generic_uris: outputs.map((output) => ({ namespace: 'https://nixos.org/', uri: `file://${output}` })),
          }),
    },
  };
}

function vulnerabilityOf(lines: readonly LineProducts[], { vulnerability, attr }: PublishedAdvisory) {
  const { id, names, ratings, knownExploitedSince } = vulnerability;
  const isCve = /^CVE-\d{4}-\d{4,}$/.test(id);
  const ids = names.filter((name) => !isCve || name !== id);
  const status = statusOf(lines);
  const affected = status.known_affected ?? [];
  const [rating] = ratings.filter(({ vector }) => baseVector.test(vector));
  return {
    ...(isCve ? { cve: id } : {}),
    ...(ids.length === 0 ? {} : { ids: ids.map((text) => ({ system_name: systemOf(text), text })) }),
    title: vulnerability.title || `${id} in ${attr}`,
    notes: [{ category: 'description', text: vulnerability.details || vulnerability.title || id }],
    product_status: status,
    ...listed(
      'flags',
      lines.flatMap(({ flag }) => flag ?? []),
    ),
    ...listed(
      'remediations',
      lines.flatMap(({ remediations }) => remediations),
    ),
    ...(rating === undefined || affected.length === 0 ? {} : { scores: [scoreOf(rating, affected)] }),
    ...listed('threats', [
      ...lines.flatMap(({ impact }) => impact ?? []),
      ...(knownExploitedSince === null
        ? []
        : [{ category: 'exploit_status', details: `Known exploited since ${toIsoDay(knownExploitedSince)}.` }]),
    ]),
  };
}

function listed<Name extends string, Item>(name: Name, items: readonly Item[]) {
  return (items.length === 0 ? {} : { [name]: items }) as { readonly [Key in Name]?: readonly Item[] };
}

function statusOf(lines: readonly LineProducts[]): Readonly<Record<string, readonly string[]>> {
  const status: Record<string, string[]> = {};
  for (const { statuses } of lines)
    for (const [name, ids] of Object.entries(statuses)) status[name] = [...(status[name] ?? []), ...ids];
  return status;
}

/** Others say something of an attack's circumstances too, which a base score leaves out. */
const baseVector = /^CVSS:3\.[01]\/AV:\w\/AC:\w\/PR:\w\/UI:\w\/S:\w\/C:\w\/I:\w\/A:\w$/;

function scoreOf(
  { vector, score }: PublishedAdvisory['vulnerability']['ratings'][number],
  products: readonly string[],
) {
  const severity = score >= 9 ? 'CRITICAL' : score >= 7 ? 'HIGH' : score >= 4 ? 'MEDIUM' : score > 0 ? 'LOW' : 'NONE';
  const version = vector.slice('CVSS:'.length, 'CVSS:3.1'.length);
  return { products, cvss_v3: { version, vectorString: vector, baseScore: score, baseSeverity: severity } };
}

function systemOf(name: string): string {
  if (name.startsWith('CVE-')) return 'CVE';
  return name.startsWith('GHSA-') ? 'GitHub Advisory' : (name.split('-')[0] ?? name);
}
