import { order } from '../../foundation/order.ts';
import { behindValues } from './behind-values.ts';
import { digestOf } from './digest-of.ts';
import type {
  AffectedProduct,
  Exploitation,
  FeedRecord,
  ProductIdentity,
  Range,
  RecordClaims,
  Severity,
  Statement,
} from './model.ts';

/**
 * A record as it is stored: compact JSON arrays whose order is fixed and whose sets are sorted, so that equal meaning is
 * equal text. What a source rearranges or stamps anew (`modifiedAt`) does not move the digest.
 */
export interface EncodedRecord {
  readonly body: string;
  readonly meaningDigest: string;
}

/** What the row of a record holds besides its body. */
export type RecordHead = Pick<FeedRecord, 'source' | 'id' | 'state' | 'publishedAt' | 'modifiedAt'>;

export function encodeRecord(record: FeedRecord): EncodedRecord {
  const head = encodeHead(record);
  const { inFull, packed } = encodeProducts(record.affected);
  // Of the full text: how it is packed is no meaning.
  const meaningDigest = digestOf(`${record.state} ${record.publishedAt} [${head},${inFull}]`);
  return { body: `[${head},${packed}]`, meaningDigest };
}

export function decodeRecord(head: RecordHead, text: string): FeedRecord {
  const body = JSON.parse(text) as Body;
  const [aliases, upstream, related, title, details, references, severities, exploitation, statements, tags, affected] =
    body;
  return {
    source: head.source,
    id: head.id,
    state: head.state,
    publishedAt: head.publishedAt,
    modifiedAt: head.modifiedAt,
    aliases,
    upstream,
    related,
    title,
    details,
    references: references.map(decodeReference),
    affected: decodeProducts(affected),
    severities: severities.map(decodeSeverity),
    exploitation: exploitation === null ? null : decodeExploitation(exploitation),
    statements: statements.map(decodeStatement),
    tags,
  };
}

/** As `decodeRecord`, but what stands before the severities is passed over, and the links are read when asked for. */
export function decodeClaims(head: RecordHead, text: string): RecordClaims {
  const linksAt = behindValues(text, 1, 5);
  const severitiesAt = behindValues(text, linksAt, 1);
  const [severities, exploitation, statements, tags, affected] = JSON.parse(`[${text.slice(severitiesAt)}`) as Claims;
  return {
    source: head.source,
    id: head.id,
    state: head.state,
    publishedAt: head.publishedAt,
    affected: decodeProducts(affected),
    severities: severities.map(decodeSeverity),
    exploitation: exploitation === null ? null : decodeExploitation(exploitation),
    statements: statements.map(decodeStatement),
    tags,
    links: () => (JSON.parse(text.slice(linksAt, severitiesAt - 1)) as Body[5]).map(decodeReference),
  };
}

type Body = readonly [
  aliases: FeedRecord['aliases'],
  upstream: FeedRecord['upstream'],
  related: FeedRecord['related'],
  title: string,
  details: string,
  references: readonly (readonly [url: string, type: string])[],
  severities: readonly (readonly [
    Severity['kind'],
    Severity['vector'],
    Severity['score'],
    Severity['text'],
    Severity['rater'],
  ])[],
  exploitation: PackedExploitation | null,
  statements: readonly (readonly [
    Statement['product'],
    Statement['status'],
    Statement['version'],
    Statement['justification'],
    Statement['text'],
  ])[],
  tags: FeedRecord['tags'],
  affected: readonly (PackedAffected | PackedAlike)[],
];

type Claims = readonly [Body[6], Body[7], Body[8], Body[9], Body[10]];

function decodeReference([url, type]: Body[5][number]): FeedRecord['references'][number] {
  return { url, type };
}

function decodeSeverity([kind, vector, score, text, rater]: Body[6][number]): Severity {
  return { kind, vector, score, text, rater };
}

function decodeStatement([product, status, version, justification, text]: Body[8][number]): Statement {
  return { product, status, version, justification, text };
}

