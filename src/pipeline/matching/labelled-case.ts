/**
 * A question whose answer is known, as one JSON line: what `npm run quality` reads. For example:
 * {"mode":"branches","package":{"pname":"openssl","version":"1.1.1w"},"cve":"CVE-2024-0727","records":[{"source":"cve",
 * "identity":"product:OpenSSL:OpenSSL","ranges":[">=1.1.1 <1.1.1x"]}],"label":"affected","fact":"OpenSSL advisory of …"}
 * docs/quality.md defines it.
 */
import { z } from 'zod';
import { toIso } from '../../foundation/clock.ts';
import type { Advisory, AdvisoryRecord } from '../advisories/index.ts';
import type { Instance } from '../catalog/index.ts';
import type { AffectedProduct, ProductIdentity, Range } from '../feeds/index.ts';

const texts = z.array(z.string()).default([]);
const schemes = [
  'semver',
  'npm',
  'go',
  'pep440',
  'maven',
  'rubygems',
  'packagist',
  'nuget',
  'hackage',
  'cran',
  'pub',
  'dpkg',
  'apk',
  'rpm',
  'openssl',
  'generic',
  'git',
] as const;

export const LabelledCase = z.strictObject({
  mode: z.string(),
  package: z.strictObject({
    pname: z.string(),
    version: z.string(),
    attr: z.string().optional(),
    source: z.string().optional(),
    homepage: z.string().optional(),
    purls: texts,
    /** `vendor:product:version` each; an empty part says nothing. */
    cpe: texts,
    patches: texts,
  }),
  cve: z.string(),
  records: z.array(
    z.strictObject({
      source: z.string(),
      /** Where it is another than the vulnerability's. */
      recordId: z.string().optional(),
      /** `cpe:vendor:product[:target software[:edition]]`, `product:vendor:product`, `package:ecosystem:name`, `purl:…`, `repository:…`. */
      identity: z.string(),
      ranges: z.array(z.string()),
      unaffected: texts,
      versions: texts,
      platforms: texts,
      scheme: z.enum(schemes).default('generic'),
      otherwise: z.enum(['affected', 'unaffected', 'unknown']).default('unknown'),
      weak: z.string().nullable().default(null),
      component: z.string().nullable().default(null),
    }),
  ),
  label: z.enum(['affected', 'not_affected']),
  /** Where the label is from. */
  fact: z.string(),
  /** Of a match that came too late: when it was public, when it was matched, and what each source had said when. */
  late: z
    .strictObject({
      finding: z.string(),
      channel: z.string(),
      firstPublicAt: z.string(),
      matchedAt: z.string(),
      evidence: z.string().nullable(),
      said: z.array(z.strictObject({ source: z.string(), recordId: z.string(), publishedAt: z.string().nullable() })),
    })
    .optional(),
});
export type LabelledCase = z.infer<typeof LabelledCase>;

/** A match that was found too late, as a question that must never be missed again. */
export function lateCase(given: {
  readonly advisory: Pick<Advisory, 'id' | 'records'>;
  readonly instance: Pick<Instance, 'attr' | 'pname' | 'sources' | 'homepage' | 'purls' | 'cpe' | 'patches'>;
  readonly version: string;
  readonly late: Omit<NonNullable<LabelledCase['late']>, 'said'>;
}): z.input<typeof LabelledCase> {
  const { advisory, instance, version, late } = given;
  const { attr, pname, homepage } = instance;
  const source = instance.sources.flatMap(({ urls }) => urls)[0];
  return {
    mode: 'late match',
    package: {
      pname,
      version,
      attr,
      ...(source === undefined ? {} : { source }),
      ...(homepage === null ? {} : { homepage }),
      purls: [...instance.purls],
      cpe: instance.cpe.map(({ vendor, product, version: own }) =>
        [vendor, product, own].map((part) => part ?? '').join(':'),
      ),
      patches: instance.patches.map(({ name }) => name),
    },
    cve: advisory.id,
    records: advisory.records.flatMap((record) => recordsOf(record, advisory.id)),
    label: 'affected',
    fact: `found too late: public ${late.firstPublicAt}, matched ${late.matchedAt}`,
    late: {
      ...late,
      said: advisory.records.map(({ source, recordId, publishedAt }) => ({
        source,
        recordId,
        publishedAt: publishedAt === null ? null : toIso(publishedAt),
      })),
    },
  };
}