/** All but the products. Every item is made text once: that is what is sorted, and what is stored. */
function encodeHead(record: FeedRecord): string {
  const { exploitation } = record;
  return [
    JSON.stringify(sorted(record.aliases)),
    JSON.stringify(sorted(record.upstream)),
    JSON.stringify(sorted(record.related)),
    JSON.stringify(record.title),
    JSON.stringify(record.details),
    listOf(record.references, ({ url, type }) => [url, type]),
    listOf(record.severities, ({ kind, vector, score, text, rater }) => [kind, vector, score, text, rater]),
    JSON.stringify(exploitation === null ? null : encodeExploitation(exploitation)),
    listOf(record.statements, ({ product, status, version, justification, text }) => [
      product,
      status,
      version,
      justification,
      text,
    ]),
    JSON.stringify(sorted(record.tags)),
  ].join(',');
}

/** As JSON, in an order of its own, without what is there twice. */
function listOf<Item>(items: readonly Item[], pack: (item: Item) => readonly unknown[]): string {
  if (items.length === 0) return '[]';
  const texts = items.map((item) => JSON.stringify(pack(item)));
  return `[${(texts.length === 1 ? texts : sorted([...new Set(texts)])).join(',')}]`;
}

type PackedExploitation = readonly [
  knownExploitedSince: number | null,
  ransomware: boolean,
  dueDate: string | null,
  epss: number | null,
  ssvc:
    | readonly [
        exploitation: 'none' | 'poc' | 'active' | null,
        automatable: boolean | null,
        technicalImpact: 'partial' | 'total' | null,
      ]
    | null,
  listedAt?: number,
];

function encodeExploitation({
  knownExploitedSince,
  ransomware,
  dueDate,
  epss,
  ssvc,
  listedAt,
}: Exploitation): PackedExploitation {
  const decided: PackedExploitation[4] =
    ssvc === null ? null : [ssvc.exploitation, ssvc.automatable, ssvc.technicalImpact];
  // Most have none: their text, and with it their digest, is as before.
  return listedAt === undefined
    ? [knownExploitedSince, ransomware, dueDate, epss, decided]
    : [knownExploitedSince, ransomware, dueDate, epss, decided, listedAt];
}

function decodeExploitation([since, ransomware, dueDate, epss, ssvc, listedAt]: PackedExploitation): Exploitation {
  return {
    knownExploitedSince: since,
    ransomware,
    dueDate,
    epss,
    ssvc: ssvc === null ? null : { exploitation: ssvc[0], automatable: ssvc[1], technicalImpact: ssvc[2] },
    ...(listedAt === undefined ? {} : { listedAt }),
  };
}

export type PackedIdentity =
  | readonly ['cpe', string, string, string, string | null, string | null]
  | readonly ['purl', string]
  | readonly ['package', string, string]
  | readonly ['product', string, string]
  | readonly ['repository', string];

/** `lo`, `hi`, then 1 for an inclusive `lo` and 2 for an inclusive `hi`. */
type PackedRange = readonly [lo: string | null, hi: string | null, inclusive: number];

type PackedBounds = readonly [
  scheme: AffectedProduct['scheme'],
  ranges: readonly PackedRange[],
  versions: readonly string[],
  unaffected: readonly PackedRange[],
  otherwise: AffectedProduct['otherwise'],
  weak: string | null,
  platforms: readonly string[],
  component: string | null,
];

type PackedAffected = readonly [identity: PackedIdentity, ...bounds: PackedBounds];

/** All but its identity is as in the product of that place: one vendor's products are mostly affected alike. */
type PackedAlike = readonly [identity: PackedIdentity, place: number];

/** In an order of its own, without what is there twice: `packed` says once what several products have alike. */
function encodeProducts(affected: readonly AffectedProduct[]): { readonly inFull: string; readonly packed: string } {
  const products = new Map<string, { readonly identity: string; readonly bounds: string }>();
  for (const one of affected) {
    const identity = JSON.stringify(encodeIdentity(one.identity));
    const bounds = JSON.stringify(encodeBounds(one)).slice(1);
    products.set(`[${identity},${bounds}`, { identity, bounds });
  }
  const texts = sorted([...products.keys()]);
  const inFull = `[${texts.join(',')}]`;
  if (texts.length < 2) return { inFull, packed: inFull };
  const places = new Map<string, number>();
  const packed = texts.map((text, place) => {
    const { identity, bounds } = products.get(text) ?? { identity: '', bounds: '' };
    const first = places.get(bounds);
    if (first !== undefined) return `[${identity},${first}]`;
    places.set(bounds, place);
    return text;
  });
  return { inFull, packed: `[${packed.join(',')}]` };
}

/** Products alike share their lists: who holds one against a version knows the answer of the others. */
function decodeProducts(packed: Body[10]): readonly AffectedProduct[] {
  const products: AffectedProduct[] = [];
  for (const one of packed) {
    const bounds = one.length === 2 ? products[one[1]] : decodeBounds(one);
    if (bounds === undefined) throw new Error('a stored product is like one that does not stand before it');
    products.push(productOf(decodeIdentity(one[0]), bounds));
  }
  return products;
}

type Bounds = Omit<AffectedProduct, 'identity'>;

// One shape for all, which `...bounds` would not give.
function productOf(identity: ProductIdentity, bounds: Bounds): AffectedProduct {
  const { scheme, ranges, versions, unaffected, otherwise, weak, platforms, component } = bounds;
  return { identity, scheme, ranges, versions, unaffected, otherwise, weak, platforms, component };
}

function encodeBounds(affected: AffectedProduct): PackedBounds {
  return [
    affected.scheme,
    encodeRanges(affected.ranges),
    sorted(affected.versions),
    encodeRanges(affected.unaffected),
    affected.otherwise,
    affected.weak,
    sorted(affected.platforms),
    affected.component,
  ];
}

function decodeBounds([
  ,
  scheme,
  ranges,
  versions,
  unaffected,
  otherwise,
  weak,
  platforms,
  component,
]: PackedAffected): Bounds {
  return {
    scheme,
    ranges: ranges.map(decodeRange),
    versions,
    unaffected: unaffected.map(decodeRange),
    otherwise,
    weak,
    platforms,
    component,
  };
}

export function encodeIdentity(identity: ProductIdentity): PackedIdentity {
  switch (identity.kind) {
    case 'cpe':
      return ['cpe', identity.part, identity.vendor, identity.product, identity.targetSoftware, identity.edition];
    case 'purl':
      return ['purl', identity.purl];
    case 'package':
      return ['package', identity.ecosystem, identity.name];
    case 'product':
      return ['product', identity.vendor, identity.product];
    case 'repository':
      return ['repository', identity.url];
  }
}

export function decodeIdentity(packed: PackedIdentity): ProductIdentity {
  switch (packed[0]) {
    case 'cpe':
      return {
        kind: 'cpe',
        part: packed[1],
        vendor: packed[2],
        product: packed[3],
        targetSoftware: packed[4],
        edition: packed[5],
      };
    case 'purl':
      return { kind: 'purl', purl: packed[1] };
    case 'package':
      return { kind: 'package', ecosystem: packed[1], name: packed[2] };
    case 'product':
      return { kind: 'product', vendor: packed[1], product: packed[2] };
    case 'repository':
      return { kind: 'repository', url: packed[1] };
  }
}

function encodeRanges(ranges: readonly Range[]): readonly PackedRange[] {
  const packed = ranges.map(
    (range): PackedRange => [range.lo, range.hi, (range.loInclusive ? 1 : 0) + (range.hiInclusive ? 2 : 0)],
  );
  return packed.length < 2
    ? packed
    : packed.sort((a, b) => order(a[0] ?? '', b[0] ?? '') || order(a[1] ?? '', b[1] ?? '') || compareRest(a, b));
}

// Null and empty bounds have sorted alike.
function compareRest(a: PackedRange, b: PackedRange): number {
  return a[2] - b[2] || order(JSON.stringify(a), JSON.stringify(b));
}

function decodeRange([lo, hi, inclusive]: PackedRange): Range {
  return { lo, loInclusive: (inclusive & 1) !== 0, hi, hiInclusive: (inclusive & 2) !== 0 };
}

function sorted<Text extends string>(texts: readonly Text[]): readonly Text[] {
  return texts.length < 2 ? texts : [...texts].sort(order);
}