type CaseRecord = z.input<typeof LabelledCase>['records'][number];

function recordsOf({ source, recordId, state, affected }: AdvisoryRecord, cve: string): readonly CaseRecord[] {
  if (state !== 'active') return [];
  return affected.flatMap((product): readonly CaseRecord[] => {
    const { ranges, unaffected, versions, platforms, scheme, otherwise, weak, component } = product;
    // A line without ranges and versions means all of them.
    if (ranges.length === 0 && versions.length === 0) return [];
    return [
      {
        source,
        ...(recordId === cve ? {} : { recordId }),
        identity: identityText(product.identity),
        ranges: ranges.map(rangeText),
        unaffected: unaffected.map(rangeText),
        versions: [...versions],
        platforms: [...platforms],
        scheme,
        otherwise,
        weak,
        component,
      },
    ];
  });
}

function identityText(identity: ProductIdentity): string {
  switch (identity.kind) {
    case 'cpe': {
      const { vendor, product, targetSoftware, edition } = identity;
      const parts = [vendor, product, targetSoftware ?? '', edition ?? ''];
      return `cpe:${parts.join(':').replace(/:+$/, '')}`;
    }
    case 'purl':
      return `purl:${identity.purl}`;
    case 'package':
      return `package:${identity.ecosystem}:${identity.name}`;
    case 'product':
      return `product:${identity.vendor}:${identity.product}`;
    case 'repository':
      return `repository:${identity.url}`;
  }
}

function rangeText({ lo, loInclusive, hi, hiInclusive }: Range): string {
  return [
    ...(lo === null ? [] : [`>${loInclusive ? '=' : ''}${lo}`]),
    ...(hi === null ? [] : [`<${hiInclusive ? '=' : ''}${hi}`]),
  ].join(' ');
}

/** The other way round: what a line says of one product. */
export function productOf(record: LabelledCase['records'][number]): AffectedProduct {
  const { identity, ranges, unaffected, versions, source: _, recordId: __, ...more } = record;
  return {
    ...more,
    identity: identityOf(identity),
    ranges: (ranges.length === 0 && versions.length === 0 ? [''] : ranges).map(rangeOf),
    versions,
    unaffected: unaffected.map(rangeOf),
  };
}

function identityOf(text: string): ProductIdentity {
  const [kind, first = '', ...rest] = text.split(':');
  const last = rest.join(':');
  switch (kind) {
    case 'cpe': {
      const [product = '', targetSoftware, edition] = rest;
      return {
        kind,
        part: 'a',
        vendor: first,
        product,
        targetSoftware: targetSoftware || null,
        edition: edition || null,
      };
    }
    case 'purl':
      return { kind, purl: text.slice('purl:'.length) };
    case 'repository':
      return { kind, url: text.slice('repository:'.length) };
    case 'package':
      return { kind, ecosystem: first, name: last };
    default:
      return { kind: 'product', vendor: first, product: last };
  }
}

/** `>=1.0 <1.2.3`, `<=2`, `>=1`: one range; an empty text is all versions. */
function rangeOf(text: string): Range {
  const lower = /(>=?)\s*(\S+)/.exec(text);
  const upper = /(<=?)\s*(\S+)/.exec(text);
  return {
    lo: lower?.[2] ?? null,
    loInclusive: lower?.[1] !== '>',
    hi: upper?.[2] ?? null,
    hiInclusive: upper?.[1] === '<=',
  };
}
